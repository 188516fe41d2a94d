// `portsim merge`: the shares of a sweep as the one file that a single machine would have written.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "portsim/scenario.hpp"

namespace portsim::cli {

/// Joins the files in order of their cells and drops the marks. Says which rows are missing, and then writes
/// nothing. With faults, old or new, nothing is written and the result is empty. Throws OutputError when the
/// output fails.
[[nodiscard]] std::optional<ExitCode> run_merge(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
