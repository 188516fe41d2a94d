// The plain CSV in which any load can be handed over exactly.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "portsim/scenario.hpp"
#include "trace/line_reader.hpp"

namespace portsim {

/// Reads a CSV file (plain or gzip) into a recorded load, in order of `start`; rows of one instant keep the
/// file's order. The first line names the columns, in any order. An empty cell means the default.
///
/// | column               | value |
/// |----------------------|-------|
/// | `start_s` (required) | start of the attempt, from the start of the run; below 10^9 |
/// | `duration_s`         | time ESTABLISHED before the first FIN; default `--lifetime` |
/// | `closer`             | `client`, `server`, `both`, `reset`, `unreachable`, `refused`, `shutdown` |
/// | `peer_close_delay_s` | longer than the run: the peer's FIN never comes |
/// | `connect_timeout_s`  | above 0; default `--connect-timeout` |
/// | `late_reset`         | 0, or 1: an RST of the peer comes one RTT after TIME_WAIT began |
/// | `sport`              | the local port asked for with bind(); empty or 0: the stack picks |
/// | `bind`               | `none`, `port0`, `noport` |
/// | `reuseaddr`          | 0, or 1: SO_REUSEADDR |
/// | `src`, `dst`         | addresses, compared as text |
/// | `dport`              | 1 to 65535 |
///
/// Times are plain decimals in seconds, exact to the nanosecond, at most 10^9.
///
/// Addresses are numbered in the order in which they are met; a destination is an address with its port.
/// A connection from or to an address in 127.0.0.0/8 is a loopback one.
///
/// Reports the faults of the whole file, the first 20 in full; `where` is `FILE:LINE`.
[[nodiscard]] std::variant<RecordedLoad, std::vector<Fault>> read_csv_log(const std::string& path);

/// The same from lines that are open already; `path` is what faults name.
[[nodiscard]] std::variant<RecordedLoad, std::vector<Fault>> read_csv_log(const std::string& path,
                                                                          LineReader& lines);

/// True for a header line that names one of the columns.
[[nodiscard]] bool is_csv_log(std::string_view line);

}  // namespace portsim
