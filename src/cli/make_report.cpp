#include "cli/make_report.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "portsim/theory.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/settings.hpp"

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
  return options;
}

}  // namespace

Report make_report(const ValidScenario& scenario, Result result, const ReportParts& parts) {
  return {.version = PORTSIM_VERSION,
          .scenario_echo = echo(*scenario, parts),
          .stack_echo = describe_stack(scenario->stack),
          .scenario = scenario,
          .result = std::move(result),
          .theory = closed_forms(scenario),
          .sustainable = parts.with_sustainable ? std::optional(find_sustainable(scenario)) : std::nullopt,
          .with_fingerprint = parts.with_fingerprint,
          .replay = parts.replay};
}

}  // namespace portsim::cli
