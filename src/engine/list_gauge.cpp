#include "engine/list_gauge.hpp"

#include <algorithm>

#include "base/vectors.hpp"

namespace portsim {
namespace {

/// Entries that are tested together; when the test fails they are walked.
constexpr std::uint64_t kTested = 256;

/// True when every exit comes no later than its entry; both are given from their lists, and an entry is
/// `ahead` later than what its list says of it beside an exit.
PORTSIM_VECTORISED
bool all_left(const std::int64_t* entries, const std::int64_t* exits, std::int64_t ahead, std::size_t count) {
  std::int64_t signs = 0;  // a sign bit for each exit that comes too late: sums and ors need no branch
  for (std::size_t i = 0; i < count; ++i) {
    signs |= entries[i] + ahead - exits[i];
  }
  return signs >= 0;
}

}  // namespace

void ListGauge::restart(TimePoint now, std::optional<std::uint64_t> limit) {
  next_ = in_.rank_of(now);
  entered_before_ = next_;
  area_before_ = area_until(now);
  limit_ = limit;
  exceeded_.reset();
  peak_ = value_at(now);
  if (limit_ && peak_ > *limit_) {
    exceeded_ = now;
  }
}

std::uint64_t ListGauge::take_peak(TimePoint now) {
  const std::uint64_t peak = peak_;
  peak_ = value_at(now);
  return peak;
}

void ListGauge::advance(TimePoint now) {
  const std::uint64_t end = in_.rank_of(now);
  const std::int64_t ahead = (in_.shift - out_.shift).count();
  std::uint64_t entry = next_;
  next_ = end;
  while (entry < end) {
    // With fewer entries than the peak there cannot be more inside; exits that were dropped are long past.
    entry = std::max(entry, std::min(peak_ + out_.list->first(), end));
    const std::uint64_t tested = std::min(end - entry, kTested);
    const bool are_known = entry + tested - peak_ <= out_.list->size();
    if (tested > 0 && !(are_known && all_left(in_.list->from(entry), out_.list->from(entry - peak_), ahead,
                                              static_cast<std::size_t>(tested)))) {
      raise_peak(entry, entry + tested);
    }
    entry += tested;
  }
}

void ListGauge::raise_peak(std::uint64_t begin, std::uint64_t end) {
  const std::int64_t ahead = (in_.shift - out_.shift).count();
  const std::uint64_t known = out_.list->size();  // the others come later than all entries
  for (std::uint64_t entry = begin; entry < end; ++entry) {
    const std::int64_t now = *in_.list->from(entry);
    while (entry >= peak_ + out_.list->first() &&
           (entry - peak_ >= known || *out_.list->from(entry - peak_) > now + ahead)) {
      ++peak_;
    }
    if (limit_ && !exceeded_ && peak_ > *limit_) {
      exceeded_ = TimePoint{Duration{now} + in_.shift};
    }
  }
}

}  // namespace portsim
