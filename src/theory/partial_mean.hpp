// Means of random durations, whole and below a limit.
#pragma once

#include <optional>

#include "portsim/distribution.hpp"

namespace portsim {

/// How a limit c divides a random duration X.
struct PartBelow {
  double exceeding = 0;  ///< P(X > c)
  double mean_ns = 0;    ///< E[X; X <= c] in nanoseconds

  /// P(X <= c)
  [[nodiscard]] double probability() const { return 1 - exceeding; }
};

/// The part of `distribution` at or below `limit_ns` (negative: nothing; from 10^9 s on: all of it, since
/// longer draws are cut to 10^9 s). The rounding of draws to whole nanoseconds is not taken into account.
/// Empty where it is not known: a lognormal law that the limit cuts, or a law that has no mean.
[[nodiscard]] std::optional<PartBelow> part_below(const Distribution& distribution, double limit_ns);

/// The mean in nanoseconds of what the simulator draws, the cut at 10^9 s included. Empty for a Pareto law
/// of shape <= 1, which has no mean, and for a lognormal law that reaches 10^9 s.
[[nodiscard]] std::optional<double> mean_ns(const Distribution& distribution);

}  // namespace portsim
