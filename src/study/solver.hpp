// `solve` for those who ask several questions about one scenario.
#pragma once

#include <optional>

#include "portsim/result.hpp"
#include "portsim/solve.hpp"

namespace portsim {

/// What the questions about one scenario have in common.
struct SharedRuns {
  std::optional<Result> ample;  ///< of a run with as many ports as there can be; empty until one needs it
};

/// As `solve`; makes use of what is in `shared`, and adds to it.
[[nodiscard]] Answer solve_sharing(const ValidScenario& scenario, Lever lever, const SolveOptions& options,
                                   SharedRuns& shared);

}  // namespace portsim
