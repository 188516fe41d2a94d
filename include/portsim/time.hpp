// Simulated time: whole nanoseconds, never a floating-point second.
#pragma once

#include <chrono>
#include <cstdint>

namespace portsim {

/// A span of simulated time in whole nanoseconds (signed 64 bits: up to 292 years).
using Duration = std::chrono::duration<std::int64_t, std::nano>;

/// The clock of a simulation. It has no `now()`: the engine alone says what time it is.
struct SimulatedClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<SimulatedClock>;
  static constexpr bool is_steady = true;  // NOLINT(readability-identifier-naming): named by <chrono>
};

/// An instant of simulated time, counted from the start of the run (`TimePoint{}`).
using TimePoint = SimulatedClock::time_point;

inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

/// The largest time that a user may give, and the value at which a random delay is cut: 10^9 s.
inline constexpr Duration kLongestDelay{kNanosecondsPerSecond * kNanosecondsPerSecond};

}  // namespace portsim
