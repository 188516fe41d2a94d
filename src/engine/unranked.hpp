// Instants that came in no order, until time comes to them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/pending.hpp"

namespace portsim {

/// An instant of a list, and a number that belongs to it.
struct NumberedInstant {
  std::int64_t time = 0;
  std::uint32_t number = 0;

  friend std::int64_t time_of(const NumberedInstant& instant) { return instant.time; }
};

/// Sorts what is nearly in order or not at all. Each moves past those before it that are later; where that
/// becomes more work than a proper sort, it is left to that.
template <typename Entry>
void sort_by_time(Entry* entries, std::size_t count) {
  std::size_t moves = 8 * count;
  for (std::size_t i = 1; i < count; ++i) {
    const Entry entry = entries[i];
    std::size_t place = i;
    for (; place > 0 && time_of(entries[place - 1]) > time_of(entry); --place) {
      entries[place] = entries[place - 1];
    }
    entries[place] = entry;
    if (i - place > moves) {
      std::sort(entries, entries + count,
                [](const Entry& one, const Entry& other) { return time_of(one) < time_of(other); });
      return;
    }
    moves -= i - place;
  }
}

/// What is to be ranked in a list of instants and came in no order: instants alone or with numbers. It is
/// sorted once, when time comes to it.
template <typename Entry>
class Unranked {
 public:
  /// Adds an entry. None may lie before what was ranked.
  void add(Entry entry) {
    if (time_of(entry) < later_.present()) {
      due_.push_back(entry);
    } else {
      later_.add(entry);
    }
  }

  /// Notes that time has come to `time`.
  void come_to(std::int64_t time) { later_.take_before(time + 1, due_); }

  /// How many up to then, included, wait to be ranked.
  [[nodiscard]] std::size_t due() const { return due_.size(); }

  /// Those up to and including `time`, in order, the first not before `begin`; valid until more is added.
  /// They still wait.
  const std::vector<Entry>& in_order(std::int64_t begin, std::int64_t time) {
    come_to(time);
    std::vector<Entry> sorted(due_.size());
    rank(sorted.data(), begin, time);
    due_.swap(sorted);
    return due_;
  }

  /// Fills `room` with those that are due, in order, and forgets them. None may lie before `begin` or after
  /// `last`.
  ///
  /// They are mostly spread evenly: first by which of as many parts of the time they lie in, then in each
  /// part.
  void rank(Entry* room, std::int64_t begin, std::int64_t last) {
    const std::size_t count = due_.size();
    constexpr std::size_t kFew = 16;
    if (count <= kFew) {
      std::copy_n(due_.begin(), count, room);
    } else {
      const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(last - begin)));
      const int shift = std::max(bits - static_cast<int>(std::bit_width(count)) - 1, 0);
      const auto part = [&](const Entry& entry) {
        return static_cast<std::size_t>((time_of(entry) - begin) >> shift);
      };
      starts_.assign(static_cast<std::size_t>((last - begin) >> shift) + 2, 0);
      for (const Entry& entry : due_) {
        ++starts_[part(entry) + 1];
      }
      std::uint32_t sum = 0;
      for (std::uint32_t& start : starts_) {
        sum += start;
        start = sum;
      }
      for (const Entry& entry : due_) {
        room[starts_[part(entry)]++] = entry;
      }
    }
    sort_by_time(room, count);
    due_.clear();
  }

 private:
  Pending<Entry> later_;
  std::vector<Entry> due_{};  ///< no longer in `later_`
  std::vector<std::uint32_t> starts_{};
};

}  // namespace portsim
