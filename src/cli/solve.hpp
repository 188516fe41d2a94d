// `portsim solve`: which value of one setting is just good enough.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"

namespace portsim::cli {

/// Answers the question of the command line. Empty: the input has faults, which are appended to `faults`, and
/// nothing was run. Throws OutputError when an output fails.
[[nodiscard]] std::optional<ExitCode> run_solve(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
