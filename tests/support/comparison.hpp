// One scenario through the engine and through the reference simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"
#include "reference_simulator.hpp"

namespace portsim {

/// The scenario in words: every option and number of the stack, and the rows of a recorded load.
[[nodiscard]] std::string to_text(const Scenario& scenario);

/// The scenario without its faults; throws, naming them, if it has any.
[[nodiscard]] ValidScenario must_be_valid(const Scenario& scenario);

/// Runs both on `scenario`; says what differs or which invariant the engine's result breaks, together with
/// the scenario. Empty if all is well. `run` receives what the reference simulator gave.
[[nodiscard]] std::optional<std::string> disagreement(const ValidScenario& scenario,
                                                      std::uint64_t outage_list_limit,
                                                      Duration extra_timeline_step, ReferenceRun& run);

}  // namespace portsim
