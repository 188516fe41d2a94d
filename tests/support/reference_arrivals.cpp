#include "reference_arrivals.hpp"

#include <cstdint>
#include <variant>

#include "base/exact_ratio.hpp"
#include "engine/sampling.hpp"

namespace portsim::reference {
namespace {

/// The times at which callers first try, in order.
class ArrivalTimes {
 public:
  ArrivalTimes(const Scenario& scenario, const GeneratedLoad& load, const Draws& draws)
      : load_(load), draws_(draws), duration_(scenario.duration.count()) {
    // mantissa / 10^decimals connections in `seconds_of(unit)` seconds.
    numerator_ = Uint128{seconds_of(load.rate.unit)} * static_cast<std::uint64_t>(kNanosecondsPerSecond);
    for (int i = 0; i < load.rate.decimals; ++i) {
      numerator_ *= 10;
    }
  }

  std::vector<Nanoseconds> all() {
    std::visit([this](const auto& arrivals) { add(arrivals); }, load_.arrivals);
    return times_;
  }

 private:
  /// floor(count * requests per connection * 10^9 / rate)
  [[nodiscard]] Nanoseconds time_of(std::uint64_t count) const {
    const Uint128 time =
        multiply_divide(count * load_.requests_per_connection, numerator_, load_.rate.mantissa);
    return time < static_cast<Uint128>(duration_) ? static_cast<Nanoseconds>(time) : duration_;
  }

  void add(const DeterministicArrivals& /*unused*/) {
    for (std::uint64_t k = 0; time_of(k) < duration_; ++k) {
      times_.push_back(time_of(k));
    }
  }

  void add(const PoissonArrivals& /*unused*/) {
    const double mean_gap = nearest_double(numerator_ * load_.requests_per_connection, load_.rate.mantissa);
    Uint128 sum = 0;  // in units of 2^-32 ns
    for (std::uint64_t k = 0;; ++k) {
      sum += sample_gap(mean_gap, draws_, k);
      if (sum >> 32 >= static_cast<Uint128>(duration_)) {
        return;
      }
      times_.push_back(static_cast<Nanoseconds>(sum >> 32));
    }
  }

  void add(const BatchArrivals& batch) {
    for (std::uint64_t j = 0; time_of(j * batch.size) < duration_; ++j) {
      times_.insert(times_.end(), batch.size, time_of(j * batch.size));
    }
  }

  void add(const OnOffArrivals& cycle) {
    const Nanoseconds length = (cycle.on + cycle.off).count();
    for (Nanoseconds start = 0; start < duration_; start += length) {
      for (std::uint64_t k = 0; time_of(k) < cycle.on.count() && start + time_of(k) < duration_; ++k) {
        times_.push_back(start + time_of(k));
      }
    }
  }

  /// The connections expected up to each step's start, in 10^-18, say in which step an attempt lies.
  void add(const ScheduledArrivals& scheduled) {
    constexpr Uint128 kConnection = Uint128{1'000'000'000'000'000'000};
    const std::vector<Schedule::Step>& steps = scheduled.schedule->steps;
    for (std::uint64_t k = 0;; ++k) {
      const Uint128 wanted = kConnection * load_.requests_per_connection * k;
      Uint128 expected = 0;
      bool found = false;
      for (std::size_t i = 0; i < steps.size() && !found; ++i) {
        const Nanoseconds start = steps[i].start.time_since_epoch().count();
        const Nanoseconds end =
            i + 1 < steps.size() ? steps[i + 1].start.time_since_epoch().count() : kLongestDelay.count();
        const Uint128 after = expected + Uint128{steps[i].rate} * static_cast<Uint128>(end - start);
        found = wanted < after;
        if (found) {
          const Nanoseconds time = start + static_cast<Nanoseconds>((wanted - expected) / steps[i].rate);
          if (time >= duration_) {
            return;
          }
          times_.push_back(time);
        }
        expected = after;
      }
      if (!found) {
        return;
      }
    }
  }

  const GeneratedLoad& load_;
  const Draws& draws_;
  Nanoseconds duration_;
  Uint128 numerator_ = 0;
  std::vector<Nanoseconds> times_;
};

}  // namespace

std::vector<Nanoseconds> arrival_times(const Scenario& scenario, const GeneratedLoad& load,
                                       const Draws& draws) {
  return ArrivalTimes(scenario, load, draws).all();
}

}  // namespace portsim::reference
