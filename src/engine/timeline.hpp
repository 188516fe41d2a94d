// The timeline: the state of a run at regular steps.
#pragma once

#include <algorithm>
#include <cstdint>

#include "portsim/result.hpp"
#include "portsim/simulate.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Cuts a run into steps of one length, the last one shorter where it does not fit, and gives a row for
/// each to a sink.
class Timeline {
 public:
  /// Steps of `step` (> 0) from `start` on to `end`.
  Timeline(Duration step, TimePoint start, TimePoint end, TimelineSink& sink)
      : step_(step), end_(end), next_(step_end(start)), sink_(&sink) {}

  /// The end of the present step.
  [[nodiscard]] TimePoint next() const { return next_; }

  /// Time has come to `now`, not past `next`; since the last call the ports in use reached `ports_peak`.
  /// `attempts` and `failed` are the run's counts so far.
  void reach(TimePoint now, std::uint64_t ports_peak, const StateCounts& states, std::uint64_t attempts,
             std::uint64_t failed) {
    row_.ports_in_use_max = std::max(row_.ports_in_use_max, ports_peak);
    if (now < next_) {
      return;
    }
    row_.end = now;
    row_.states = states;
    row_.attempts = attempts - attempts_before_;
    row_.failed = failed - failed_before_;
    sink_->add(row_);
    row_ = {};
    attempts_before_ = attempts;
    failed_before_ = failed;
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

}  // namespace portsim
