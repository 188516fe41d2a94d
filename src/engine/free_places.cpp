#include "engine/free_places.hpp"

#include <algorithm>

#include "base/vectors.hpp"

namespace portsim {
namespace {

/// How many of `count` places are free when their turn comes, up to the first that is not. Sets `shortest` to
/// the shortest time for which one of them was free.
PORTSIM_VECTORISED
std::size_t count_in_turn(const std::int64_t* free_from, const std::int64_t* times, std::size_t count,
                          std::int64_t& shortest) {
  constexpr std::size_t kTogether = 64;
  std::size_t taken = 0;
  while (taken < count) {
    const std::size_t end = std::min(taken + kTogether, count);
    std::int64_t least = shortest;
    for (std::size_t i = taken; i < end; ++i) {
      least = std::min(least, times[i] - free_from[i]);
    }
    if (least < 0) {
      break;
    }
    shortest = least;
    taken = end;
  }
  for (; taken < count && times[taken] >= free_from[taken]; ++taken) {
    shortest = std::min(shortest, times[taken] - free_from[taken]);
  }
  return taken;
}

}  // namespace

void FreePlaces::note_times(std::uint32_t size) {
  free_from_.assign(size, kNever.count());
  for (auto place = set_.next(0); place; place = set_.next(*place + 1)) {
    free_from_[*place] = kFromTheStart;
  }
}

std::size_t FreePlaces::take_in_turn(std::uint32_t from, const std::int64_t* times, const std::int64_t* until,
                                     std::size_t count, Duration& shortest) {
  std::int64_t* const first = free_from_.data() + from;
  std::int64_t free_for = kNever.count();
  const std::size_t taken = count_in_turn(first, times, std::min(count, free_from_.size() - from), free_for);
  std::copy_n(until, taken, first);
  shortest = std::min(shortest, interval_of(free_for));
  return taken;
}

}  // namespace portsim
