// When callers first try, written down at once for the whole run.
#pragma once

#include <vector>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "reference_timers.hpp"

namespace portsim::reference {

/// The times inside [0, duration) at which the callers of a made-up load first try, in order.
[[nodiscard]] std::vector<Nanoseconds> arrival_times(const Scenario& scenario, const GeneratedLoad& load,
                                                     const Draws& draws);

}  // namespace portsim::reference
