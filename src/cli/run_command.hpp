// From the command line to the report.
#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.hpp"

namespace portsim::cli {

/// Runs the command line `words` (argv without the program's name). Throws OutputError when an output
/// fails.
[[nodiscard]] ExitCode run_command(const std::vector<std::string>& words);

}  // namespace portsim::cli
