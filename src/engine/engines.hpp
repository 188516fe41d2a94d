// The two engines behind simulate(), which chooses: for tests, which compare them.
#pragma once

#include <cstddef>

#include "portsim/simulate.hpp"

namespace portsim {

/// Attempts that the bulk engine takes at a time: few enough to stay in the first-level cache.
inline constexpr std::size_t kBulkBlock = 1024;

/// True where nothing but the full pool acts back on what follows, so that whole blocks of attempts can be
/// worked out at once.
[[nodiscard]] bool runs_in_bulk(const ValidScenario& scenario);

/// Runs any scenario, event by event.
[[nodiscard]] Result simulate_by_events(const ValidScenario& scenario, const RunOptions& options);

/// Runs a scenario that `runs_in_bulk`, `block` (> 0) attempts at a time. Gives what `simulate_by_events`
/// gives.
[[nodiscard]] Result simulate_in_bulk(const ValidScenario& scenario, const RunOptions& options,
                                      std::size_t block = kBulkBlock);

}  // namespace portsim
