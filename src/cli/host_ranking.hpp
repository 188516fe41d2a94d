// The hosts of a log, by how near they come to the end of their ports.
#pragma once

#include <optional>
#include <vector>

#include "cli/replay.hpp"

namespace portsim::cli {

/// Replays each host of the log with the settings of `levels` (and with `stack`, if there is one, in place of
/// the profile), up to `jobs` (at least one) at a time, and ranks them by their peak of ports in use (ties:
/// the one that the log names first); hosts that the settings do not fit come last.
[[nodiscard]] std::vector<ReplayedHost> rank_hosts(const Replay& replay,
                                                   const std::vector<std::vector<Setting>>& levels,
                                                   unsigned jobs,
                                                   const std::optional<Stack>& stack = std::nullopt);

}  // namespace portsim::cli
