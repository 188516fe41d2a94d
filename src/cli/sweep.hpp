// `portsim sweep`: every combination of several values, one row each.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "portsim/scenario.hpp"

namespace portsim::cli {

/// Runs a sweep and writes its rows. With faults, old or new, nothing is written and the result is empty.
/// Throws OutputError when the output fails.
[[nodiscard]] std::optional<ExitCode> run_sweep(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
