// `portsim host`: a machine's own ports and settings, and when its ports will run out.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "portsim/scenario.hpp"

namespace portsim::cli {

/// Reads the machine, or lists of its sockets, and writes the report. Empty, with what is wrong appended to
/// `faults`, where the input is bad. Nothing but the output is ever written. Throws OutputError.
[[nodiscard]] std::optional<ExitCode> run_host(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
