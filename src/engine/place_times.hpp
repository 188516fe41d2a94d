// The ports of a pool by the instants from which they are free.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "portsim/time.hpp"

namespace portsim {

/// When each place of a pool is free again: known when it is taken, so that no release has to be carried out.
/// As a set it holds the places that are free at the present instant, and is searched as an `IndexSet` is.
///
/// Behind the place where a search begins there is mostly a free one. Where there is none, groups of places
/// are passed over by a lower bound of their instants, which is made exact when a group was looked through in
/// vain.
class PlaceTimes {
 public:
  /// All places are free, and were never taken.
  explicit PlaceTimes(std::uint32_t size)
      : free_from_(size, kFromTheStart), group_from_((size + kGroup - 1) / kGroup, kFromTheStart) {}

  /// Takes a place out of the pool for ever.
  void remove(std::uint32_t place) { free_from_[place] = std::numeric_limits<std::int64_t>::max(); }

  /// The present instant; it never goes back.
  void set_now(std::int64_t now) { now_ = now; }

  [[nodiscard]] bool contains(std::uint32_t place) const { return free_from_[place] <= now_; }

  /// The least free place that is at least `from`; empty if there is none.
  [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t from) const {
    if (from < free_from_.size() && contains(from)) {
      return from;
    }
    return next_in_groups(from);
  }

  /// Takes a free place until `until`; gives the time for which it was free, empty if it was never taken
  /// before.
  std::optional<Duration> take(std::uint32_t place, std::int64_t until) {
    const std::int64_t before = free_from_[place];
    free_from_[place] = until;
    return before == kFromTheStart ? std::nullopt : std::optional(Duration{now_ - before});
  }

 private:
  static constexpr std::uint32_t kGroup = 64;
  static constexpr std::int64_t kFromTheStart = -1;

  [[nodiscard]] std::optional<std::uint32_t> next_in_groups(std::uint32_t from) const {
    const auto size = static_cast<std::uint32_t>(free_from_.size());
    while (from < size) {
      const std::uint32_t group = from / kGroup;
      const std::uint32_t end = std::min(size, (group + 1) * kGroup);
      if (group_from_[group] <= now_) {
        for (std::uint32_t place = from; place < end; ++place) {
          if (contains(place)) {
            return place;
          }
        }
        const auto begin = free_from_.begin();
        group_from_[group] = *std::min_element(begin + std::ptrdiff_t{group} * kGroup, begin + end);
      }
      from = end;
    }
    return std::nullopt;
  }

  std::vector<std::int64_t> free_from_;
  mutable std::vector<std::int64_t> group_from_;  ///< no later than the earliest of each group
  std::int64_t now_ = 0;
};

}  // namespace portsim
