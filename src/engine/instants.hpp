// A sorted list of instants, of which only the latest are kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/packed_numbers.hpp"
#include "base/room.hpp"
#include "engine/unranked.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// Instants in ascending order, ranked 0, 1, 2 ... from the first one ever; in nanoseconds from the start of
/// the run. Grows at its end; the oldest are dropped, their number and sum are not. Those that come in no
/// order are ranked when time has come to them. A list may have a number beside each instant.
class Instants {
 public:
  /// Always keeps the last `count` instants, all that came with the last `extend`, and what `forget_before`
  /// does not give up.
  void keep(std::size_t count) { kept_ = count; }

  /// Of the instants before `time` only the last will be asked for any more, and how many they are.
  void forget_before(TimePoint time) { needed_from_ = time; }

  /// From now on each instant has a number, `most` at most. Before the first is added.
  void have_numbers(std::uint32_t most) { number_width_ = PackedNumbers::width_of(most); }

  /// Of all instants that were ranked, dropped ones included.
  [[nodiscard]] std::uint64_t size() const { return first_ + count_; }

  /// The first rank that is kept.
  [[nodiscard]] std::uint64_t first() const { return first_; }

  /// The instant of a rank that is kept, and those after it side by side; valid until the list grows.
  [[nodiscard]] const std::int64_t* from(std::uint64_t rank) const { return values_.get() + (rank - first_); }

  /// The number of the instant of that rank, and those after it.
  [[nodiscard]] PackedNumbers numbers_from(std::uint64_t rank) const {
    return PackedNumbers(numbers_.get(), number_width_).from(static_cast<std::size_t>(rank - first_));
  }

  /// Room for `count` more at the end, after the others and side by side with them. Nothing is added yet.
  [[nodiscard]] std::int64_t* extend(std::size_t count);

  /// Room for the numbers of as many, where instants have some.
  [[nodiscard]] PackedNumbers number_room() const { return numbers_from(size()); }

  /// Writes `numbers` there, where instants have some.
  void add_numbers(const std::uint32_t* numbers, std::size_t count) const {
    for (std::size_t i = 0; i < count && has_numbers(); ++i) {
      number_room().write(i, numbers[i]);
    }
  }

  /// Adds the first `count` of those that were written to the room.
  void add(std::size_t count);

  /// Adds instants in any order, with `numbers` where they have some; none may lie before the last
  /// `rank_up_to`.
  void add_unordered(const std::int64_t* instants, const std::uint32_t* numbers, std::size_t count);

  /// Notes that time has come to `time`: what lies before and is added from now on is soon ranked.
  void come_to(TimePoint time);

  /// Ranks all instants up to and including `time`. Needed before anything is asked about them, where they
  /// were added in no order.
  void rank_up_to(TimePoint time);

  /// Those up to and including `time` that came in no order and are not ranked, in order and with their
  /// numbers; valid until the list grows. This does not rank them: others may be added before them.
  const std::vector<NumberedInstant>& unranked_up_to(TimePoint time);

  /// Makes as if `count` more had come before those that are kept, and these later by `later`; a list in
  /// order. Its sums are no longer those of the instants, but differ from them by as much for every time.
  void pass(std::uint64_t count, Duration later);

  /// How many instants lie before `time`; the answer must lie among the kept ones.
  [[nodiscard]] std::uint64_t rank_of(TimePoint time) const;

  /// The sum of all instants ever, in nanoseconds, and the last of them (0 without any): those that are not
  /// ranked yet count too.
  [[nodiscard]] Uint128 sum() const { return sum_ + unranked_sum_; }
  [[nodiscard]] TimePoint last() const;

  /// The sum of those before `time`.
  [[nodiscard]] Uint128 sum_before(TimePoint time) const;

 private:
  [[nodiscard]] std::size_t needless() const;
  void drop(std::size_t count);
  void grow(std::size_t count);
  void note_room();
  [[nodiscard]] bool has_numbers() const { return number_width_ > 0; }

  Room<std::int64_t> values_;  ///< pages beyond the last instant are never touched
  RoomOfBytes numbers_;
  std::size_t room_ = 0;          ///< for so many instants with their numbers
  std::size_t number_width_ = 0;  ///< bytes; 0 where instants have none
  std::size_t count_ = 0;         ///< kept
  std::size_t looked_at_ = 0;     ///< `count_` when a long list was looked at for pages that are not needed
  std::uint64_t first_ = 0;       ///< the rank of the first that is kept
  std::size_t kept_ = 0;
  TimePoint needed_from_{};
  Uint128 sum_ = 0;  ///< of all that were ranked

  // One of them where instants come in no order.
  std::unique_ptr<Unranked<std::int64_t>> unranked_;
  std::unique_ptr<Unranked<NumberedInstant>> unranked_with_numbers_;
  std::vector<NumberedInstant> sorted_{};
  Uint128 unranked_sum_ = 0;
  std::int64_t last_unordered_ = 0;  ///< the last of all that came in no order
  std::int64_t ranked_until_ = 0;    ///< included
};

}  // namespace portsim
