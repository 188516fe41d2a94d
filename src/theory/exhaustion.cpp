#include "theory/exhaustion.hpp"

#include <algorithm>
#include <numeric>

#include "base/exact_ratio.hpp"
#include "portsim/selection.hpp"

namespace portsim {
namespace {

constexpr Uint128 kNone = 0;
constexpr Uint128 kLargest = ~kNone;

// Attempts of a load that begins at 0 and never pauses.
class Steady {
 public:
  explicit Steady(const GeneratedLoad& load)
      : gap_(nanoseconds_between(load.rate)), requests_(load.requests_per_connection) {}

  // The instant of attempt k, from 0, in nanoseconds. k below 2^32.
  [[nodiscard]] Uint128 time(std::uint64_t k) const {
    return multiply_divide(k * requests_, gap_.numerator, gap_.denominator);
  }

  // Attempts at or before `time_ns` >= 0: the k with k * requests * gap < time + 1.
  [[nodiscard]] Uint128 up_to(Uint128 time_ns) const {
    return ((time_ns + 1) * gap_.denominator - 1) / requests_ / gap_.numerator + 1;
  }

 private:
  Fraction gap_;
  std::uint64_t requests_;
};

// Attempts of an on-off load.
class OnOff {
 public:
  OnOff(const GeneratedLoad& load, const OnOffArrivals& arrivals)
      : steady_(load),
        on_(static_cast<Uint128>(arrivals.on.count())),
        period_(on_ + static_cast<Uint128>(arrivals.off.count())),
        per_cycle_(steady_.up_to(on_ - 1)) {}

  [[nodiscard]] Uint128 period() const { return period_; }
  [[nodiscard]] Uint128 per_cycle() const { return per_cycle_; }

  // Attempts at or before `time_ns`.
  [[nodiscard]] Uint128 up_to(Uint128 time_ns) const {
    return time_ns / period_ * per_cycle_ + std::min(per_cycle_, steady_.up_to(time_ns % period_));
  }

  // True when no attempt of `cycle` before `end` fails, if none failed earlier. A hold after its start the
  // cycle is as a steady load, which fails within the first hold or never.
  [[nodiscard]] bool cycle_succeeds(Uint128 cycle, Uint128 hold, Uint128 end, std::uint64_t capacity) const {
    for (std::uint64_t k = 0; k < per_cycle_; ++k) {
      const Uint128 within = steady_.time(k);
      const Uint128 time = cycle * period_ + within;
      if (within >= hold || time >= end) {
        return true;
      }
      const Uint128 released = time >= hold ? up_to(time - hold) : kNone;
      if (cycle * per_cycle_ + k - released >= capacity) {
        return false;
      }
    }
    return true;
  }

 private:
  Steady steady_;
  Uint128 on_;
  Uint128 period_;
  Uint128 per_cycle_;
};

// The ports held at the k-th attempt of a cycle cannot fall from one cycle to the next, and are the same in
// all cycles that start a hold or more after 0. So the last such cycle decides, or, where the window cuts
// that one off, it and the whole one before.
bool on_off_never_exhausts(const OnOff& load, Uint128 hold, Uint128 duration, std::uint64_t capacity) {
  const Uint128 last = std::min((duration - 1) / load.period(), (hold + load.period() - 1) / load.period());
  return load.cycle_succeeds(last, hold, duration, capacity) &&
         (last == 0 || load.cycle_succeeds(last - 1, hold, duration, capacity));
}

Uint128 unsigned_ns(Duration duration) { return static_cast<Uint128>(duration.count()); }

// The size of the batches in which a steady load comes; 0 for a load that is not steady.
std::uint64_t batch_size(const Arrivals& arrivals) {
  if (std::holds_alternative<DeterministicArrivals>(arrivals)) {
    return 1;
  }
  const auto* batch = std::get_if<BatchArrivals>(&arrivals);
  return batch != nullptr ? batch->size : 0;
}

}  // namespace

std::optional<Fraction> mean_rate_per_ns(const GeneratedLoad& load) {
  if (const auto* on_off = std::get_if<OnOffArrivals>(&load.arrivals)) {
    const OnOff attempts(load, *on_off);
    return Fraction{attempts.per_cycle(), attempts.period()};
  }
  if (std::holds_alternative<ScheduledArrivals>(load.arrivals)) {
    return std::nullopt;
  }
  const Fraction gap = nanoseconds_between(load.rate);
  const Uint128 requests = load.requests_per_connection;
  const Uint128 common =
      std::gcd(static_cast<std::uint64_t>(gap.denominator % requests), load.requests_per_connection);
  if (gap.numerator > kLargest / (requests / common)) {
    return std::nullopt;
  }
  return Fraction{gap.denominator / common, gap.numerator * (requests / common)};
}

bool is_deterministic(const Arrivals& arrivals) { return batch_size(arrivals) == 1; }

bool finds_any_free_port(const Scenario& scenario) {
  return !scenario.stack.gives_out_time_wait &&
         finds_any_free_port(scenario.selection, count_ports(scenario.ports));
}

bool acts_as_one_pool(const ValidScenario& scenario) {
  if (!finds_any_free_port(*scenario)) {
    return false;
  }
  if (scenario.keys() == 1) {
    return true;
  }
  const auto* load = std::get_if<GeneratedLoad>(&scenario->load);
  const bool destinations_count = scenario->scope == Scope::tuple && scenario->bind != BindMode::port0;
  return load != nullptr && is_deterministic(load->arrivals) && !scenario->destination_skew &&
         (destinations_count || scenario->destinations == 1);
}

bool never_exhausts(const GeneratedLoad& load, Duration hold, Duration duration, std::uint64_t capacity) {
  if (capacity == 0 || std::holds_alternative<PoissonArrivals>(load.arrivals) ||
      std::holds_alternative<ScheduledArrivals>(load.arrivals)) {
    return false;
  }
  if (hold == Duration{}) {
    return true;  // each port is free again before the next attempt, even of the same instant
  }
  if (const auto* on_off = std::get_if<OnOffArrivals>(&load.arrivals)) {
    return on_off_never_exhausts(OnOff(load, *on_off), unsigned_ns(hold), unsigned_ns(duration), capacity);
  }
  const std::uint64_t size = batch_size(load.arrivals);
  return Steady(load).time(capacity / size * size) >= unsigned_ns(std::min(hold, duration));
}

Duration telling_window(const GeneratedLoad& load, Duration hold, Duration duration) {
  Uint128 window = unsigned_ns(hold) + 1;
  const auto* on_off = std::get_if<OnOffArrivals>(&load.arrivals);
  if (on_off != nullptr && on_off->off < hold) {
    const Uint128 period = unsigned_ns(on_off->on) + unsigned_ns(on_off->off);
    window += (unsigned_ns(hold) + period - 1) / period * period;
  }
  return Duration(static_cast<Duration::rep>(std::min(window, unsigned_ns(duration))));
}

std::optional<TimePoint> first_failure(const GeneratedLoad& load, Duration hold, Duration duration,
                                       std::uint64_t capacity) {
  const Uint128 time = Steady(load).time(capacity);
  const bool fails = capacity == 0 || time < unsigned_ns(hold);
  if (!fails || time >= unsigned_ns(duration)) {
    return std::nullopt;
  }
  return TimePoint(Duration(static_cast<Duration::rep>(time)));
}

}  // namespace portsim
