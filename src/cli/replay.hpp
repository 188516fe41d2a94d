// `portsim replay`: the load comes from logs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "portsim/scenario.hpp"
#include "report/report.hpp"
#include "scenario/settings.hpp"
#include "study/changed_load.hpp"
#include "trace/connection_log.hpp"

namespace portsim::cli {

/// What is replayed.
struct Replay {
  RecordedLoad load;                                         ///< a plain CSV, or what is replayed first
  std::shared_ptr<const ConnectionLog> log;                  ///< null for a plain CSV
  std::size_t host = 0;                                      ///< whose load it is, an index in the log
  bool is_host_given = false;                                ///< by --host
  LoadChange change;                                         ///< --speed and --scale
  std::vector<std::pair<std::string, std::string>> options;  ///< as the scenario's echo shows them

  /// The load of one host of the log, and that of all of them.
  [[nodiscard]] RecordedLoad load_of(std::size_t host_number) const {
    return changed(log->load_of(host_number), change);
  }
  [[nodiscard]] RecordedLoad load_of_all() const { return changed(log->load_of_all(), change); }
};

/// Reads the logs that `operands` name and notes them among `inputs`; `levels` hold the options --host,
/// --unknown-closer, --worst-case, --strict, --speed, --scale and --seed, weakest level first. What is wrong
/// is appended to `faults`; a load that stands in for the log is then given back, so that the other options
/// are still checked. Without
/// --host it is the load of the host with the most connections.
[[nodiscard]] Replay read_replay(const std::vector<std::string>& operands,
                                 const std::vector<std::vector<Setting>>& levels,
                                 std::vector<std::string>& inputs, std::vector<Fault>& faults);

/// The log that --replay names among `levels`, if it does.
[[nodiscard]] std::optional<Replay> read_named_log(const std::vector<std::vector<Setting>>& levels,
                                                   std::vector<std::string>& inputs,
                                                   std::vector<Fault>& faults);

/// The defaults of a real log, as the weakest level of settings: its durations hold the round trips already.
[[nodiscard]] std::vector<Setting> log_defaults();

/// A host of the log and the result of its replay.
[[nodiscard]] ReplayedHost replayed_host(const Replay& replay, std::size_t host, const Result& result);

/// What the report says about the log; `hosts` stays empty.
[[nodiscard]] ReplaySummary summary_of(const Replay& replay, bool with_all_hosts);

/// What is to be told on standard error about the log: damaged lines.
[[nodiscard]] std::vector<std::string> log_warnings(const ConnectionLog& log);

}  // namespace portsim::cli
