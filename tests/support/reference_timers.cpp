#include "reference_timers.hpp"

#include "engine/sampling.hpp"

namespace portsim::reference {
namespace {

/// The whole number of jiffies nearest to `wait`, halves upwards.
std::int64_t jiffies_of(Nanoseconds wait, Nanoseconds jiffy) { return (2 * wait + jiffy) / (2 * jiffy); }

/// Jiffies from one tick to the next of the level on which a timer of so many jiffies lies.
std::int64_t granularity(std::int64_t jiffies) {
  std::int64_t result = 1;
  while (jiffies >= 63 * result) {
    result *= 8;
  }
  return result;
}

/// a / b towards minus infinity; b > 0.
std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

Timers::Timers(const Scenario& scenario, const Draws& draws) {
  if (!scenario.stack.timer_hz.has_value()) {
    return;
  }
  const std::int64_t hz = *scenario.stack.timer_hz;
  const Nanoseconds jiffy = (kNanosecondsPerSecond + hz / 2) / hz;
  const Nanoseconds period = jiffy * granularity(jiffies_of(scenario.time_wait.count(), jiffy));
  jiffy_ = jiffy;
  offset_ =
      scenario.timer_offset.has_value() ? scenario.timer_offset->count() : sample_timer_offset(draws, period);
}

Nanoseconds Timers::end_of(Nanoseconds armed, Nanoseconds wait) const {
  if (!jiffy_.has_value()) {
    return armed + wait;
  }
  const std::int64_t jiffies = jiffies_of(wait, *jiffy_);
  const std::int64_t level_tick = granularity(jiffies);
  const std::int64_t now = floor_divide(armed - offset_, *jiffy_);
  return offset_ + *jiffy_ * level_tick * (floor_divide(now + jiffies, level_tick) + 1);
}

}  // namespace portsim::reference
