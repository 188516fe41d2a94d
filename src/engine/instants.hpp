// A sorted list of instants, of which only the latest are kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/pending.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// Instants in ascending order, ranked 0, 1, 2 ... from the first one ever; in nanoseconds from the start of
/// the run. Grows at its end; the oldest are dropped, their number and sum are not. Those that come in no
/// order are ranked when time has come to them.
class Instants {
 public:
  /// Always keeps the last `kept` instants, and all that came with the last `extend`.
  explicit Instants(std::uint64_t kept) : kept_(kept) {}

  /// From now on keeps at least so many.
  void keep(std::uint64_t kept) { kept_ = std::max(kept_, kept); }

  /// From now on keeps so many, if fewer are enough too.
  void keep_only(std::uint64_t kept) { kept_ = kept; }

  /// Of all instants that were ranked, dropped ones included.
  [[nodiscard]] std::uint64_t size() const { return first_ + count_; }

  /// The instant of a rank that is kept, and those after it side by side; valid until the list grows.
  [[nodiscard]] const std::int64_t* from(std::uint64_t rank) const { return values_.get() + (rank - first_); }

  /// Room for `count` more at the end, after the others and side by side with them. Nothing is added yet.
  [[nodiscard]] std::int64_t* extend(std::size_t count);

  /// Adds the first `count` of those that were written to the room.
  void add(std::size_t count);

  /// Adds instants in any order; none of them may lie before the last `rank_up_to`.
  void add_unordered(const std::int64_t* instants, std::size_t count);

  /// Ranks all instants up to and including `time`. Needed before anything is asked about them, where they
  /// were added in no order.
  void rank_up_to(TimePoint time);

  /// Those up to and including `time` that are not ranked, in any order; valid until the list grows. This
  /// does not rank them: others may be added before them.
  const std::vector<std::int64_t>& unranked_up_to(TimePoint time);

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
  void grow(std::size_t room);
  void sort_into(std::int64_t* room, std::int64_t begin, std::int64_t last);

  std::unique_ptr<std::int64_t[]> values_;  ///< pages beyond the last instant are never touched
  std::size_t room_ = 0;
  std::size_t count_ = 0;    ///< kept
  std::uint64_t first_ = 0;  ///< the rank of the first that is kept
  std::uint64_t kept_;
  Uint128 sum_ = 0;  ///< of all that were ranked

  Pending<std::int64_t> unranked_;
  Uint128 unranked_sum_ = 0;
  std::int64_t last_unordered_ = 0;      ///< the last of all that came in no order
  std::vector<std::int64_t> fresh_{};    ///< not ranked, but no longer in `unranked_`
  std::int64_t ranked_until_ = 0;        ///< included
  std::vector<std::uint32_t> starts_{};  ///< for `sort_into`
};

}  // namespace portsim
