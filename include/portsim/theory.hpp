// Closed forms: what is known of a scenario without simulating it.
#pragma once

#include <cstdint>
#include <optional>

#include "portsim/rate.hpp"
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

/// The largest or smallest legal values with which a run of the scenario has no failure; each is empty
/// where the load is random or where there is no such value.
struct Sustainable {
  std::optional<Rate> max_rate;            ///< per second, rounded down to 12 significant digits
  std::optional<Duration> max_delay;       ///< TIME_WAIT delay
  std::optional<std::uint64_t> min_ports;  ///< size of the pool, those that other programs hold included
};

/// Finds the values of `Sustainable`, from the closed form where one holds, and verifies each by a run.
[[nodiscard]] Sustainable find_sustainable(const ValidScenario& scenario);

}  // namespace portsim
