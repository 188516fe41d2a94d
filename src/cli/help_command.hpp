// `portsim help`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"

namespace portsim::cli {

/// What `portsim help [TOPIC]` prints: the list of topics, a topic, the help of a command, the man page
/// (`man`) or a completion script (`bash`, `zsh`, `fish`). Empty if something is wrong with the arguments;
/// that is appended to `faults`.
[[nodiscard]] std::optional<std::string> help_on(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
