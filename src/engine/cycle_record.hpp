// One cycle, carried out in place of many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/timeline.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A cycle of a run that repeats itself, as the timelines of the cycles after it need it: what is reached at
/// each instant of a cycle at which a step ends in any of them.
class CycleRecord {
 public:
  /// The cycle from `start` on, where a run has come to `reached`, takes the place of the next `repeats`
  /// (> 0), in which steps of the timelines end at `ends`, in order.
  CycleRecord(TimePoint start, Duration span, std::uint64_t repeats, std::vector<TimePoint> ends,
              const Reached& reached);

  [[nodiscard]] TimePoint end() const { return start_ + span_; }
  [[nodiscard]] std::uint64_t repeats() const { return repeats_; }

  /// The next instant of the cycle that is to be reached, its end at last.
  [[nodiscard]] TimePoint next_stop() const { return start_ + offsets_[stops_.size()]; }

  /// The run has come to `now`, not past `next_stop`.
  void reach(TimePoint now, const Reached& reached);

  /// The cycle is over: the same for `timelines` in its repeats.
  void repeat(Timelines& timelines) const;

 private:
  [[nodiscard]] std::uint64_t peak(std::uint64_t first, std::uint64_t last) const;

  TimePoint start_;
  Duration span_;
  std::uint64_t repeats_;
  std::vector<TimePoint> ends_;
  std::vector<Duration> offsets_;  ///< of the stops, from the cycle's start; the last is its end
  std::vector<Reached> stops_{};   ///< those that were reached; counts since the start
  std::uint64_t attempts_before_;
  std::uint64_t failed_before_;
  std::uint64_t peak_ = 0;  ///< since the last stop
};

}  // namespace portsim
