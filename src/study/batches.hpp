// What one long run says of itself: when its start-up is over, and how sure its means are.
#pragma once

#include <cstdint>
#include <optional>

#include "portsim/replications.hpp"
#include "portsim/result.hpp"

namespace portsim {

/// How long the start-up of a run lasts, from its timeline of ports in use, by MSER-5: of the means of 5
/// steps each, as many are left out at the start as make the standard error of the mean of the others
/// smallest. Empty where that would be half of the run or more: it is too short to tell. The run must count
/// from its start. Source: K. P. White, M. J. Cobb, S. C. Spratt, Winter Simulation Conference (2000).
[[nodiscard]] std::optional<Duration> find_warm_up(const Result& run);

/// Fewest and most batches of a run: its timeline has about 1,000 steps.
inline constexpr std::uint64_t kLeastBatches = 5;
inline constexpr std::uint64_t kMostBatches = 100;

/// Cuts the counted window into `count` batches of equal length (but for a step of the timeline), whose means
/// are taken as independent observations; whether they are is part of the result. Empty where the window has
/// fewer steps than batches. Ports in use are those at the end of each step.
[[nodiscard]] std::optional<BatchResult> batch_means(const Result& run, std::uint64_t count);

}  // namespace portsim
