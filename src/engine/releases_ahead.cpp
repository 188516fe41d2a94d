#include "engine/releases_ahead.hpp"

#include <algorithm>

namespace portsim {

Releases ranked_releases(const Instants& list, std::uint64_t first, Duration shift) {
  return {.times = list.from(first),
          .numbers = list.numbers_from(first),
          .end = static_cast<std::size_t>(list.size() - first),
          .shift = shift};
}

ReleasesAhead::ReleasesAhead(std::size_t block) : own_(block + 1), own_places_(block + 1) {}

Releases ReleasesAhead::of_list(const Releases& ranked, Instants& list, std::int64_t last) {
  return merge(ranked, list, last, 0);
}

Releases ReleasesAhead::of_all(const Releases& ranked, Instants& list, std::int64_t last,
                               std::span<const std::int64_t> due) {
  return merge(ranked, list, last, collect_own(due, last, ranked.shift));
}

// Writes those up to `last` to `own_`, in order, and gives their number. Without a branch on whether one is.
std::size_t ReleasesAhead::collect_own(std::span<const std::int64_t> due, std::int64_t last, Duration shift) {
  std::size_t own = 0;
  for (std::size_t i = 0; i < due.size(); ++i) {
    own_[own] = {.time = due[i] - shift.count(), .number = static_cast<std::uint32_t>(i)};
    own += due[i] <= last ? 1 : 0;
  }
  sort_by_time(own_.data(), own);
  return own;
}

// Those of the block come after all that are ranked. They are merged with the others without a branch on
// which comes first.
Releases ReleasesAhead::merge(const Releases& ranked, Instants& list, std::int64_t last, std::size_t own) {
  const std::vector<NumberedInstant>& others = list.unranked_up_to(TimePoint{Duration{last}} - ranked.shift);
  const std::size_t end = ranked.end + others.size() + own;
  times_.resize(end);
  numbers_.resize(end + 1);
  std::copy_n(ranked.times, ranked.end, times_.begin());
  for (std::size_t i = 0; i < ranked.end; ++i) {
    numbers_[i] = ranked.numbers[i];
  }
  std::fill(own_places_.begin(), own_places_.end(), static_cast<std::uint32_t>(end));
  const auto spare = static_cast<std::uint32_t>(own_places_.size() - 1);
  std::size_t next_own = 0;
  std::size_t next_other = 0;
  std::size_t place = ranked.end;
  for (; next_own < own && next_other < others.size(); ++place) {
    const NumberedInstant& one = own_[next_own];
    const NumberedInstant& other = others[next_other];
    const bool is_own = one.time < other.time;
    const std::uint32_t own_mask = -static_cast<std::uint32_t>(is_own);
    times_[place] = std::min(one.time, other.time);
    numbers_[place] = other.number & ~own_mask;
    own_places_[(one.number & own_mask) | (spare & ~own_mask)] = static_cast<std::uint32_t>(place);
    next_own += is_own ? 1 : 0;
    next_other += is_own ? 0 : 1;
  }
  for (; next_own < own; ++next_own, ++place) {
    times_[place] = own_[next_own].time;
    numbers_[place] = 0;
    own_places_[own_[next_own].number] = static_cast<std::uint32_t>(place);
  }
  for (; next_other < others.size(); ++next_other, ++place) {
    times_[place] = others[next_other].time;
    numbers_[place] = others[next_other].number;
  }
  return {
      .times = times_.data(), .numbers = PackedNumbers(numbers_.data()), .end = end, .shift = ranked.shift};
}

}  // namespace portsim
