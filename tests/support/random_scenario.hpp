// Small valid scenarios of every kind, for comparing the engine with the reference simulator.
#pragma once

#include <cstdint>
#include <span>

#include "portsim/scenario.hpp"

namespace portsim {

/// A scenario without faults: 1 to 12 ports, 1 to 3 source addresses and destinations, a few dozen to a few
/// hundred attempts, every option mixed in. Times lie on a coarse grid more often than not, so that much
/// happens at one instant. The same number gives the same scenario with every compiler.
[[nodiscard]] Scenario random_scenario(std::uint64_t number);

/// The same, decided by bytes instead of by a number: the first ones decide most, and what they leave open is
/// the same for all. No more than 40 connections are offered, so that a fuzzer gets through many runs.
[[nodiscard]] Scenario scenario_of_bytes(std::span<const std::uint8_t> bytes);

/// Takes out of a random scenario what acts back on later attempts, and what makes the states depend on
/// draws; every second `number` gives constant phases.
[[nodiscard]] Scenario tamed(Scenario scenario, std::uint64_t number);

}  // namespace portsim
