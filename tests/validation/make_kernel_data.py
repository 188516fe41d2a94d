#!/usr/bin/env python3
"""Makes tests/validation/data/kernel from measured runs: make_kernel_data.py MEASUREMENTS

MEASUREMENTS is a directory with rows.jsonl (one run a line) and arrivals/RUN_ID.csv.gz (its connection
attempts). What is taken, and how it is converted, is written in tests/validation/README.md.
"""

import collections
import csv
import gzip
import itertools
import json
import pathlib
import sys
from decimal import Decimal

# The port is held from connect() on, the measured hold begins when the connection is established.
HANDSHAKE = Decimal("0.0004")
NEVER = "1000000"
NO_PORT = ("98", "99")  # EADDRINUSE, EADDRNOTAVAIL

# Knobs of the profile; tcp_rfc1337 is none, and had no effect on runs that were pinned to one CPU.
KNOBS = ("ip_autobind_reuse", "tcp_fin_timeout", "tcp_max_tw_buckets", "tcp_syn_linear_timeouts", "tcp_syn_retries",
         "tcp_timestamps", "tcp_tw_reuse", "tcp_tw_reuse_delay")


def is_expressible(run):
    """Why the others are left out: tests/validation/README.md."""
    return ("server_mode" in run and run["pinned_to_one_cpu"] and run["blackhole"] != "noarp"
            and run["bind_fraction"] in (0, 1) and not (run["pool_size_P"] % 2 == 1)
            and not (run["client_close"] == "shutwr" and run["server_mode"] == "never"))


def plain(value):
    return format(Decimal(value).normalize(), "f")


def closer(run):
    if run["blackhole"]:
        return "unreachable"
    return {"fin": "client", "rst": "reset", "wait-server": "server", "shutwr": "shutdown"}[run["client_close"]]


def knobs(run):
    values = {name: run["sysctl"]["net.ipv4." + name] for name in KNOBS}
    # Timestamps are used when both ends have them.
    values["tcp_timestamps"] = min(values["tcp_timestamps"], run["server_sysctl"]["net.ipv4.tcp_timestamps"])
    return values


def holds(run, attempts):
    """The different holds, and the one of each attempt by its place (a string of digits, or nothing)."""
    texts = [attempt["hold_s"] for attempt in attempts]
    if run["server_mode"] == "server-first":
        texts = [plain(Decimal(str(run["server_hold_s"])))] * len(attempts)
    known = sorted(set(texts), key=Decimal)
    return {
        "lifetimes_s": [plain(Decimal(text) + HANDSHAKE) for text in known],
        "lifetime_of": "".join(str(known.index(text)) for text in texts) if len(known) > 1 else "",
    }


def check_addresses(run, attempts):
    """Sources and destinations are taken in turn, so that they need not be stored."""
    destinations, sources = run["n_destinations"], run["n_source_ips"]
    for index, attempt in enumerate(attempts):
        assert int(attempt["dst"]) == index % destinations
        turn = index if destinations == 1 else index // destinations
        assert int(attempt["src"]) == (turn % sources if run["bind_mode"] != "none" else -1)


def run_lengths(flags):
    """Lengths of alternating runs, beginning with one of False (which may be 0)."""
    lengths = [len(list(group)) for _, group in itertools.groupby(flags)]
    return lengths if not flags or not flags[0] else [0, *lengths]


def differences(values):
    return [after - before for before, after in zip([0, *values], values)]


def samples(run):
    """Times and counts of sockets in TIME_WAIT, closed ones in FIN_WAIT_2 included."""
    fields = run["samples_fields"]
    rows = [dict(zip(fields, sample)) for sample in run["samples"]]
    if run["topology"] == "loopback" and run["server_mode"] == "server-first":
        rows = []  # the server's sockets are counted with the client's
    if run["sysctl"]["net.ipv4.tcp_fin_timeout"] > 60:
        # The first half of the timeout is not in the kernel's count, but in that of the states.
        counts = [row["FIN_WAIT_2"] + row["TIME_WAIT"] for row in rows]
    else:
        counts = [row["tw_sockstat"] for row in rows]
    return {
        "sample_gaps_ms": differences([int(Decimal(str(row["t_s"])) * 1000) for row in rows]),
        "time_wait": counts,
    }


def last_release(run):
    """Only where the count was watched to its end, every 10 ms or more often."""
    is_watched = run["tw_drop_sample_period_s"] <= 0.01 and run["tw_drops"]
    return plain(Decimal(str(run["tw_drops"][-1][0]))) if is_watched else ""


def convert(run, directory):
    with gzip.open(directory / run["arrivals_file"], "rt", newline="") as file:
        attempts = list(csv.DictReader(file))
    check_addresses(run, attempts)
    micros = [int(Decimal(attempt["actual_s"]) * 1_000_000) for attempt in attempts]
    assert micros == sorted(set(micros)), "attempts are told apart by their time"
    failed = [attempt["errno"] in NO_PORT and attempt["where"] in ("b", "c") for attempt in attempts]
    assert sum(failed) == run["failures_total"]
    peer_delay = NEVER if run["server_mode"] == "never" else plain(Decimal(str(run["server_close_delay_s"])))
    return {
        "run": run["run_id"],
        "ports": "{}-{}".format(*run["port_range"]),
        "knobs": knobs(run),
        "timer_offset_s": plain(Decimal(str(run["wheel_offset_s"]))),
        # Some attempts came up to 0.2 ms behind their window.
        "watched_s": plain(Decimal(str(run["duration_s"])) + Decimal(str(run["drain_s"])) + 1),
        "loopback": run["topology"] == "loopback",
        "closer": closer(run),
        "peer_close_delay_s": peer_delay,
        "connect_timeout_s": plain(Decimal(str(run["client_connect_timeout_s"]))),
        "bind": run["bind_mode"],
        "reuse_address": run["so_reuseaddr"] == 1,
        "sources": run["n_source_ips"],
        "destinations": run["n_destinations"],
        **holds(run, attempts),
        "gaps_us": differences(micros),
        "outcomes": run_lengths(failed),
        **samples(run),
        "last_release_s": last_release(run),
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(__file__).parent / "data" / "kernel"
    by_experiment = collections.defaultdict(list)
    with open(source / "rows.jsonl") as file:
        for run in map(json.loads, file):
            if is_expressible(run):
                by_experiment[run["experiment"]].append(convert(run, source))
    for experiment, runs in by_experiment.items():
        runs.sort(key=lambda run: run["run"])
        text = "".join(json.dumps(run, separators=(",", ":")) + "\n" for run in runs)
        # No name and no time in the gzip header: the same bytes on every day.
        (target / f"e{experiment:02}.jsonl.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
