// From the result of a run to all that is said about it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/report.hpp"

namespace portsim::cli {

/// What may be left out of a report.
struct ReportParts {
  bool with_sustainable = false;  ///< what fixes the scenario takes more runs to find
  bool with_fingerprint = false;
  std::optional<ReplicationResult> replications{};
  std::uint64_t batches = 0;                                       ///< into which the run is cut; 0: none
  std::vector<std::pair<std::string, std::string>> log_options{};  ///< for the scenario's echo
  std::optional<ReplaySummary> replay{};                           ///< of a real log
};

/// The report on a result of the scenario.
[[nodiscard]] Report make_report(const ValidScenario& scenario, Result result, const ReportParts& parts);

}  // namespace portsim::cli
