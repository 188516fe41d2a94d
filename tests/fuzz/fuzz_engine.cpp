// The engine on any scenario. It must give what the reference simulator gives and keep the invariants, event
// by event and, where it can, in bulk. The first byte says whether the scenario is tamed, so that it can.
#include "comparison.hpp"
#include "engine/engines.hpp"
#include "random_scenario.hpp"
#include "result_difference.hpp"
#include "target.hpp"

namespace portsim::fuzz {
namespace {

Scenario scenario_of(std::span<const std::uint8_t> bytes, std::uint8_t kind) {
  Scenario scenario = scenario_of_bytes(bytes);
  return kind % 4 == 0 ? tamed(std::move(scenario), kind / 4) : scenario;
}

/// Without a fingerprint cycles that repeat are passed over.
void compare_bulk(const ValidScenario& scenario, std::size_t block) {
  Result expected = simulate_by_events(scenario, {});
  for (const bool fingerprint : {true, false}) {
    expected.fingerprint = fingerprint ? expected.fingerprint : 0;
    const Result bulk = simulate_in_bulk(scenario, {.fingerprint = fingerprint}, block);
    if (const auto found = first_difference(bulk, expected)) {
      report_finding(found->field + ": in bulk " + found->left + ", by events " + found->right +
                     ", blocks of " + std::to_string(block) +
                     (fingerprint ? "\n" : ", without a fingerprint\n") + to_text(*scenario));
    }
  }
}

}  // namespace
}  // namespace portsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  if (size == 0) {
    return 0;
  }
  const ValidScenario scenario = must_be_valid(fuzz::scenario_of({data + 1, size - 1}, data[0]));
  const Duration step{1 + (scenario->duration - scenario->warm_up).count() / (1 + data[0] % 50)};
  ReferenceRun run;
  if (const auto text = disagreement(scenario, 1000, step, run)) {
    fuzz::report_finding(*text);
  }
  if (runs_in_bulk(scenario)) {
    fuzz::compare_bulk(scenario, 1 + data[0] % 7);
  }
  return 0;
}
