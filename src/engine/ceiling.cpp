#include "engine/ceiling.hpp"

#include <algorithm>

#include "base/vectors.hpp"

namespace portsim {
namespace {

/// The shortest time from a release to its attempt; negative if one of them comes too late.
PORTSIM_VECTORISED
Duration shortest_wait(const std::int64_t* attempts, const std::int64_t* releases, Duration shift,
                       std::size_t count) {
  if (count == 0) {
    return Ceiling::kNoRelease;
  }
  std::int64_t shortest = Ceiling::kNoRelease.count();
  for (std::size_t i = 0; i < count; ++i) {
    shortest = std::min(shortest, attempts[i] - releases[i]);
  }
  return Duration{shortest} - shift;
}

}  // namespace

Duration Ceiling::serve(AttemptBlock& block, Instants& taken, const Flow& releases) const {
  std::int64_t* const room = taken.extend(block.count);
  std::copy_n(block.times.begin(), block.count, room);
  block.failures = 0;
  const std::uint64_t unused = ports_ - std::min(ports_, taken.size());
  const auto sure = static_cast<std::size_t>(std::min<std::uint64_t>(unused, block.count));
  if (sure == block.count) {
    taken.add(block.count);
    return kNoRelease;
  }
  const std::int64_t* const needed = releases.list->from(taken.size() + sure - ports_);
  Duration shortest = shortest_wait(room + sure, needed, releases.shift, block.count - sure);
  if (shortest < Duration{}) {
    // Some fail: one by one, without a branch that could be predicted wrongly.
    std::size_t served = sure;
    std::size_t failures = 0;
    for (std::size_t i = sure; i < block.count; ++i) {
      const std::int64_t now = block.times[i];
      room[served] = now;
      const bool is_served = needed[served - sure] + releases.shift.count() <= now;
      block.failed[failures] = static_cast<std::uint32_t>(i);
      served += is_served ? 1 : 0;
      failures += is_served ? 0 : 1;
    }
    block.failures = failures;
    shortest = shortest_wait(room + sure, needed, releases.shift, served - sure);
  }
  taken.add(block.served());
  return shortest;
}

}  // namespace portsim
