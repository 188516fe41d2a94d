// The exit status of every command.
#pragma once

#include <cstdint>

namespace portsim::cli {

/// What the process tells its caller.
enum class ExitCode : std::uint8_t {
  done = 0,          ///< also when ports ran out: that is a result
  not_finished = 1,  ///< an output failed, or portsim itself
  bad_input = 2,     ///< bad usage or bad input; nothing was simulated
  condition_held =
      3,  ///< --fail-if held, check found a difference, merge misses rows, solve no answer, --emit no change
};

}  // namespace portsim::cli
