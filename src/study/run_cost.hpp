// What a run takes, as far as that can be told before it: a run that no machine could end, or whose
// connections no memory could hold, is refused instead of begun.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The most attempts that runs may make in all: four months at 10^8 a second, a good core's speed.
inline constexpr double kMostAttempts = 1e15;

/// What runs may take.
struct RunLimits {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();  ///< of memory
  std::string memory_place = "--max-memory";                        ///< where that stands
  std::uint64_t runs = 1;                                           ///< of one scenario, all in all
  std::uint64_t at_once = 1;                                        ///< of those, at most
};

/// Says what is too much about the scenario; empty if nothing is, and where it cannot be told: of a log, and
/// of memory where holds are cut short. Looks at what is needed at least.
[[nodiscard]] std::optional<Fault> find_excess(const ValidScenario& scenario, const RunLimits& limits);

/// Says that so many runs in all, however short each of them is, are too many.
[[nodiscard]] std::optional<Fault> find_excess_of_runs(double runs);

/// How long the steps of a timeline may be, so that one who watches the run hears of it before long; zero
/// where those of its own timeline are short enough, or where it cannot be told, of a log.
[[nodiscard]] Duration watched_step(const ValidScenario& scenario);

/// `2 GB`, `300 MB`: three digits, in steps of 1,000.
[[nodiscard]] std::string size_text(double bytes);

}  // namespace portsim
