// A sorted list of instants, of which only the latest are kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// Instants in ascending order, ranked 0, 1, 2 ... from the first one ever; in nanoseconds from the start of
/// the run. Grows at its end; the oldest are dropped, their number and sum are not.
class Instants {
 public:
  /// Always keeps the last `kept` instants, and all that came with the last `extend`.
  explicit Instants(std::uint64_t kept) : kept_(kept) {}

  /// Of all instants ever, dropped ones included.
  [[nodiscard]] std::uint64_t size() const { return first_ + count_; }

  /// The instant of a rank that is kept, and those after it side by side; valid until the list grows.
  [[nodiscard]] const std::int64_t* from(std::uint64_t rank) const { return &values_[rank - first_]; }

  /// Room for `count` more at the end, after the others and side by side with them. Nothing is added yet.
  [[nodiscard]] std::int64_t* extend(std::size_t count);

  /// Adds the first `count` of those that were written to the room.
  void add(std::size_t count);

  /// Adds the first `count` of those that were written to the room, which may be in any order. None of them
  /// may lie before an instant up to which the list was read.
  void merge(std::size_t count);

  /// How many instants lie before `time`; the answer must lie among the kept ones.
  [[nodiscard]] std::uint64_t rank_of(TimePoint time) const;

  /// The sum of all instants ever, in nanoseconds.
  [[nodiscard]] Uint128 sum() const { return sum_; }

  /// The sum of those before `time`.
  [[nodiscard]] Uint128 sum_before(TimePoint time) const;

 private:
  std::vector<std::int64_t> values_;
  std::size_t count_ = 0;    ///< kept
  std::uint64_t first_ = 0;  ///< the rank of the first that is kept
  std::uint64_t kept_;
  Uint128 sum_ = 0;                     ///< of all ever
  std::vector<std::int64_t> sorted_{};  ///< for `merge`
};

}  // namespace portsim
