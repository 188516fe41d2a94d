#!/usr/bin/env python3
"""Makes tests/validation/data/kernel from measured rows: make_kernel_data.py MEASUREMENTS

MEASUREMENTS is a directory with rows.jsonl (one run a line) and arrivals/RUN_ID.csv.gz (its connection
attempts). What is taken, and how it is converted, is written in data/kernel/ORIGIN.md.
"""

import csv
import gzip
import json
import pathlib
import sys
from decimal import Decimal

# The port is held from connect() on, the measured hold begins when connect() returns.
HANDSHAKE = Decimal("0.0004")

SUMMARY = ["run_id", "arrival_process", "pool_size", "first_port", "last_port", "load", "duration_s", "attempts",
           "failures_total", "connections_before_first_failure", "first_failing_attempt"]


def is_wanted(row):
    """Client closes first, one destination, an even pool, and well away from the limit."""
    return (row["experiment"] in (1, 2) and row["server_mode"] == "client-first" and row["n_destinations"] == 1
            and row["pool_size_P"] % 2 == 0 and "arrivals_file" in row
            and (row["load_vs_P_over_60"] >= 1.1
                 or (row["load_vs_P_over_60"] <= 0.96 and row["failures_total"] == 0)))


def plain(value):
    return format(value.normalize(), "f")


def convert(row, source, target):
    with gzip.open(source / row["arrivals_file"], "rt", newline="") as file:
        attempts = list(csv.DictReader(file))
    lines = ["start_s,duration_s\n"]
    for attempt in attempts:
        lines.append(f"{plain(Decimal(attempt['actual_s']))},{plain(Decimal(attempt['hold_s']) + HANDSHAKE)}\n")
    # No name and no time in the gzip header: the same bytes on every day.
    (target / f"{row['run_id']}.csv.gz").write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))
    failing = [number for number, attempt in enumerate(attempts, 1) if attempt["errno"] != "0"]
    assert len(failing) == row["failures_total"]
    return [row["run_id"], row["arrival_process"], row["pool_size_P"], *row["port_range"], row["load_vs_P_over_60"],
            row["duration_s"], len(attempts), len(failing), row["connections_before_first_failure"],
            failing[0] if failing else None]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(__file__).parent / "data" / "kernel"
    with open(source / "rows.jsonl") as file:
        rows = [row for row in map(json.loads, file) if "server_mode" in row and is_wanted(row)]
    with open(target / "rows.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(SUMMARY)
        writer.writerows(convert(row, source, target) for row in sorted(rows, key=lambda row: row["run_id"]))


if __name__ == "__main__":
    main()
