// A recorded load in other sizes: what if there were more of it, or if it came faster?
#pragma once

#include <cstdint>

#include "portsim/scenario.hpp"

namespace portsim {

/// How a recorded load is changed before it is replayed.
struct LoadChange {
  Fraction speed{1, 1};     ///< > 0, both parts below 2^62: starts are divided by it; durations stay
  std::uint32_t scale = 1;  ///< each connection comes so many times
  std::uint64_t seed = 1;   ///< of the copies' jitter

  [[nodiscard]] bool is_none() const { return speed.numerator == speed.denominator && scale == 1; }
};

/// Up to which time behind its connection a copy starts: one second.
inline constexpr Duration kCopyJitter{kNanosecondsPerSecond};

/// The load with each start at floor(start / speed), and each connection `scale` times: itself, and copies
/// that start uniformly at random within a second of it, to the nanosecond. Copy i of connection k takes draw
/// (k, i) of replication 1, so that replications replay the same load. At one instant connections keep their
/// order.
[[nodiscard]] RecordedLoad changed(const RecordedLoad& load, const LoadChange& change);

}  // namespace portsim
