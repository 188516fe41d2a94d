// What Linux shows of its TCP below /proc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenario/settings.hpp"
#include "trace/socket_table.hpp"

namespace portsim {

/// All files below `root` that the functions here may read.
[[nodiscard]] std::vector<std::string> proc_files(const std::string& root);

/// The sockets of `root`/net/tcp and, where there is IPv6, of tcp6.
[[nodiscard]] std::variant<SocketTable, std::vector<Fault>> read_proc_sockets(const std::string& root);

/// The knobs of Linux (stacks/knobs.hpp) that stand below `root`/sys, as settings for `build_scenario`;
/// those that this kernel has not got, or does not show, are left out.
[[nodiscard]] std::vector<Setting> read_sysctls(const std::string& root);

/// What the kernel itself counts.
struct SocketCounts {
  std::uint64_t in_use = 0;     ///< sockets of IPv4 and IPv6 that are not closed; TIME_WAIT is not among them
  std::uint64_t orphans = 0;    ///< of them those that no process holds any more
  std::uint64_t time_wait = 0;  ///< in TIME_WAIT, or closed in FIN_WAIT_2, of both
};

/// The counts of TCP in `root`/net/sockstat and, where there is IPv6, sockstat6.
[[nodiscard]] std::optional<SocketCounts> read_socket_counts(const std::string& root);

/// ActiveOpens of `root`/net/snmp: calls of connect() since the machine or the namespace was started.
[[nodiscard]] std::optional<std::uint64_t> read_active_opens(const std::string& root);

}  // namespace portsim
