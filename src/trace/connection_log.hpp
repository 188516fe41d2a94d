// Real connections: the logs of many tools, as loads of the hosts that opened them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/byte_source.hpp"
#include "portsim/scenario.hpp"
#include "trace/addresses.hpp"
#include "trace/connection_store.hpp"
#include "trace/log_row.hpp"

namespace portsim {

/// What a log leaves open.
struct LogChoices {
  Closer unknown_closer = Closer::client;  ///< of connections whose log does not tell: client or server
  bool worst_case = false;                 ///< every established connection is closed first by the client
  /// Connections; more go to a temporary file. Of as many refused attempts it is known whether they come
  /// again.
  std::size_t most_in_memory = kMostInMemory;

  static constexpr std::size_t kMostInMemory = std::size_t{1} << 20;
};

/// Number of connections that each rule decided, indexed by `CloserRule`.
using RuleCounts = std::array<std::uint64_t, kCloserRuleNames.size()>;

/// Lines that could not be read.
struct DamagedLines {
  std::uint64_t count = 0;
  std::vector<std::string> first;  ///< `FILE:LINE` of the first ones
};

/// Signs in the logs themselves that there was no port.
struct ObservedExhaustion {
  std::uint64_t count = 0;
  std::optional<std::int64_t> first_ns;  ///< from 1970; empty: no sign has a time
};

/// The connections of one or more logs, by the host that opened them.
class ConnectionLog {
 public:
  /// `hosts` are numbered as in `store`. Those of which there are starts alone are left out where others have
  /// connections: a stream of several logs has each connection in conn.log, and its transactions beside it.
  ConnectionLog(std::vector<InputFile> files, std::string format, Numbering hosts,
                std::unique_ptr<const ConnectionStore> store, std::size_t most_in_memory);

  [[nodiscard]] const std::vector<InputFile>& files() const { return files_; }

  /// The kind of log, for people: `Zeek`; several with commas.
  [[nodiscard]] const std::string& format() const { return format_; }

  /// Addresses, in the order in which the logs name them.
  [[nodiscard]] const Numbering& hosts() const { return hosts_; }

  /// How many connections a host opened.
  [[nodiscard]] std::uint64_t count_of(std::size_t host) const;

  /// The load of one host. Its first connection is at time 0; its destinations are numbered from 0.
  [[nodiscard]] RecordedLoad load_of(std::size_t host) const { return load(host); }

  /// The load of all hosts, each with the number of its place in `hosts` as source.
  [[nodiscard]] RecordedLoad load_of_all() const { return load(std::nullopt); }

  /// When the first connection of a host began, in nanoseconds from the log's origin.
  [[nodiscard]] std::int64_t first_start_of(std::size_t host) const;

  /// How many of a host's connections each rule decided.
  [[nodiscard]] RuleCounts rules_of(std::size_t host) const;

  std::uint64_t skipped = 0;  ///< rows about something else than a TCP connection of a client
  DamagedLines damaged;
  std::uint64_t lost = 0;  ///< rows that the logs themselves say are missing
  ObservedExhaustion observed;
  std::vector<std::string> empty_files;  ///< beside others that are not

 private:
  void leave_out_starts(const Numbering& hosts);
  template <class Rows>
  void write_rows(std::optional<std::size_t> host, Rows& rows) const;
  [[nodiscard]] RecordedLoad load(std::optional<std::size_t> host) const;

  std::vector<InputFile> files_;
  std::string format_;
  Numbering hosts_;
  std::vector<std::uint32_t> numbers_;  // of each host in the store
  std::vector<std::uint32_t> places_;   // of each number in the store among the hosts
  std::unique_ptr<const ConnectionStore> store_;
  std::size_t most_in_memory_;
  bool has_starts_alone_ = false;
};

/// Reads logs, plain or gzip, each recognised by its content, into one. A
/// plain CSV of portsim (csv_log.hpp) stands alone and is a load already. Reports all faults. `watch` hears
/// of the bytes of all files.
[[nodiscard]] std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>> read_logs(
    const std::vector<std::string>& paths, const LogChoices& choices, const ByteWatch& watch = {});

}  // namespace portsim
