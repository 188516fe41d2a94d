#include "engine/instants.hpp"

#include "base/ensure.hpp"
#include "base/vectors.hpp"

namespace portsim {
namespace {

/// In two halves, so that no partial sum of 2^31 instants overflows.
PORTSIM_VECTORISED
Uint128 sum_of(const std::int64_t* values, std::size_t count) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<std::uint64_t>(values[i]);
    low += value & 0xFFFFFFFF;
    high += value >> 32;
  }
  return (Uint128{high} << 32) + low;
}

/// Sorts what is nearly in order or not at all. Each moves past those before it that are later; where that
/// becomes more work than a proper sort, it is left to that.
void sort(std::int64_t* values, std::size_t count) {
  std::size_t moves = 8 * count;
  for (std::size_t i = 1; i < count; ++i) {
    const std::int64_t value = values[i];
    std::size_t place = i;
    for (; place > 0 && values[place - 1] > value; --place) {
      values[place] = values[place - 1];
    }
    values[place] = value;
    if (i - place > moves) {
      std::sort(values, values + count);
      return;
    }
    moves -= i - place;
  }
}

}  // namespace

std::int64_t* Instants::extend(std::size_t count) {
  if (count_ + count > values_.size()) {
    const std::size_t dropped = count_ > kept_ ? count_ - static_cast<std::size_t>(kept_) : 0;
    // Moving is worth its time where it makes room for as many as are moved.
    if (dropped >= count_ - dropped && dropped > 0) {
      std::copy(values_.begin() + static_cast<std::ptrdiff_t>(dropped),
                values_.begin() + static_cast<std::ptrdiff_t>(count_), values_.begin());
      count_ -= dropped;
      first_ += dropped;
    }
    if (count_ + count > values_.size()) {
      values_.resize(2 * (count_ + count));
    }
  }
  return values_.data() + count_;
}

void Instants::add(std::size_t count) {
  sum_ += sum_of(values_.data() + count_, count);
  count_ += count;
}

// From behind: only instants later than the earliest new one move.
void Instants::merge(std::size_t count) {
  std::int64_t* const room = values_.data() + count_;
  sort(room, count);
  const bool is_in_order = count == 0 || count_ == 0 || values_[count_ - 1] <= room[0];
  if (!is_in_order) {
    sorted_.assign(room, room + count);
    std::size_t old = count_;
    std::size_t fresh = count;
    for (std::size_t place = count_ + count; fresh > 0; --place) {
      const bool is_old = old > 0 && values_[old - 1] > sorted_[fresh - 1];
      values_[place - 1] = is_old ? values_[old - 1] : sorted_[fresh - 1];
      old -= is_old ? 1 : 0;
      fresh -= is_old ? 0 : 1;
    }
    sum_ += sum_of(sorted_.data(), count);
    count_ += count;
    return;
  }
  add(count);
}

std::uint64_t Instants::rank_of(TimePoint time) const {
  const auto begin = values_.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(count_);
  const auto place = std::lower_bound(begin, end, time.time_since_epoch().count());
  ensure(first_ == 0 || place != begin, "an instant was asked for that is no longer known");
  return first_ + static_cast<std::uint64_t>(place - begin);
}

Uint128 Instants::sum_before(TimePoint time) const {
  const std::uint64_t rank = rank_of(time);
  const std::uint64_t after = size() - rank;
  return sum_ - sum_of(values_.data() + (rank - first_), static_cast<std::size_t>(after));
}

}  // namespace portsim
