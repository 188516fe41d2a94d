// Small valid scenarios of every kind, for comparing the engine with the reference simulator.
#pragma once

#include <cstdint>

#include "portsim/scenario.hpp"

namespace portsim {

/// A scenario without faults: 1 to 12 ports, 1 to 3 source addresses and destinations, a few dozen to a few
/// hundred attempts, every option mixed in. Times lie on a coarse grid more often than not, so that much
/// happens at one instant. The same number gives the same scenario with every compiler.
[[nodiscard]] Scenario random_scenario(std::uint64_t number);

}  // namespace portsim
