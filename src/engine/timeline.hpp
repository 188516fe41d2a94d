// The timeline: the state of a run at regular steps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Where a run has come to, for the rows of its timelines.
struct Reached {
  std::uint64_t ports_peak = 0;  ///< the most ports in use since the last one
  StateCounts states{};
  std::uint64_t attempts = 0;  ///< so far, and those of them that failed
  std::uint64_t failed = 0;
};

/// Cuts a run into steps of one length, the last one shorter where it does not fit, and gives a row for
/// each to a sink.
class Timeline {
 public:
  /// Steps of `step` (> 0) from `start` on to `end`.
  Timeline(Duration step, TimePoint start, TimePoint end, TimelineSink& sink)
      : step_(step), end_(end), next_(step_end(start)), sink_(&sink) {}

  /// The end of the present step.
  [[nodiscard]] TimePoint next() const { return next_; }

  /// Adds to `ends` when this step and later ones end, after `from` and up to `to`, which lies before the
  /// last one's end; the first `most` of them.
  void add_steps(TimePoint from, TimePoint to, std::size_t most, std::vector<TimePoint>& ends) const {
    const std::int64_t passed = from < next_ ? 0 : (from - next_) / step_ + 1;
    for (TimePoint end = next_ + passed * step_; end <= to && most > 0; end += step_, --most) {
      ends.push_back(end);
    }
  }

  /// Time has come to `now`, not past `next`.
  void reach(TimePoint now, const Reached& reached) {
    row_.ports_in_use_max = std::max(row_.ports_in_use_max, reached.ports_peak);
    if (now < next_) {
      return;
    }
    row_.end = now;
    row_.states = reached.states;
    row_.attempts = reached.attempts - attempts_before_;
    row_.failed = reached.failed - failed_before_;
    sink_->add(row_);
    row_ = {};
    attempts_before_ = reached.attempts;
    failed_before_ = reached.failed;
    next_ = step_end(now);
  }

 private:
  [[nodiscard]] TimePoint step_end(TimePoint start) const {
    return end_ - start > step_ ? start + step_ : end_;
  }

  Duration step_;
  TimePoint end_;
  TimePoint next_;
  TimelineSink* sink_;
  TimelineRow row_;
  std::uint64_t attempts_before_ = 0;
  std::uint64_t failed_before_ = 0;
};

/// A sink that keeps every row.
class TimelineKeeper : public TimelineSink {
 public:
  explicit TimelineKeeper(std::vector<TimelineRow>& rows) : rows_(&rows) {}
  void add(const TimelineRow& row) override { rows_->push_back(row); }

 private:
  std::vector<TimelineRow>* rows_;
};

/// The steps of a result's own timeline: its window, warm-up included, is cut into so many.
inline constexpr std::int64_t kTimelineSteps = 1000;
[[nodiscard]] inline Duration timeline_step_of(Duration duration) {
  return Duration{(duration.count() + kTimelineSteps - 1) / kTimelineSteps};
}

/// The timelines of one run: the result's own, and one more where it is asked for.
class Timelines {
 public:
  /// Begins at the end of the warm-up; the result's rows go to `rows`.
  void begin(const Scenario& scenario, const RunOptions& options, std::vector<TimelineRow>& rows) {
    end_ = TimePoint{} + scenario.duration;
    const TimePoint start = TimePoint{} + scenario.warm_up;
    const Duration step = timeline_step_of(scenario.duration);
    rows.reserve(kTimelineSteps);
    keeper_.emplace(rows);
    all_.emplace_back(step, start, end_, *keeper_);
    if (options.extra_timeline != nullptr) {
      const Duration other = options.extra_timeline_step;
      all_.emplace_back(other > Duration{} ? other : step, start, end_, *options.extra_timeline);
    }
  }

  /// The next instant at which a step ends.
  [[nodiscard]] TimePoint next() const {
    TimePoint next = end_;
    for (const Timeline& timeline : all_) {
      next = std::min(next, timeline.next());
    }
    return next;
  }

  /// The instants after `from` and up to `to` at which steps end, the first `most` of them, in order.
  [[nodiscard]] std::vector<TimePoint> steps(TimePoint from, TimePoint to, std::size_t most) const {
    std::vector<TimePoint> ends;
    for (const Timeline& timeline : all_) {
      timeline.add_steps(from, to, most, ends);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    ends.resize(std::min(ends.size(), most));
    return ends;
  }

  /// See `Timeline::reach`.
  void reach(TimePoint now, const Reached& reached) {
    for (Timeline& timeline : all_) {
      timeline.reach(now, reached);
    }
  }

 private:
  TimePoint end_{};
  std::optional<TimelineKeeper> keeper_;
  std::vector<Timeline> all_;
};

}  // namespace portsim
