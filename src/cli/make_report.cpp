#include "cli/make_report.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "portsim/advice.hpp"
#include "portsim/theory.hpp"
#include "scenario/condition.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/settings.hpp"
#include "study/lever_values.hpp"
#include "study/target_runs.hpp"

namespace portsim::cli {
namespace {

/// The scenario with which the run can be repeated: its options, and the logs if there are any.
std::vector<std::pair<std::string, std::string>> echo(
    const Scenario& scenario, const std::vector<std::pair<std::string, std::string>>& log_options) {
  std::vector<std::pair<std::string, std::string>> options = describe(scenario);
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    std::string paths;
    for (const std::string& path : recorded->paths) {
      paths += (paths.empty() ? "" : " ") + path;
    }
    options.insert(options.begin(), log_options.begin(), log_options.end());
    options.insert(options.begin(), {"replay", paths});
  }
  return options;
}

}  // namespace

Report make_report(const ValidScenario& scenario, Result result, const ReportParts& parts) {
  const bool is_failing = !meets(target_of(*scenario), result);
  return {.version = PORTSIM_VERSION,
          .scenario_echo = echo(*scenario, parts.log_options),
          .stack_echo = describe_stack(scenario->stack),
          .scenario = scenario,
          .result = std::move(result),
          .theory = closed_forms(scenario),
          .remedies = parts.with_remedies ? std::optional(find_remedies(scenario, is_failing)) : std::nullopt,
          .with_fingerprint = parts.with_fingerprint,
          .replay = parts.replay};
}

Solution make_solution(const ValidScenario& scenario, Answer answer, const SolutionParts& parts) {
  const Lever lever = answer.lever;
  const Scenario solved = answer.value ? with_value(*scenario, lever, *answer.value) : *scenario;
  return {.version = PORTSIM_VERSION,
          .scenario_echo = echo(solved, parts.log_options),
          .stack_echo = describe_stack(scenario->stack),
          .target = target_of(*scenario).text,
          .is_target_given = scenario->target.has_value(),
          .now = parts.has_present_value ? std::optional(present_value(scenario, lever)) : std::nullopt,
          .answer = std::move(answer)};
}

}  // namespace portsim::cli
