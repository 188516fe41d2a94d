#include "engine/timers.hpp"

#include "engine/sampling.hpp"

namespace portsim {
namespace {

/// Ticks below this go into the finest level; each further level takes 8 times as many.
constexpr std::int64_t kFirstLevel = 63;
constexpr std::int64_t kLevelFactor = 8;

/// The width in ticks of a slot of the level that a timer of `ticks` waits in.
std::int64_t slot_width(std::int64_t ticks) {
  std::int64_t width = 1;
  while (ticks >= kFirstLevel * width) {
    width *= kLevelFactor;
  }
  return width;
}

/// The quotient rounded towards minus infinity; `divisor` > 0.
std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor) {
  return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

}  // namespace

Timers::Timers(const Scenario& scenario, const Draws& draws) {
  if (const auto hz = scenario.stack.timer_hz) {
    tick_ = (kNanosecondsPerSecond + *hz / 2) / *hz;
    origin_ = scenario.timer_offset ? scenario.timer_offset->count()
                                    : sample_timer_offset(draws, grid(scenario.time_wait).count());
  }
}

std::int64_t Timers::ticks(Duration delay) const { return (delay.count() + tick_ / 2) / tick_; }

Timers::Slot Timers::slot_of(TimePoint now, Duration delay) const {
  const std::int64_t since_origin = now.time_since_epoch().count() - origin_;
  const std::int64_t wanted = ticks(delay);
  const std::int64_t width = slot_width(wanted);
  const std::int64_t end = (floor_divide(floor_divide(since_origin, tick_) + wanted, width) + 1) * width;
  const auto at = [this](std::int64_t tick) { return TimePoint{Duration{origin_ + tick_ * tick}}; };
  return {.first = at(end - width - wanted), .last = at(end - wanted) - Duration{1}, .end = at(end)};
}

Duration Timers::wait(TimePoint now, Duration delay) const {
  return is_wheel() ? slot_of(now, delay).end - now : delay;
}

Duration Timers::least(Duration delay) const {
  return is_wheel() ? Duration{tick_ * ticks(delay) + 1} : delay;
}

Duration Timers::grid(Duration delay) const {
  return is_wheel() ? Duration{tick_ * slot_width(ticks(delay))} : Duration{};
}

}  // namespace portsim
