// The hardest value with which a random load still meets a target, by replications.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "portsim/condition.hpp"
#include "portsim/solve.hpp"
#include "study/lever_values.hpp"
#include "study/target_runs.hpp"

namespace portsim {

/// What the runs gave.
struct RandomFind {
  std::optional<std::uint64_t> rank;
  std::string reason;  ///< why there is none; empty: even the easiest value does not meet the target
  std::optional<Confidence> confidence;
};

/// Searches the values from rank `start` on. Each value is tried in the same replications, and so with the
/// same random draws.
///
/// A target on the failure ratio is met when the upper bound of its mean is as small as it asks: one-sided 95
/// %, Student's t over the replications, and never less than 3 / attempts, since that many attempts without a
/// failure leave a ratio up to there possible. Any other target is met when all replications meet it.
[[nodiscard]] RandomFind search_by_replications(const Condition& target, const LeverValues& values,
                                                std::uint64_t start, std::uint64_t step, Ledger& ledger);

}  // namespace portsim
