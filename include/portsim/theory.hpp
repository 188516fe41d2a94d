// Closed forms: what is known of a scenario without simulating it.
#pragma once

#include <cstdint>
#include <optional>

#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The closed forms that hold for a scenario. Each is empty unless its assumptions hold exactly.
struct Theory {
  std::optional<double> offered_load;         ///< mean rate x mean hold, in erlangs
  std::optional<double> fluid_failure_ratio;  ///< max(0, 1 - capacity / offered load)
  std::optional<TimePoint> first_failure;     ///< deterministic arrivals with one constant hold
  std::optional<double> erlang_b;             ///< steady-state failure ratio of Poisson arrivals
};

[[nodiscard]] Theory closed_forms(const ValidScenario& scenario);

}  // namespace portsim
