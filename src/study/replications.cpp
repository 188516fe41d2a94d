#include "study/replications.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include "base/exact_ratio.hpp"
#include "study/moments.hpp"
#include "study/ordered_work.hpp"
#include "theory/binomial.hpp"

namespace portsim {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

double seconds(Duration time) { return static_cast<double>(time.count()) / kNanosecondsPerSecond; }

std::optional<double> quotient(Uint128 numerator, Uint128 denominator) {
  return denominator == 0 ? std::nullopt : std::optional(nearest_double(numerator, denominator));
}

std::optional<double> hold_mean(const Result& result) {
  constexpr Uint128 kNanoseconds = 1'000'000'000;
  return result.hold_sum_ns ? quotient(*result.hold_sum_ns, result.holds * kNanoseconds) : std::nullopt;
}

std::optional<double> value_of(const Result& result, Measure measure) {
  switch (measure) {
    case Measure::attempts: return static_cast<double>(result.attempts);
    case Measure::connected: return static_cast<double>(result.connected);
    case Measure::failed: return static_cast<double>(result.failed);
    case Measure::failure_ratio: return quotient(result.failed, result.attempts).value_or(0);
    case Measure::outage_count: return static_cast<double>(result.outages.count);
    case Measure::outage_total: return seconds(result.outages.total);
    case Measure::outage_longest: return seconds(result.outages.longest);
    case Measure::ports_peak: return static_cast<double>(result.ports_in_use.peak);
    case Measure::ports_mean:
      return quotient(result.ports_in_use.area, static_cast<Uint128>(result.window.count()));
    case Measure::hold_mean: return hold_mean(result);
    case Measure::search_mean: return quotient(result.search_sum, result.attempts);
    case Measure::drain: return result.drain ? std::optional(seconds(*result.drain)) : std::nullopt;
  }
  return std::nullopt;
}

/// A measure over replications; not known if it is unknown of one of them.
class MeasureMoments {
 public:
  void add(std::optional<double> value) {
    is_known_ = is_known_ && value.has_value();
    moments_.add(value.value_or(0));
  }

  [[nodiscard]] std::optional<MeanEstimate> estimate() const {
    return is_known_ ? std::optional(moments_.estimate()) : std::nullopt;
  }

  [[nodiscard]] bool is_constant() const { return moments_.squares() == 0; }

  [[nodiscard]] bool is_within(double half_width) const {
    return is_known_ && moments_.half_width() < half_width;
  }

 private:
  Moments moments_;
  bool is_known_ = true;
};

/// What is kept of the replications so far.
class Summary {
 public:
  void add(const Result& result) {
    for (std::size_t index = 0; index < moments_.size(); ++index) {
      moments_[index].add(value_of(result, static_cast<Measure>(index)));
    }
    all_alike_ = std::all_of(moments_.begin(), moments_.end(),
                             [](const MeasureMoments& moments) { return moments.is_constant(); });
    if (result.first_failure) {
      first_failures_.push_back(result.first_failure->time);
    }
    ++count_;
  }

  [[nodiscard]] bool meets(const Precision& precision) const {
    return count_ >= kLeastReplications &&
           moments_[static_cast<std::size_t>(precision.measure)].is_within(precision.half_width);
  }

  [[nodiscard]] ReplicationResult result() {
    ReplicationResult result{
        .count = count_, .all_alike = all_alike_, .means = {}, .without_failure = {}, .first_failure = {}};
    for (std::size_t index = 0; index < moments_.size(); ++index) {
      result.means[index] = moments_[index].estimate();
    }
    const std::uint64_t without = count_ - first_failures_.size();
    const Interval interval = wilson_interval(without, count_);
    result.without_failure = {nearest_double(without, count_), interval.low, interval.high};
    std::sort(first_failures_.begin(), first_failures_.end());
    for (std::size_t index = 0; index < kQuantiles.size(); ++index) {
      const RankInterval ranks = quantile_ranks(count_, kQuantiles[index] / 100.0);
      // Nothing fails before the start, if no observation is a bound.
      result.first_failure[index] = {.value = of_rank((count_ * kQuantiles[index] + 99) / 100),
                                     .low = ranks.low ? of_rank(*ranks.low) : TimePoint{},
                                     .high = of_rank(ranks.high)};
    }
    return result;
  }

 private:
  /// The first failure of that rank; runs without one come after all others.
  [[nodiscard]] std::optional<TimePoint> of_rank(std::optional<std::uint64_t> rank) const {
    return rank && *rank <= first_failures_.size() ? std::optional(first_failures_[*rank - 1]) : std::nullopt;
  }

  std::array<MeasureMoments, kMeasureNames.size()> moments_;
  std::uint64_t count_ = 0;
  bool all_alike_ = true;
  std::vector<TimePoint> first_failures_;
};

Result run(const ValidScenario& scenario, std::uint64_t index, const RunOptions& first) {
  if (index == 0) {
    return simulate(scenario, first);
  }
  Scenario other = *scenario;
  other.replication += static_cast<std::uint32_t>(index);
  Result result = simulate(std::get<ValidScenario>(validate(std::move(other))));
  result.timeline = {};
  result.outages.list = {};
  return result;
}

}  // namespace

Replicated replicate(const ValidScenario& scenario, const RunOptions& first, const ReplicationGoal& goal,
                     unsigned jobs, const std::function<void(const Result&)>& watch) {
  OrderedWork<Result> work(0, goal.most, jobs,
                           [&](std::uint64_t index) { return run(scenario, index, first); });
  Replicated replicated;
  Summary summary;
  bool is_enough = false;
  for (bool is_first = true; !work.is_done() && !is_enough; is_first = false) {
    std::optional<Result> result;
    while (!result) {
      result = work.next(std::chrono::minutes(1));
    }
    watch(*result);
    summary.add(*result);
    if (is_first) {
      replicated.first = *std::move(result);
    }
    is_enough = goal.until && summary.meets(*goal.until);
  }
  replicated.all = summary.result();
  replicated.is_precise = !goal.until || is_enough;
  return replicated;
}

}  // namespace portsim
