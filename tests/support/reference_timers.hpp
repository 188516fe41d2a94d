// When a stack's timers end.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"

namespace portsim::reference {

/// Simulated time or a span of it, in nanoseconds.
using Nanoseconds = std::int64_t;

/// The timers of one host: exact, or those of a Linux timer wheel, which end at a tick of a grid that is the
/// coarser the longer the timer.
class Timers {
 public:
  /// Timers that end on time.
  Timers() = default;

  /// The timers of the scenario's stack; the grid's origin is the scenario's or, if it has none, drawn.
  Timers(const Scenario& scenario, const Draws& draws);

  /// True unless timers end on time.
  [[nodiscard]] bool are_on_a_grid() const { return jiffy_.has_value(); }

  /// When a timer of `wait` (>= 0) ends that is armed at `armed`.
  [[nodiscard]] Nanoseconds end_of(Nanoseconds armed, Nanoseconds wait) const;

 private:
  std::optional<Nanoseconds> jiffy_;  ///< empty: no wheel
  Nanoseconds offset_ = 0;
};

}  // namespace portsim::reference
