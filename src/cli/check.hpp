// `portsim check`: recorded results against what comes out now.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "portsim/scenario.hpp"

namespace portsim::cli {

/// Runs the scenarios of the result files again and prints what differs. With faults, old or new, nothing is
/// run and the result is empty. Throws OutputError when an output fails.
[[nodiscard]] std::optional<ExitCode> run_check(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
