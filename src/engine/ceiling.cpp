#include "engine/ceiling.hpp"

#include <algorithm>

#include "base/vectors.hpp"

namespace portsim {
namespace {

/// The shortest time from a release to its attempt; negative if one of them comes too late.
PORTSIM_VECTORISED
Duration shortest_wait(const std::int64_t* attempts, const KnownReleases& releases, std::size_t count) {
  if (count == 0) {
    return kNever;
  }
  std::int64_t shortest = kNever.count();
  for (std::size_t i = 0; i < count; ++i) {
    shortest = std::min(shortest, attempts[i] - releases.times[i]);
  }
  return Duration{shortest} - releases.shift;
}

}  // namespace

std::optional<Duration> Ceiling::serve_all(const AttemptBlock& block, std::uint64_t free,
                                           const KnownReleases& releases) {
  const auto sure = static_cast<std::size_t>(std::min<std::uint64_t>(free, block.count));
  const std::size_t others = block.count - sure;
  if (others > releases.count) {
    return std::nullopt;
  }
  const Duration shortest = shortest_wait(block.times.data() + sure, releases, others);
  return shortest >= Duration{} ? std::optional(shortest) : std::nullopt;
}

Duration Ceiling::serve(AttemptBlock& block, Instants& taken, Flow releases, std::uint64_t released) const {
  const std::uint64_t before = taken.size();
  const std::uint64_t free = ports_ + released - std::min(ports_ + released, before);
  const auto sure = static_cast<std::size_t>(std::min<std::uint64_t>(free, block.count));
  const std::size_t others = block.count - sure;
  std::int64_t* const room = taken.extend(block.count);
  std::copy_n(block.times.begin(), block.count, room);  // some may be releases that others of the block need
  KnownReleases needed{.shift = releases.shift};
  if (others > 0) {
    const std::uint64_t first = before + sure - ports_;  // as many ports back
    needed.times = releases.list->from(first);
    needed.count = releases.list == &taken ? others : static_cast<std::size_t>(releases.list->size() - first);
  }
  const std::optional<Duration> shortest = serve_all(block, free, needed);
  if (shortest) {
    block.failures = 0;
    taken.add(block.count);
    return *shortest;
  }
  // One by one, without a branch that could be predicted wrongly.
  std::size_t served = 0;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < block.count; ++i) {
    const bool is_served =
        served < sure || (served - sure < needed.count &&
                          needed.times[served - sure] + needed.shift.count() <= block.times[i]);
    room[served] = block.times[i];
    block.served[served] = static_cast<std::uint32_t>(i);
    block.failed[failures] = static_cast<std::uint32_t>(i);
    served += is_served ? 1 : 0;
    failures += is_served ? 0 : 1;
  }
  block.failures = failures;
  taken.add(served);
  return shortest_wait(room + sure, needed, served - sure);
}

}  // namespace portsim
