// What a run is written as: text for people, JSON and CSV for programs. Pure functions from values to a
// stream; nothing here knows how the values came about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "portsim/advice.hpp"
#include "portsim/replications.hpp"
#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"

namespace portsim {

/// A host of a log, replayed with a pool of its own.
struct ReplayedHost {
  std::string address;
  std::size_t number = 0;  ///< its place in the log
  std::uint64_t connections = 0;
  std::optional<std::uint64_t> peak;  ///< of ports in use; empty: the settings do not fit the host
  std::uint64_t failed = 0;
  std::optional<TimePoint> first_failure;  ///< from the host's first connection
};

/// What is said about the log that was replayed.
struct ReplaySummary {
  std::string format;  ///< for people: `Zeek`
  std::string host;    ///< whose connections were replayed; empty: those of all hosts
  std::vector<std::pair<std::string, std::uint64_t>> closer_rules;  ///< connections that each rule decided
  std::uint64_t skipped_rows = 0;                                   ///< no TCP connections of a client
  std::uint64_t damaged_lines = 0;
  std::uint64_t observed = 0;       ///< times that the logs themselves tell of no port
  std::string observed_first{};     ///< the first, as an ISO 8601 date in UTC; empty: not known
  std::vector<ReplayedHost> hosts;  ///< by their peak
};

/// All that is said about one run.
struct Report {
  std::string version;                                             ///< of portsim
  std::vector<std::pair<std::string, std::string>> scenario_echo;  ///< (option name, value), in order
  std::vector<std::pair<std::string, std::string>> stack_echo;     ///< (name, value) of each of its numbers
  std::vector<std::pair<std::string, std::string>> nat_echo{};     ///< the same of the translator, if any
  ValidScenario scenario;
  Result result;
  Theory theory;
  std::optional<Remedies> remedies;  ///< empty: not looked for; `sustainable` and `advice` are left out
  bool with_fingerprint = false;     ///< JSON and CSV then hold the fingerprint
  std::optional<ReplicationResult> replications{};  ///< of several; `result` is that of the first
  std::optional<BatchResult> batches{};             ///< of `result`
  std::optional<ReplaySummary> replay{};            ///< empty where no log of connections was replayed
};

/// How text is laid out.
struct TextStyle {
  unsigned columns = 80;  ///< no line is longer, if the words allow it; at least 40 are used
  bool utf8 = true;       ///< block characters in the chart; else ASCII alone
  bool color = false;     ///< the answer and the failures in colour, by escape sequences of terminals
};

/// Text for an operator: the answer, the numbers, a chart, what would fix it.
void write_text(const Report& report, const TextStyle& style, std::ostream& out);

/// The last part of that text: what would fix a run that fails, or how far one holds that does not.
void write_limits(const Report& report, const TextStyle& style, std::ostream& out);

/// One JSON object with fixed key order, newline at the end. Times are exact decimals, counts integers.
void write_json(const Report& report, std::ostream& out);

/// A header row and one row: the scalars of the JSON under dotted names, arrays left out, null as an
/// empty cell, text quoted after RFC 4180 where needed. The columns do not depend on the outcome.
void write_csv(const Report& report, std::ostream& out);

/// What a reader must know to read the numbers right (a window shorter than a hold, a failure just after
/// its end ...): one sentence each. The text report shows them; empty if there is nothing to say.
[[nodiscard]] std::vector<std::string> warnings(const Report& report);

/// Writes a timeline as CSV: a header at once, then a row for each step as it is completed.
class TimelineWriter final : public TimelineSink {
 public:
  /// `out` is not owned; its state tells whether writing succeeded.
  explicit TimelineWriter(std::ostream& out);
  void add(const TimelineRow& row) override;

 private:
  std::ostream& out_;
};

}  // namespace portsim
