// The ports of a pool by the instants from which they are free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "engine/course.hpp"
#include "engine/index_set.hpp"

namespace portsim {

/// When each place of a pool is free again: known when it is taken, so that no release has to be carried out.
/// As a set it holds the places that are free at the present instant, and is searched as an `IndexSet` is.
///
/// Places that are held wait in a calendar: in a list for the day (of 2^n ns) on which they become free. When
/// a day begins its places join the candidates, of which a search takes the first that is free already. Days
/// are made as long as it takes for some connections to come: with shorter ones most are empty or not by
/// chance, with longer ones too many candidates are not free.
class PlaceTimes {
 public:
  /// All places are free, and were never taken.
  explicit PlaceTimes(std::uint32_t size);

  /// Takes a place out of the pool for ever.
  void remove(std::uint32_t place);

  /// The present instant; it never goes back.
  void set_now(std::int64_t now) {
    now_ = now;
    if (now >> day_bits_ != today_) {
      begin_day(now >> day_bits_);
    }
  }

  [[nodiscard]] bool contains(std::uint32_t place) const { return free_from_[place] <= now_; }

  /// The least free place that is at least `from`; empty if there is none.
  [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t from) const {
    std::optional<std::uint32_t> place = candidates_.next(from);
    while (place && !contains(*place)) {
      ++work_;
      place = candidates_.next(*place + 1);
    }
    return place;
  }

  /// Takes a free place until `until`, which is later than now; gives the time for which it was free,
  /// `kNever` if it was never taken before.
  Duration take(std::uint32_t place, std::int64_t until) {
    const std::int64_t before = free_from_[place];
    free_from_[place] = until;
    candidates_.erase(place);
    wait(place);
    ++taken_;
    // A connection should cost a day, a place that joins the candidates, and hardly more than one candidate.
    if (work_ > 8 * taken_ + 2 * first_.size()) {
      change_days();
    }
    return before == kFromTheStart ? kNever : Duration{now_ - before};
  }

 private:
  static constexpr std::int64_t kFromTheStart = -1;
  static constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

  void begin_day(std::int64_t day);
  void wait(std::uint32_t place) {
    const std::int64_t day = free_from_[place] >> day_bits_;
    if (day <= today_) {
      candidates_.insert(place);
      return;
    }
    std::uint32_t& first = first_[static_cast<std::uint64_t>(day) & (first_.size() - 1)];
    after_[place] = first;
    first = place;
  }
  void change_days();

  std::vector<std::int64_t> free_from_;
  IndexSet candidates_;
  std::vector<std::uint32_t> first_;  ///< place that waits for a day, modulo their number, or `kNobody`
  std::vector<std::uint32_t> after_;  ///< the next one that waits for the same day
  std::int64_t now_ = 0;
  int day_bits_ = 0;
  std::int64_t today_ = 0;

  mutable std::uint64_t work_ = 0;  ///< days, places and candidates that were looked at since `began_` ...
  std::uint64_t taken_ = 0;         ///< ... for as many connections
  std::int64_t began_ = 0;
};

}  // namespace portsim
