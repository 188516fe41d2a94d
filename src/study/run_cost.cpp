#include "study/run_cost.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "base/exact_ratio.hpp"
#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "theory/exhaustion.hpp"
#include "theory/hold.hpp"

namespace portsim {
namespace {

/// The engine in bulk keeps an instant of each connection that is held, and where ports are given in turn no
/// more; the other engine takes several times that.
constexpr double kLeastBytes = 8;

constexpr double kSecondsPerDay = 86'400;
constexpr double kRunsPerSecond = 8e4;      // of no attempt at all: a result is made and described
constexpr double kAttemptsPerSecond = 1e8;  // of the engine in bulk, the faster one, on a good core

/// Of a schedule: the integral of its rate.
double scheduled_attempts(const Schedule& schedule, Duration duration) {
  double attempts = 0;
  for (std::size_t i = 0; i < schedule.steps.size(); ++i) {
    const TimePoint end = i + 1 < schedule.steps.size() ? schedule.steps[i + 1].start : TimePoint{duration};
    const Duration length = std::min(end, TimePoint{duration}) - schedule.steps[i].start;
    attempts += static_cast<double>(std::max(length, Duration{}).count()) *
                static_cast<double>(schedule.steps[i].rate) / 1e18;  // 10^-9 a second, times ns
  }
  return attempts;
}

double attempts_of(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  if (load == nullptr) {
    return 0;
  }
  if (const auto* scheduled = std::get_if<ScheduledArrivals>(&load->arrivals)) {
    return scheduled_attempts(*scheduled->schedule, scenario.duration) /
           static_cast<double>(load->requests_per_connection);
  }
  const std::optional<Fraction> rate = mean_rate_per_ns(*load);
  return !rate ? 0
               : static_cast<double>(scenario.duration.count()) *
                     nearest_double(rate->numerator, rate->denominator);
}

/// A number of this size by its power of ten: `10^18`.
std::string magnitude(double value) {
  int power = 0;
  for (; value >= 10; value /= 10) {
    ++power;
  }
  return "10^" + std::to_string(power);
}

std::string days_text(double seconds) {
  const double days = seconds / kSecondsPerDay;
  const bool is_years = days >= 365;
  const double shown = is_years ? days / 365 : days;
  return std::to_string(static_cast<std::uint64_t>(shown)) + (is_years ? " years" : " days");
}

std::optional<Fault> find_excess_of_attempts(const ValidScenario& scenario, double attempts, bool is_one) {
  if (attempts <= kMostAttempts) {
    return std::nullopt;
  }
  return Fault{"--duration " + duration_text(scenario->duration),
               (is_one ? "the run" : "the runs") + std::string(" would make at least ") +
                   magnitude(attempts) + " attempts, and " + magnitude(kMostAttempts) +
                   " are the most: these take " + days_text(attempts / kAttemptsPerSecond) +
                   " where 10^8 are made in a second",
               "try a shorter --duration or a lower --rate"};
}

}  // namespace

std::optional<Fault> find_excess(const ValidScenario& scenario, const RunLimits& limits) {
  const double attempts = attempts_of(*scenario);
  if (auto fault =
          find_excess_of_attempts(scenario, attempts * static_cast<double>(limits.runs), limits.runs == 1)) {
    return fault;
  }
  const double bytes_each = kLeastBytes * static_cast<double>(limits.at_once);
  const auto capacity = static_cast<double>(scenario.capacity());
  if (capacity * bytes_each <= static_cast<double>(limits.bytes)) {
    return std::nullopt;  // whatever the holds are
  }
  const std::optional<double> hold = mean_hold_ns(*scenario);
  const double share = hold ? std::min(*hold / static_cast<double>(scenario->duration.count()), 1.0) : 0;
  const double connections = std::min(attempts * share, capacity);
  if (connections * bytes_each <= static_cast<double>(limits.bytes)) {
    return std::nullopt;
  }
  return Fault{limits.memory_place,
               std::to_string(static_cast<std::uint64_t>(connections)) +
                   " connections would be held at once" +
                   (limits.at_once > 1 ? ", in each of " + std::to_string(limits.at_once) + " runs" : "") +
                   ", which takes at least " + size_text(connections * bytes_each) + " of memory",
               "give more, or simulate fewer destinations or source addresses at a lower rate"};
}

std::optional<Fault> find_excess_of_runs(double runs) {
  if (runs / kRunsPerSecond <= kMostAttempts / kAttemptsPerSecond) {
    return std::nullopt;
  }
  return Fault{"sweep",
               "its cells and replications are " + magnitude(runs) + " runs, which would take at least " +
                   days_text(runs / kRunsPerSecond) + " even if no run made an attempt",
               "give fewer values or --replications, or share the cells among machines with --shard"};
}

Duration watched_step(const ValidScenario& scenario) {
  constexpr double kOwnSteps = 1000;
  constexpr double kMostInStep = 1e9;  // attempts
  const double attempts = attempts_of(*scenario);
  const auto duration = static_cast<double>(scenario->duration.count());
  const auto* load = std::get_if<GeneratedLoad>(&scenario->load);
  if (load != nullptr && is_deterministic(load->arrivals)) {
    // It carries out some four cycles, of a hold or so, before it passes over the others: they are worth a
    // minute.
    constexpr double kMostInCycles = 1e10;
    const std::optional<Duration> hold = constant_hold(*scenario);
    if (hold && attempts * 4 * static_cast<double>(hold->count()) <= kMostInCycles * duration) {
      return {};
    }
  }
  return attempts <= kMostInStep * kOwnSteps
             ? Duration{}
             : Duration{static_cast<Duration::rep>(duration / attempts * kMostInStep)};
}

std::string size_text(double bytes) {
  constexpr std::array<std::string_view, 6> kUnits{" bytes", " kB", " MB", " GB", " TB", " PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < kUnits.size(); bytes /= 1000) {
    ++unit;
  }
  const double places = unit == 0 ? 1 : bytes < 10 ? 100 : bytes < 100 ? 10 : 1;
  const auto shown = static_cast<std::uint64_t>(bytes * places);
  return number_text(static_cast<double>(shown) / places) + std::string(kUnits[unit]);
}

}  // namespace portsim
