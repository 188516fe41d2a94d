#include "engine/instants.hpp"

#include <bit>
#include <utility>

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
  if (count_ + count > room_) {
    const std::size_t dropped = count_ > kept_ ? count_ - static_cast<std::size_t>(kept_) : 0;
    // Moving is worth its time where it makes room for as many as are moved.
    if (dropped >= count_ - dropped && dropped > 0) {
      std::copy(values_.get() + dropped, values_.get() + count_, values_.get());
      count_ -= dropped;
      first_ += dropped;
    }
    if (count_ + count > room_) {
      grow(2 * (std::max(count_, static_cast<std::size_t>(kept_)) + count));
    }
  }
  return values_.get() + count_;
}

void Instants::grow(std::size_t room) {
  std::unique_ptr<std::int64_t[]> values(new std::int64_t[room]);  // not cleared
  std::copy_n(values_.get(), count_, values.get());
  values_ = std::move(values);
  room_ = room;
}

void Instants::add(std::size_t count) {
  sum_ += sum_of(values_.get() + count_, count);
  count_ += count;
}

void Instants::add_unordered(const std::int64_t* instants, std::size_t count) {
  unranked_sum_ += sum_of(instants, count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t instant = instants[i];
    last_unordered_ = std::max(last_unordered_, instant);
    if (instant < unranked_.present()) {
      fresh_.push_back(instant);
    } else {
      unranked_.add(instant);
    }
  }
}

const std::vector<std::int64_t>& Instants::unranked_up_to(TimePoint time) {
  unranked_.take_before(time.time_since_epoch().count() + 1, fresh_);
  return fresh_;
}

void Instants::rank_up_to(TimePoint time) {
  const std::size_t count = unranked_up_to(time).size();
  const std::int64_t now = std::max(time.time_since_epoch().count(), ranked_until_);
  if (count > 0) {
    std::int64_t* const room = extend(count);
    sort_into(room, ranked_until_, now);
    fresh_.clear();
    unranked_sum_ -= sum_of(room, count);
    add(count);
  }
  ranked_until_ = now;
}

// They are mostly spread evenly: first by which of as many parts of the time they lie in, then in each part.
void Instants::sort_into(std::int64_t* room, std::int64_t begin, std::int64_t last) {
  const std::size_t count = fresh_.size();
  constexpr std::size_t kFew = 16;
  if (count <= kFew) {
    std::copy_n(fresh_.begin(), count, room);
    sort(room, count);
    return;
  }
  const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(last - begin)));
  const int shift = std::max(bits - static_cast<int>(std::bit_width(count)) - 1, 0);
  const auto part = [&](std::int64_t instant) {
    return static_cast<std::size_t>((instant - begin) >> shift);
  };
  starts_.assign(part(last) + 2, 0);
  for (const std::int64_t instant : fresh_) {
    ++starts_[part(instant) + 1];
  }
  std::uint32_t sum = 0;
  for (std::uint32_t& start : starts_) {
    sum += start;
    start = sum;
  }
  for (const std::int64_t instant : fresh_) {
    room[starts_[part(instant)]++] = instant;
  }
  sort(room, count);
}

TimePoint Instants::last() const {
  const std::int64_t last_ranked = count_ > 0 ? values_[count_ - 1] : 0;
  return TimePoint{Duration{std::max(last_ranked, last_unordered_)}};
}

void Instants::pass(std::uint64_t count, Duration later) {
  first_ += count;
  for (std::size_t i = 0; i < count_; ++i) {
    values_[i] += later.count();
  }
  sum_ += Uint128{count_} * static_cast<std::uint64_t>(later.count());
}

std::uint64_t Instants::rank_of(TimePoint time) const {
  const std::int64_t* const begin = values_.get();
  const std::int64_t* const end = begin + count_;
  const std::int64_t* const place = std::lower_bound(begin, end, time.time_since_epoch().count());
  ensure(first_ == 0 || place != begin, "an instant was asked for that is no longer known");
  return first_ + static_cast<std::uint64_t>(place - begin);
}

Uint128 Instants::sum_before(TimePoint time) const {
  const std::uint64_t rank = rank_of(time);
  const std::uint64_t after = size() - rank;
  return sum_ - sum_of(values_.get() + (rank - first_), static_cast<std::size_t>(after));
}

}  // namespace portsim
