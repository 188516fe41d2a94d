// From the result of a run to all that is said about it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "portsim/advice.hpp"
#include "report/report.hpp"
#include "report/solution.hpp"

namespace portsim::cli {

/// What may be left out of a report.
struct ReportParts {
  bool with_remedies = false;  ///< what fixes the scenario takes more runs to find
  bool with_fingerprint = false;
  std::optional<ReplicationResult> replications{};
  std::uint64_t batches = 0;                                       ///< into which the run is cut; 0: none
  std::vector<std::pair<std::string, std::string>> log_options{};  ///< for the scenario's echo
  std::optional<ReplaySummary> replay{};                           ///< of a real log
  RemedyWatch* search_watch = nullptr;                             ///< of the search for what fixes it
};

/// The report on a result of the scenario.
[[nodiscard]] Report make_report(const ValidScenario& scenario, Result result, const ReportParts& parts);

/// What an answer alone does not tell.
struct SolutionParts {
  bool has_present_value = true;  ///< false: the user gave none of what is asked for
  std::vector<std::pair<std::string, std::string>> log_options{};  ///< as in `ReportParts`
};

/// All that is said about an answer for the scenario.
[[nodiscard]] Solution make_solution(const ValidScenario& scenario, Answer answer,
                                     const SolutionParts& parts);

}  // namespace portsim::cli
