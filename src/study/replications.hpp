// Replications: one scenario again and again, each time with other draws.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "portsim/replications.hpp"
#include "portsim/simulate.hpp"

namespace portsim {

/// How narrow the interval of a mean is to become.
struct Precision {
  Measure measure = Measure::failure_ratio;
  double half_width = 0;  ///< half of the interval must be less than this
};

/// How many replications to run.
struct ReplicationGoal {
  std::uint64_t most = 1;          ///< at least 1
  std::optional<Precision> until;  ///< fewer, once this is reached; looked at from `kLeastReplications` on
};

/// So few replications may be alike by chance: no precision is believed before.
inline constexpr std::uint64_t kLeastReplications = 10;

inline constexpr std::uint64_t kMostReplications = 1'000'000;

/// What replications gave.
struct Replicated {
  Result first;  ///< of replication 1, in full
  ReplicationResult all;
  bool is_precise = true;  ///< false: the goal's precision was not reached
};

/// Runs replications on `jobs` threads (at least one); the result does not depend on their number:
/// replications are taken in order, and the decision to stop rests on those before. `first` are the options
/// of replication 1. Each result goes to `watch`, in order, in the caller's thread (timeline and list of
/// outages are left out from the second on).
[[nodiscard]] Replicated replicate(const ValidScenario& scenario, const RunOptions& first,
                                   const ReplicationGoal& goal, unsigned jobs,
                                   const std::function<void(const Result&)>& watch);

}  // namespace portsim
