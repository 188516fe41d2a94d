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
    return kNever;
  }
  std::int64_t shortest = kNever.count();
  for (std::size_t i = 0; i < count; ++i) {
    shortest = std::min(shortest, attempts[i] - releases[i]);
  }
  return Duration{shortest} - shift;
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
  std::int64_t* const room = taken.extend(block.count);
  const std::int64_t* const needed = taken.from(before + sure - ports_);  // as many ports back
  std::copy_n(block.times.begin(), block.count, room);
  const Duration shortest = shortest_wait(room + sure, needed, hold, block.count - sure);
  if (shortest >= Duration{}) {
    block.failures = 0;
    taken.add(block.count);
    return shortest;
  }
  // One by one, without a branch that could be predicted wrongly.
  std::size_t served = 0;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < block.count; ++i) {
    const bool is_served = served < sure || needed[served - sure] + hold.count() <= block.times[i];
    room[served] = block.times[i];
    block.served[served] = static_cast<std::uint32_t>(i);
    block.failed[failures] = static_cast<std::uint32_t>(i);
    served += is_served ? 1 : 0;
    failures += is_served ? 0 : 1;
  }
  block.failures = failures;
  taken.add(served);
  return shortest_wait(room + sure, needed, hold, block.connections() - sure);
}

}  // namespace portsim
