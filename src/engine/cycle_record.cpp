#include "engine/cycle_record.hpp"

#include <algorithm>
#include <utility>

namespace portsim {

CycleRecord::CycleRecord(TimePoint start, Duration span, std::uint64_t repeats, std::vector<TimePoint> ends,
                         const Reached& reached)
    : start_(start),
      span_(span),
      repeats_(repeats),
      ends_(std::move(ends)),
      offsets_{span},
      attempts_before_(reached.attempts),
      failed_before_(reached.failed) {
  for (const TimePoint end : ends_) {
    offsets_.push_back((end - start_) % span_);
  }
  std::sort(offsets_.begin(), offsets_.end());
  offsets_.erase(std::unique(offsets_.begin(), offsets_.end()), offsets_.end());
}

void CycleRecord::reach(TimePoint now, const Reached& reached) {
  peak_ = std::max(peak_, reached.ports_peak);
  if (now == next_stop()) {
    stops_.push_back(reached);
    stops_.back().ports_peak = std::exchange(peak_, 0);
    stops_.back().attempts -= attempts_before_;
    stops_.back().failed -= failed_before_;
  }
}

// The most ports in use on the way to the stops `first` to `last`, which are counted through all cycles.
std::uint64_t CycleRecord::peak(std::uint64_t first, std::uint64_t last) const {
  std::uint64_t peak = 0;
  const std::uint64_t count = std::min<std::uint64_t>(last - first + 1, stops_.size());
  for (std::uint64_t i = 0; i < count; ++i) {
    peak = std::max(peak, stops_[(first + i) % stops_.size()].ports_peak);
  }
  return peak;
}

void CycleRecord::repeat(Timelines& timelines) const {
  std::uint64_t next = stops_.size();  // the first stop that is not told
  const auto tell = [&](TimePoint now, std::uint64_t cycle, std::size_t index) {
    const std::uint64_t stop = cycle * stops_.size() + index;
    Reached reached = stops_[index];
    reached.ports_peak = peak(next, stop);
    reached.attempts += attempts_before_ + cycle * stops_.back().attempts;
    reached.failed += failed_before_ + cycle * stops_.back().failed;
    timelines.reach(now, reached);
    next = stop + 1;
  };
  for (const TimePoint end : ends_) {
    const Duration offset = (end - start_) % span_;
    const auto index = std::lower_bound(offsets_.begin(), offsets_.end(), offset) - offsets_.begin();
    tell(end, static_cast<std::uint64_t>((end - offset - start_) / span_), static_cast<std::size_t>(index));
  }
  if (next < (repeats_ + 1) * stops_.size()) {
    tell(end() + static_cast<std::int64_t>(repeats_) * span_, repeats_, stops_.size() - 1);
  }
}

}  // namespace portsim
