#include "engine/ceiling.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/vectors.hpp"

namespace portsim {
namespace {

/// The shortest time from a release to its attempt; negative if one of them comes too late.
PORTSIM_VECTORISED
Duration shortest_wait(const std::int64_t* attempts, const std::int64_t* releases, Duration shift,
                       std::size_t count) {
  if (count == 0) {
    return kNever;
  }
  std::int64_t shortest = kNever.count();
  for (std::size_t i = 0; i < count; ++i) {
    shortest = std::min(shortest, attempts[i] - releases[i]);
  }
  return Duration{shortest} - shift;
}

/// Adds those that `serves` (attempt, served before) to `taken`, and notes who they are: one by one, without
/// a branch that could be predicted wrongly.
template <typename Serves>
void walk(AttemptBlock& block, Instants& taken, Serves serves) {
  std::int64_t* const room = taken.extend(block.count);
  std::size_t served = 0;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < block.count; ++i) {
    room[served] = block.times[i];
    block.served[served] = static_cast<std::uint32_t>(i);
    block.failed[failures] = static_cast<std::uint32_t>(i);
    const std::size_t is_served = serves(i, served) ? 1 : 0;
    served += is_served;
    failures += 1 - is_served;
  }
  block.failures = failures;
  taken.add(served);
}

void serve_all(AttemptBlock& block, Instants& taken) {
  std::copy_n(block.times.begin(), block.count, taken.extend(block.count));
  block.failures = 0;
  taken.add(block.count);
}

}  // namespace

Duration Ceiling::serve(AttemptBlock& block, Instants& taken, Duration hold) const {
  const std::uint64_t before = taken.size();
  const std::uint64_t unused = ports_ - std::min(ports_, before);
  if (block.count <= unused) {
    serve_all(block, taken);
    return kNever;
  }
  const auto sure = static_cast<std::size_t>(unused);
  const std::int64_t* const room = taken.extend(block.count);
  const std::int64_t* const needed = taken.from(before + sure - ports_);  // as many ports back
  std::copy_n(block.times.begin(), block.count, taken.extend(block.count));
  const Duration shortest = shortest_wait(room + sure, needed, hold, block.count - sure);
  if (shortest >= Duration{}) {
    block.failures = 0;
    taken.add(block.count);
    return shortest;
  }
  walk(block, taken, [&](std::size_t i, std::size_t served) {
    return served < sure || needed[served - sure] + hold.count() <= block.times[i];
  });
  return shortest_wait(room + sure, needed, hold, block.connections() - sure);
}

void Ceiling::serve(AttemptBlock& block, Instants& taken, const std::int64_t* due, const Flow& releases,
                    const std::vector<std::int64_t>& unranked) {
  const TimePoint begin{Duration{block.times.front()}};
  const TimePoint last{Duration{block.times[block.count - 1]}};
  const std::uint64_t first = releases.rank_of(begin + Duration{1});
  const std::uint64_t inside = taken.size() - first;
  if (inside + block.count <= ports_) {
    serve_all(block, taken);
    return;
  }
  find_starts(block);
  freed_.assign(block.count + 1, 0);
  const auto ranked = static_cast<std::size_t>(releases.rank_of(last + Duration{1}) - first);
  count_releases(block, releases.list->from(first), ranked, releases.shift);
  count_releases(block, unranked.data(), unranked.size(), releases.shift);
  places_.resize(block.count);
  for (std::size_t i = 0; i < block.count; ++i) {
    places_[i] = place_of(block, due[i]);
  }
  std::uint64_t free = ports_ - inside;
  walk(block, taken, [&](std::size_t i, std::size_t) {
    free += freed_[i];
    const std::uint32_t is_served = free > 0 ? 1 : 0;
    free -= is_served;
    freed_[places_[i]] += is_served;
    return is_served != 0;
  });
}

void Ceiling::count_releases(const AttemptBlock& block, const std::int64_t* releases, std::size_t count,
                             Duration shift) {
  for (std::size_t i = 0; i < count; ++i) {
    ++freed_[place_of(block, releases[i] + shift.count())];
  }
}

void Ceiling::find_starts(const AttemptBlock& block) {
  const std::int64_t begin = block.times.front();
  const std::int64_t length = block.times[block.count - 1] - begin;
  const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(length)));
  part_bits_ = std::max(bits - static_cast<int>(std::bit_width(block.count)) - 1, 0);
  starts_.assign(static_cast<std::size_t>(length >> part_bits_) + 2, 0);
  for (std::size_t i = 0; i < block.count; ++i) {
    ++starts_[static_cast<std::size_t>((block.times[i] - begin) >> part_bits_) + 1];
  }
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
}

// The first attempt that does not come before `instant`, which comes after the first. A part of the block's
// time seldom has more than two attempts: those are counted without a branch.
std::uint32_t Ceiling::place_of(const AttemptBlock& block, std::int64_t instant) const {
  if (instant > block.times[block.count - 1]) {
    return static_cast<std::uint32_t>(block.count);
  }
  const auto part = static_cast<std::size_t>((instant - block.times.front()) >> part_bits_);
  const std::uint32_t end = starts_[part + 1];
  std::uint32_t place = starts_[part];
  for (int i = 0; i < 2; ++i) {
    place +=
        static_cast<std::uint32_t>(place < end) & static_cast<std::uint32_t>(block.times[place] < instant);
  }
  if (end - starts_[part] > 2) {
    const auto times = block.times.begin();
    place = static_cast<std::uint32_t>(std::lower_bound(times + place, times + end, instant) - times);
  }
  return place;
}

}  // namespace portsim
