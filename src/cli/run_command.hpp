// `portsim` and `portsim replay`: from the command line to the report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace portsim::cli {

/// What the process tells its caller.
enum class ExitCode : std::uint8_t {
  done = 0,            ///< also when ports ran out: that is a result
  not_finished = 1,    ///< an output failed, or portsim itself
  bad_input = 2,       ///< bad usage or bad input; nothing was simulated
  condition_held = 3,  ///< a condition of --fail-if held
};

/// Runs the command line `words` (argv without the program's name). Throws OutputError when an output
/// fails.
[[nodiscard]] ExitCode run_command(const std::vector<std::string>& words);

}  // namespace portsim::cli
