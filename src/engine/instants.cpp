#include "engine/instants.hpp"

#include <utility>

#include "base/ensure.hpp"
#include "base/vectors.hpp"

namespace portsim {
namespace {

/// A long list, and how many of its instants, and numbers, take whole pages.
constexpr std::size_t kLong = std::size_t{1} << 20;
constexpr std::size_t kPages = std::size_t{1} << 16;

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

}  // namespace

// Of a long list whole pages are forgotten as soon as there are some. In a short one moving what stays is
// worth its time where it makes room for as many as are moved.
std::int64_t* Instants::extend(std::size_t count) {
  if (count_ >= kLong && count_ >= looked_at_ + kPages) {
    drop(needless() / kPages * kPages);
    looked_at_ = count_;
  }
  if (count_ + count > room_) {
    const std::size_t dropped = needless();
    if (dropped > 0 && dropped >= count_ - dropped) {
      drop(dropped);
    }
    if (count_ + count > room_) {
      const std::size_t needed = std::max(count_, kept_) + count;
      grow(count_ >= kLong ? needed + needed / 32 : 2 * needed);
    }
  }
  return values_.get() + count_;
}

// How many from the first on are not needed.
std::size_t Instants::needless() const {
  const std::size_t most = count_ > kept_ ? count_ - kept_ : 0;
  const std::int64_t* const begin = values_.get();
  const std::int64_t* const needed =
      std::lower_bound(begin, begin + count_, needed_from_.time_since_epoch().count());
  return std::min(most, static_cast<std::size_t>(std::max<std::ptrdiff_t>(needed - begin - 1, 0)));
}

void Instants::drop(std::size_t count) {
  values_.forget(count);
  if (has_numbers()) {
    numbers_.forget(count * number_width_);
  }
  count_ -= count;
  first_ += count;
  looked_at_ = 0;
  note_room();
}

void Instants::grow(std::size_t count) {
  values_.grow(count);
  if (has_numbers()) {
    numbers_.grow(count * number_width_ + PackedNumbers::kSlack);
  }
  note_room();
}

void Instants::note_room() {
  room_ = values_.size();
  if (has_numbers()) {
    room_ = std::min(room_, (numbers_.size() - PackedNumbers::kSlack) / number_width_);
  }
}

void Instants::add(std::size_t count) {
  sum_ += sum_of(values_.get() + count_, count);
  count_ += count;
}

void Instants::add_unordered(const std::int64_t* instants, const std::uint32_t* numbers, std::size_t count) {
  if (count == 0) {
    return;
  }
  unranked_sum_ += sum_of(instants, count);
  last_unordered_ = std::max(last_unordered_, *std::max_element(instants, instants + count));
  if (has_numbers()) {
    Unranked<NumberedInstant>& unranked = *unranked_with_numbers_;
    for (std::size_t i = 0; i < count; ++i) {
      unranked.add({.time = instants[i], .number = numbers[i]});
    }
  } else {
    Unranked<std::int64_t>& unranked = *unranked_;
    for (std::size_t i = 0; i < count; ++i) {
      unranked.add(instants[i]);
    }
  }
}

void Instants::come_to(TimePoint time) {
  if (has_numbers() && !unranked_with_numbers_) {
    unranked_with_numbers_ = std::make_unique<Unranked<NumberedInstant>>();
  } else if (!has_numbers() && !unranked_) {
    unranked_ = std::make_unique<Unranked<std::int64_t>>();
  }
  const std::int64_t now = time.time_since_epoch().count();
  has_numbers() ? unranked_with_numbers_->come_to(now) : unranked_->come_to(now);
}

const std::vector<NumberedInstant>& Instants::unranked_up_to(TimePoint time) {
  come_to(time);
  return unranked_with_numbers_->in_order(ranked_until_, time.time_since_epoch().count());
}

void Instants::rank_up_to(TimePoint time) {
  come_to(time);
  const std::int64_t now = std::max(time.time_since_epoch().count(), ranked_until_);
  const std::size_t count = has_numbers() ? unranked_with_numbers_->due() : unranked_->due();
  if (count > 0) {
    std::int64_t* const room = extend(count);
    if (has_numbers()) {
      sorted_.resize(count);
      unranked_with_numbers_->rank(sorted_.data(), ranked_until_, now);
      const PackedNumbers numbers = number_room();
      for (std::size_t i = 0; i < count; ++i) {
        room[i] = sorted_[i].time;
        numbers.write(i, sorted_[i].number);
      }
    } else {
      unranked_->rank(room, ranked_until_, now);
    }
    unranked_sum_ -= sum_of(room, count);
    add(count);
  }
  ranked_until_ = now;
}

TimePoint Instants::last() const {
  const std::int64_t last_ranked = count_ > 0 ? values_.get()[count_ - 1] : 0;
  return TimePoint{Duration{std::max(last_ranked, last_unordered_)}};
}

void Instants::pass(std::uint64_t count, Duration later) {
  first_ += count;
  for (std::size_t i = 0; i < count_; ++i) {
    values_.get()[i] += later.count();
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
