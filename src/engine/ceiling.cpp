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

Duration Ceiling::serve(AttemptBlock& block, Instants& taken, Flow releases, std::uint64_t released) const {
  const std::uint64_t before = taken.size();
  const std::uint64_t free = ports_ + released - std::min(ports_ + released, before);
  if (block.count <= free) {
    serve_all(block, taken);
    return kNever;
  }
  const auto sure = static_cast<std::size_t>(free);
  const std::size_t others = block.count - sure;
  std::int64_t* const room = taken.extend(block.count);
  const std::uint64_t first = before + sure - ports_;  // as many ports back
  const std::int64_t* const needed = releases.list->from(first);
  const std::int64_t hold = releases.shift.count();
  const std::size_t known =
      releases.list == &taken
          ? others
          : static_cast<std::size_t>(std::min<std::uint64_t>(others, releases.list->size() - first));
  std::copy_n(block.times.begin(), block.count, room);
  const Duration shortest = shortest_wait(room + sure, needed, releases.shift, known);
  if (known == others && shortest >= Duration{}) {
    block.failures = 0;
    taken.add(block.count);
    return shortest;
  }
  // One by one, without a branch that could be predicted wrongly.
  std::size_t served = 0;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < block.count; ++i) {
    const bool is_served =
        served < sure || (served - sure < known && needed[served - sure] + hold <= block.times[i]);
    room[served] = block.times[i];
    block.served[served] = static_cast<std::uint32_t>(i);
    block.failed[failures] = static_cast<std::uint32_t>(i);
    served += is_served ? 1 : 0;
    failures += is_served ? 0 : 1;
  }
  block.failures = failures;
  taken.add(served);
  return shortest_wait(room + sure, needed, releases.shift, served - sure);
}

}  // namespace portsim
