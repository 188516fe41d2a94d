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
#include "study/batches.hpp"
#include "study/lever_values.hpp"
#include "study/target_runs.hpp"

namespace portsim::cli {
namespace {

/// The scenario with which the run can be repeated: its options; the logs are in the load.
std::vector<std::pair<std::string, std::string>> echo(const Scenario& scenario, const ReportParts& parts) {
  std::vector<std::pair<std::string, std::string>> options = describe(scenario);
  options.insert(options.begin(), parts.log_options.begin(), parts.log_options.end());
  if (parts.batches > 0) {
    options.emplace_back("batches", std::to_string(parts.batches));
  }
  if (parts.replications) {
    options.emplace_back("replications", std::to_string(parts.replications->count));
  }
  return options;
}

}  // namespace

Report make_report(const ValidScenario& scenario, Result result, const ReportParts& parts) {
  std::optional<Remedies> remedies;
  if (parts.with_remedies) {
    remedies = find_remedies(scenario, result, parts.search_watch);
  }
  const auto batches = parts.batches > 0 ? batch_means(result, parts.batches) : std::nullopt;
  return {.version = PORTSIM_VERSION,
          .scenario_echo = echo(*scenario, parts),
          .stack_echo = describe_stack(scenario->stack),
          .nat_echo = scenario->nat ? describe_stack(scenario->nat->stack) : decltype(Report::nat_echo){},
          .scenario = scenario,
          .result = std::move(result),
          .theory = closed_forms(scenario),
          .remedies = std::move(remedies),
          .with_fingerprint = parts.with_fingerprint,
          .replications = parts.replications,
          .batches = batches,
          .replay = parts.replay};
}

Solution make_solution(const ValidScenario& scenario, Answer answer, const SolutionParts& parts) {
  const Lever lever = answer.lever;
  const Scenario solved = answer.value ? with_value(*scenario, lever, *answer.value) : *scenario;
  return {.version = PORTSIM_VERSION,
          .load = scenario->load,
          .scenario_echo = echo(solved, {.log_options = parts.log_options}),
          .stack_echo = describe_stack(scenario->stack),
          .nat_echo = scenario->nat ? describe_stack(scenario->nat->stack) : decltype(Solution::nat_echo){},
          .target = target_of(*scenario).text,
          .is_target_given = scenario->target.has_value(),
          .now = parts.has_present_value ? std::optional(present_value(scenario, lever)) : std::nullopt,
          .answer = std::move(answer)};
}

}  // namespace portsim::cli
