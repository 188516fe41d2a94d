#include "cli/make_report.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "portsim/theory.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/settings.hpp"
#include "study/batches.hpp"

namespace portsim::cli {
namespace {

/// The scenario with which the run can be repeated: its options, and the logs if there are any.
std::vector<std::pair<std::string, std::string>> echo(const Scenario& scenario, const ReportParts& parts) {
  std::vector<std::pair<std::string, std::string>> options = describe(scenario);
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    std::string paths;
    for (const std::string& path : recorded->paths) {
      paths += (paths.empty() ? "" : " ") + path;
    }
    options.insert(options.begin(), parts.log_options.begin(), parts.log_options.end());
    options.insert(options.begin(), {"replay", paths});
  }
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
  const auto batches = parts.batches > 0 ? batch_means(result, parts.batches) : std::nullopt;
  return {.version = PORTSIM_VERSION,
          .scenario_echo = echo(*scenario, parts),
          .stack_echo = describe_stack(scenario->stack),
          .nat_echo = scenario->nat ? describe_stack(scenario->nat->stack) : decltype(Report::nat_echo){},
          .scenario = scenario,
          .result = std::move(result),
          .theory = closed_forms(scenario),
          .sustainable = parts.with_sustainable ? std::optional(find_sustainable(scenario)) : std::nullopt,
          .with_fingerprint = parts.with_fingerprint,
          .replications = parts.replications,
          .batches = batches,
          .replay = parts.replay};
}

}  // namespace portsim::cli
