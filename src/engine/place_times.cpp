#include "engine/place_times.hpp"

#include <algorithm>
#include <bit>

namespace portsim {

PlaceTimes::PlaceTimes(std::uint32_t size)
    : free_from_(size, kFromTheStart),
      candidates_(size),
      first_(std::bit_ceil(2 * std::size_t{size}), kNobody),
      after_(size, kNobody) {}

void PlaceTimes::remove(std::uint32_t place) {
  free_from_[place] = std::numeric_limits<std::int64_t>::max();
  candidates_.erase(place);
}

// Those whose day comes a whole round of the calendar later, or more, wait on in the same list.
void PlaceTimes::begin_day(std::int64_t day) {
  const auto days = static_cast<std::int64_t>(first_.size());
  const std::int64_t begin = std::max(today_ + 1, day - days + 1);
  today_ = day;
  for (std::int64_t i = begin; i <= day; ++i) {
    std::uint32_t& first = first_[static_cast<std::uint64_t>(i) & (first_.size() - 1)];
    std::uint32_t place = first;
    first = kNobody;
    while (place != kNobody) {
      const std::uint32_t after = after_[place];
      wait(place);
      place = after;
      ++work_;
    }
  }
  work_ += static_cast<std::uint64_t>(day - begin) + 1;
}

void PlaceTimes::change_days() {
  const auto gap = static_cast<std::uint64_t>((now_ - began_) / static_cast<std::int64_t>(taken_ + 1));
  work_ = 0;
  taken_ = 0;
  began_ = now_;
  const int bits = static_cast<int>(std::bit_width(gap)) + 2;
  if (bits == day_bits_) {
    return;
  }
  day_bits_ = bits;
  today_ = now_ >> bits;
  std::fill(first_.begin(), first_.end(), kNobody);
  for (std::uint32_t place = 0; place < free_from_.size(); ++place) {
    if (!contains(place) && free_from_[place] != std::numeric_limits<std::int64_t>::max()) {
      candidates_.erase(place);
      wait(place);
    }
  }
}

}  // namespace portsim
