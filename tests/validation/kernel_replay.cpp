#include "kernel_replay.hpp"

#include <algorithm>
#include <stdexcept>

#include "linux_scenario.hpp"
#include "portsim/simulate.hpp"

namespace portsim {
namespace {

constexpr Duration kTimelineStep = std::chrono::milliseconds(10);
constexpr Duration kSampleError = std::chrono::milliseconds(50);  // samples may be so late
constexpr Duration kBin = std::chrono::seconds(5);
constexpr Duration kFast = std::chrono::milliseconds(10'500);  // FIN_WAIT_2 of 10 s on the wheel included

/// Keeps the number of sockets in TIME_WAIT, closed ones in FIN_WAIT_2 included, at the end of each step.
class TimeWaitCounts : public TimelineSink {
 public:
  void add(const TimelineRow& row) override {
    counts_.push_back(row.states[client_index(TcpState::time_wait)] +
                      row.states[client_index(TcpState::fin_wait_2)]);
  }

  /// True when `count` lies between the least and the most that steps within the sample's error of `time`
  /// ended with, give or take one socket that is between two states.
  [[nodiscard]] bool meets(TimePoint time, std::uint64_t count) const {
    const auto step_at = [&](TimePoint t) {
      const auto step = std::max<std::int64_t>(t.time_since_epoch() / kTimelineStep, 0);
      return counts_.begin() + std::min(step, static_cast<std::int64_t>(counts_.size()) - 1);
    };
    const auto [least, most] =
        std::minmax_element(step_at(time - kSampleError), step_at(time + kSampleError) + 1);
    return *least <= count + 1 && count <= *most + 1;
  }

  /// The end of the last step in which the count fell.
  [[nodiscard]] std::optional<TimePoint> last_fall() const {
    for (std::size_t i = counts_.size(); i > 1; --i) {
      if (counts_[i - 1] < counts_[i - 2]) {
        return TimePoint{kTimelineStep * static_cast<std::int64_t>(i)};
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<std::uint64_t> counts_;
};

/// For each attempt whether it failed: an outage begins with its first failing attempt, and no two attempts
/// of these runs have the same time.
std::vector<bool> failures_of(const Result& result, const std::vector<RecordedConnection>& attempts) {
  std::vector<bool> failed(attempts.size());
  for (const Outage& outage : result.outages.list) {
    const auto first = std::lower_bound(
        attempts.begin(), attempts.end(), outage.start,
        [](const RecordedConnection& attempt, TimePoint time) { return attempt.start < time; });
    std::fill_n(failed.begin() + (first - attempts.begin()), outage.failed, true);
  }
  return failed;
}

Observation observe(const std::vector<bool>& failed, const std::vector<RecordedConnection>& attempts) {
  Observation seen;
  seen.failures_by_5s.resize(static_cast<std::size_t>(attempts.back().start.time_since_epoch() / kBin) + 1);
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (!failed[i]) {
      continue;
    }
    ++seen.failures;
    seen.first_failure = seen.first_failure == 0 ? i + 1 : seen.first_failure;
    seen.failure_runs += i == 0 || !failed[i - 1] ? 1U : 0U;
    ++seen.failures_by_5s[static_cast<std::size_t>(attempts[i].start.time_since_epoch() / kBin)];
  }
  return seen;
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return std::max(a, b) - std::min(a, b); }

}  // namespace

bool Comparison::is_fast() const { return mean_hold < kFast; }

std::uint64_t Comparison::difference() const { return distance(measured.failures, simulated.failures); }

std::uint64_t Comparison::difference_in_5s() const {
  std::uint64_t largest = 0;
  for (std::size_t i = 0; i < measured.failures_by_5s.size(); ++i) {
    largest = std::max(largest, distance(measured.failures_by_5s[i], simulated.failures_by_5s[i]));
  }
  return largest;
}

std::optional<Duration> Comparison::release_error() const {
  if (!measured.last_release || !simulated.last_release) {
    return std::nullopt;
  }
  return std::chrono::abs(*measured.last_release - *simulated.last_release);
}

Comparison replay(const KernelRun& run) {
  const std::vector<RecordedConnection> attempts = run.load.connections->copy();
  TimeWaitCounts counts;
  const Result result = simulate(linux_scenario(run), {.outage_list_limit = attempts.size(),
                                                       .extra_timeline_step = kTimelineStep,
                                                       .extra_timeline = &counts});
  const std::vector<bool> failed = failures_of(result, attempts);
  if (result.attempts != attempts.size() ||
      static_cast<std::uint64_t>(std::count(failed.begin(), failed.end(), true)) != result.failed) {
    throw std::logic_error(run.name + ": the outages do not account for every attempt");
  }
  Comparison comparison;
  comparison.run = run.name;
  comparison.attempts = attempts.size();
  comparison.measured = observe(run.failed, attempts);
  comparison.simulated = observe(failed, attempts);
  if (run.last_release) {
    comparison.measured.last_release = run.last_release;
    comparison.simulated.last_release = counts.last_fall();
  }
  // Every connection of these runs is released.
  comparison.mean_hold = Duration{static_cast<std::int64_t>(result.hold_sum_ns.value() / result.holds)};
  comparison.reuses_time_wait = result.early_releases.reused > 0;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    comparison.outcomes_that_differ += failed[i] != run.failed[i] ? 1U : 0U;
  }
  comparison.samples = run.samples.size();
  for (const TimeWaitSample& sample : run.samples) {
    comparison.samples_that_differ += counts.meets(sample.time, sample.count) ? 0U : 1U;
  }
  return comparison;
}

std::vector<Comparison> replay(const std::vector<KernelRun>& runs) {
  std::vector<Comparison> comparisons;
  for (const KernelRun& run : runs) {
    comparisons.push_back(replay(run));
  }
  return comparisons;
}

}  // namespace portsim
