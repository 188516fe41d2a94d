// When the timers of a stack end: on time, or on the grid of the Linux timer wheel.
#pragma once

#include <cstdint>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The timers of one host.
///
/// On a wheel a timer of n ticks waits in the level L that is the smallest with n < 63 * 8^L, whose slots are
/// 8^L ticks wide, and ends with its slot: never before its time, and together with its neighbours. At 250
/// ticks a second 60 s end on a grid of 2.048 s. The ticks are counted from an origin that belongs to the
/// machine. Source: measurements of Linux 6.18, tests/validation.
class Timers {
 public:
  /// Without `timer_hz` in the scenario's stack every timer ends on time. Draws the origin if the scenario
  /// has none: in one period of the grid on which its TIME_WAIT ends.
  Timers(const Scenario& scenario, const Draws& draws);

  /// True when timers end on a grid.
  [[nodiscard]] bool is_wheel() const { return tick_ > 0; }

  /// How long a timer of `delay` that is armed at `now` runs.
  [[nodiscard]] Duration wait(TimePoint now, Duration delay) const;

  /// No timer of `delay` runs for less.
  [[nodiscard]] Duration least(Duration delay) const;

  /// Timers that end together: those of one delay that are armed from `first` to `last`.
  struct Slot {
    TimePoint first{};
    TimePoint last{};
    TimePoint end{};
  };

  /// Those that end with a timer of `delay` that is armed at `now`; only on a wheel.
  [[nodiscard]] Slot slot_of(TimePoint now, Duration delay) const;

  /// The distance of the instants at which timers of `delay` end; 0 without a wheel.
  [[nodiscard]] Duration grid(Duration delay) const;

 private:
  [[nodiscard]] std::int64_t ticks(Duration delay) const;

  std::int64_t tick_ = 0;  ///< nanoseconds; 0: no wheel
  std::int64_t origin_ = 0;
};

}  // namespace portsim
