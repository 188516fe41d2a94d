#include "study/target_runs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "base/exact_ratio.hpp"
#include "engine/recorded_peak.hpp"
#include "scenario/condition.hpp"
#include "study/run_cost.hpp"
#include "theory/exhaustion.hpp"

namespace portsim {

Condition target_of(const Scenario& scenario) { return scenario.target.value_or(no_failure()); }

std::string too_little_effort(double attempts) {
  constexpr double kTen = 10;
  int exponent = 0;
  for (; attempts > kTen; attempts /= kTen) {
    ++exponent;
  }
  const std::string effort =
      std::to_string(static_cast<int>(std::ceil(attempts))) + "e" + std::to_string(exponent);
  return "that takes up to " + effort + " simulated attempts: try --effort " + effort;
}

namespace {

double expected_attempts(const Schedule& schedule, Duration duration) {
  constexpr double kRateUnitsPerNanosecond = 1e18;
  double attempts = 0;
  for (std::size_t index = 0; index < schedule.steps.size(); ++index) {
    const bool is_last = index + 1 == schedule.steps.size();
    const TimePoint end = TimePoint{} + duration;
    const TimePoint until = is_last ? end : std::min(end, schedule.steps[index + 1].start);
    const auto length =
        static_cast<double>(std::max(until - schedule.steps[index].start, Duration{}).count());
    attempts += length * static_cast<double>(schedule.steps[index].rate) / kRateUnitsPerNanosecond;
  }
  return attempts;
}

}  // namespace

const GeneratedLoad* steady_load(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  return load == nullptr || std::holds_alternative<ScheduledArrivals>(load->arrivals) ? nullptr : load;
}

double expected_attempts(const Scenario& scenario) {
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    return static_cast<double>(recorded->connections->size());
  }
  const auto& load = std::get<GeneratedLoad>(scenario.load);
  if (const auto* scheduled = std::get_if<ScheduledArrivals>(&load.arrivals)) {
    return expected_attempts(*scheduled->schedule, scenario.duration) / load.requests_per_connection;
  }
  const auto rate = mean_rate_per_ns(load);
  return rate ? nearest_double(rate->numerator, rate->denominator) *
                    static_cast<double>(scenario.duration.count())
              : std::numeric_limits<double>::infinity();
}

Duration time_of(const GeneratedLoad& load, std::uint64_t connections) {
  const Fraction gap = nanoseconds_between(load.rate);
  const std::uint64_t requests = connections * load.requests_per_connection;
  const Uint128 longest = std::numeric_limits<Duration::rep>::max();
  const Uint128 time = std::min(multiply_divide(requests, gap.numerator, gap.denominator), longest);
  return std::max(Duration(static_cast<Duration::rep>(time)), Duration{1});
}

namespace {

/// The scenario within [0, window), without a warm-up where the first failure is asked for; empty if it
/// breaks a rule.
std::optional<ValidScenario> within(Scenario scenario, Duration window, bool to_first_failure) {
  scenario.duration = std::min(scenario.duration, window);
  if (to_first_failure) {
    scenario.warm_up = {};
  }
  auto checked = validate(std::move(scenario));
  auto* valid = std::get_if<ValidScenario>(&checked);
  return valid == nullptr ? std::nullopt : std::optional(std::move(*valid));
}

Result run(const ValidScenario& scenario, bool to_first_failure, Ledger& ledger) {
  RunOptions options;
  options.outage_list_limit = 0;
  options.fingerprint = false;
  options.stop_at_first_failure = to_first_failure;
  options.extra_timeline = ledger.watch;
  options.extra_timeline_step = watched_step(scenario);
  Result result = simulate(scenario, options);
  ++ledger.runs;
  ledger.attempts +=
      to_first_failure && result.first_failure ? result.first_failure->attempt : result.attempts;
  return result;
}

/// Whether a log's run has a failure, if counting its connections tells: then it takes no run.
std::optional<bool> is_exhausted_by_count(const ValidScenario& scenario, Ledger& ledger) {
  const auto* log = std::get_if<RecordedLoad>(&scenario->load);
  const auto found =
      log == nullptr ? std::nullopt : RecordedPeak(scenario).of(*log->connections, scenario->duration);
  if (!found) {
    return std::nullopt;
  }
  ++ledger.runs;
  ledger.attempts += found->attempts;
  return found->is_exhausted;
}

}  // namespace

std::optional<Result> run_once(Scenario scenario, Duration window, bool to_first_failure, Ledger& ledger) {
  const auto valid = within(std::move(scenario), window, to_first_failure);
  return valid ? std::optional(run(*valid, to_first_failure, ledger)) : std::nullopt;
}

bool run_meets(const Condition& target, Scenario scenario, Duration window, Ledger& ledger) {
  const bool no_failure_asked = asks_for_no_failure(target);
  const auto valid = within(std::move(scenario), window, no_failure_asked);
  if (!valid) {
    return false;
  }
  if (!no_failure_asked) {
    return meets(target, run(*valid, false, ledger));
  }
  const auto is_exhausted = is_exhausted_by_count(*valid, ledger);
  return is_exhausted ? !*is_exhausted : !run(*valid, true, ledger).exhausted();
}

}  // namespace portsim
