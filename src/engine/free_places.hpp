// The places of a pool that are free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/course.hpp"
#include "engine/index_set.hpp"

namespace portsim {

/// The places of a pool that are free, and when each was or will be free again, where that is noted: it is
/// known when a place is taken.
///
/// A place that is taken in turn stays in the set, and comes back to it with its old release, until a search
/// comes upon it.
class FreePlaces {
 public:
  /// `usable` places are free, the others never. All were never taken.
  explicit FreePlaces(IndexSet usable) : set_(std::move(usable)) {}

  /// From now on notes when each of `size` places is free. Before the first is taken.
  void note_times(std::uint32_t size);

  /// `place` will soon be looked at.
  void prefetch(std::uint32_t place) const { set_.prefetch(place); }

  /// The places that are free at one instant, searched as an `IndexSet` is. By value, so that a loop has at
  /// hand where they are, whatever it writes; it stands for the places, which stay where they are, until it
  /// ends. With `kTimed` times are noted; with `kShort` the set is short, and only `next_around` searches it.
  template <bool kTimed, bool kShort>
  class At {
   public:
    At(FreePlaces& places, std::int64_t now)
        : set_(&places.set_), low_(*set_), free_from_(places.free_from_), now_(now) {}

    /// Another instant, in nanoseconds; it never goes back.
    void set_now(std::int64_t now) { now_ = now; }

    [[nodiscard]] bool contains(std::uint32_t place) const requires(!kShort) {
      return set_->contains(place) && is_free(place);
    }

    /// True only if no place is free; a place that was taken in turn may hide that.
    [[nodiscard]] bool is_empty() const requires(!kShort) { return set_->is_empty(); }

    /// The least free place that is at least `from`; empty if there is none.
    [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t from) const requires(!kShort) {
      std::optional<std::uint32_t> place = set_->next(from);
      while (place && !is_free(*place)) {
        low_.erase(*place);
        place = set_->next(*place + 1);
      }
      return place;
    }

    /// The same, and where there is none the least of all; a place is free.
    [[nodiscard]] std::uint32_t next_around(std::uint32_t from) const {
      std::uint32_t place = low_.next_around(from);
      while (!is_free(place)) {
        low_.erase(place);
        place = low_.next_around(place);
      }
      return place;
    }

    /// Takes a free place until `until`, which is later than now; gives the time for which it was free,
    /// `kNever` if it was never taken before or no times are noted.
    Duration take(std::uint32_t place, std::int64_t until) {
      low_.erase(place);
      return has_times() ? interval_of(now_ - std::exchange(free_from_[place], until)) : kNever;
    }

    /// A place that was taken until now or an earlier instant is given back, if `is_meant`, without a branch
    /// on that. Where it was taken again since it is not free: a search that comes upon it finds that.
    void give_back(std::uint32_t place, bool is_meant = true) { low_.insert_if(is_meant, place); }

   private:
    [[nodiscard]] bool is_free(std::uint32_t place) const {
      return !has_times() || free_from_[place] <= now_;
    }
    [[nodiscard]] bool has_times() const { return kTimed || !free_from_.empty(); }

    IndexSet* set_;
    mutable IndexSet::Low<kShort> low_;  ///< a search drops what it comes upon and is not free
    std::span<std::int64_t> free_from_;
    std::int64_t now_;
  };

  /// At `now`, in nanoseconds.
  template <bool kTimed = false, bool kShort = false>
  [[nodiscard]] At<kTimed, kShort> at(std::int64_t now) {
    return {*this, now};
  }

  [[nodiscard]] bool is_short() const { return set_.is_short(); }

  /// Takes the places `from`, `from` + 1 ... at `times`[0], `times`[1] ... until `until`[0], `until`[1] ...,
  /// as many of `count` as are free when their turn comes; gives their number and sets `shortest` to the
  /// shortest time for which one of them was free, if that is shorter. Times must be noted.
  std::size_t take_in_turn(std::uint32_t from, const std::int64_t* times, const std::int64_t* until,
                           std::size_t count, Duration& shortest);

 private:
  /// Since when a place is free that was never taken: for longer than any run lasts.
  static constexpr std::int64_t kFromTheStart = -(std::int64_t{1} << 61);

  [[nodiscard]] static Duration interval_of(std::int64_t free_for) {
    return free_for < -kFromTheStart ? Duration{free_for} : kNever;
  }

  IndexSet set_;
  std::vector<std::int64_t> free_from_{};
};

}  // namespace portsim
