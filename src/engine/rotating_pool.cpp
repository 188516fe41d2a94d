#include "engine/rotating_pool.hpp"

#include <algorithm>

namespace portsim {

// The shortest time from a release to the next taking of the same port, over `count` connections that are not
// the first of their port; negative if one of them comes too early.
std::int64_t RotatingPool::shortest_free(const std::int64_t* taken, std::size_t count) const {
  if (count == 0) {
    return kNone;
  }
  std::int64_t shortest = kNone;
  const std::int64_t* const before = taken - ports_;
  for (std::size_t i = 0; i < count; ++i) {
    shortest = std::min(shortest, taken[i] - before[i]);
  }
  return shortest - hold_;
}

void RotatingPool::serve(AttemptBlock& block, Instants& taken) {
  std::int64_t* const room = taken.extend(block.count);
  const std::uint64_t unused = ports_ - std::min(ports_, taken.size());
  const std::size_t sure = static_cast<std::size_t>(std::min<std::uint64_t>(unused, block.count));
  std::copy_n(block.times.begin(), block.count, room);
  block.failures = 0;
  std::size_t served = block.count;
  std::int64_t shortest = shortest_free(room + sure, served - sure);
  if (shortest < 0) {
    // Some fail: one by one, without a branch that could be predicted wrongly.
    served = sure;
    std::size_t failures = 0;
    for (std::size_t i = sure; i < block.count; ++i) {
      room[served] = block.times[i];
      const bool is_served = room[static_cast<std::ptrdiff_t>(served - ports_)] + hold_ <= block.times[i];
      block.failed[failures] = static_cast<std::uint32_t>(i);
      served += is_served ? 1 : 0;
      failures += is_served ? 0 : 1;
    }
    block.failures = failures;
    shortest = shortest_free(room + sure, served - sure);
  }
  shortest_free_ = std::min(shortest_free_, shortest);
  taken.add(served);
}

std::optional<Duration> RotatingPool::reuse_interval_min() const {
  return shortest_free_ == kNone ? std::nullopt : std::optional(Duration{shortest_free_});
}

}  // namespace portsim
