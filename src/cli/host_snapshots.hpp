// The sockets of a machine as `portsim host` sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/host_wishes.hpp"
#include "portsim/time.hpp"
#include "scenario/settings.hpp"
#include "trace/proc_files.hpp"
#include "trace/socket_table.hpp"

namespace portsim::cli {

/// The sockets of a machine, once or twice.
struct Snapshots {
  SocketTable now;
  std::optional<SocketTable> before;
  Duration interval{};  ///< between the two
  std::optional<double> active_opens_per_s;
  std::optional<SocketCounts> kernel_counts;  ///< at the time of `now`
  std::string from;
  bool is_live = false;
};

/// Reads the lists of --sockets, or else this machine: twice, or once if the interval is 0. Empty, with what
/// is wrong appended to `faults`, where something cannot be read.
[[nodiscard]] std::optional<Snapshots> read_snapshots(const HostWishes& wishes, std::vector<Fault>& faults);

}  // namespace portsim::cli
