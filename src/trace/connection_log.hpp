// Real connections: the logs of many tools, as loads of the hosts that opened them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "portsim/scenario.hpp"
#include "trace/log_row.hpp"

namespace portsim {

/// What a log leaves open.
struct LogChoices {
  Closer unknown_closer = Closer::client;  ///< of connections whose log does not tell: client or server
  bool worst_case = false;                 ///< every established connection is closed first by the client
};

/// One connection as it is kept: 40 bytes.
struct LoggedConnection {
  std::int64_t start_ns = 0;
  std::int64_t lifetime_ns = -1;  ///< -1: the log does not tell
  std::uint32_t host = 0;         ///< that opened it, an index
  std::uint32_t destination = 0;
  Closer closer = Closer::client;
  CloserRule rule = CloserRule::unknown;
  bool is_loopback = false;
  bool is_start_alone = false;  ///< of a log that lists transactions
};

/// Number of connections that each rule decided, indexed by `CloserRule`.
using RuleCounts = std::array<std::uint64_t, kCloserRuleNames.size()>;

/// Lines that could not be read.
struct DamagedLines {
  std::uint64_t count = 0;
  std::vector<std::string> first;  ///< `FILE:LINE` of the first ones
};

/// The connections of one or more logs, by the host that opened them.
class ConnectionLog {
 public:
  ConnectionLog(std::vector<std::string> paths, std::string format, std::vector<std::string> hosts,
                std::vector<LoggedConnection> connections);

  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

  /// The kind of log, for people: `Zeek`; several with commas.
  [[nodiscard]] const std::string& format() const { return format_; }

  /// Addresses, in the order in which the logs name them.
  [[nodiscard]] const std::vector<std::string>& hosts() const { return hosts_; }

  /// The connections of a host, in order of start.
  [[nodiscard]] std::span<const LoggedConnection> of(std::size_t host) const;

  /// The load of one host. Its first connection is at time 0; its destinations are numbered from 0.
  [[nodiscard]] RecordedLoad load_of(std::size_t host) const;

  /// The load of all hosts, each with the number of its place in `hosts` as source.
  [[nodiscard]] RecordedLoad load_of_all() const;

  /// How many of a host's connections each rule decided.
  [[nodiscard]] RuleCounts rules_of(std::size_t host) const;

  std::uint64_t skipped = 0;  ///< rows about something else than a TCP connection of a client
  DamagedLines damaged;

 private:
  [[nodiscard]] RecordedLoad load(std::vector<LoggedConnection> connections, bool has_sources) const;

  std::vector<std::string> paths_;
  std::string format_;
  std::vector<std::string> hosts_;
  std::vector<LoggedConnection> connections_;  // by host, then by start
  std::vector<std::size_t> begins_;            // of each host; one more at the end
};

/// Reads logs, plain or gzip, each recognised by its content, into one. A
/// plain CSV of portsim (csv_log.hpp) stands alone and is a load already. Reports all faults.
[[nodiscard]] std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>> read_logs(
    const std::vector<std::string>& paths, const LogChoices& choices);

}  // namespace portsim
