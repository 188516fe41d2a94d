// The help texts, made from the option table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/arguments.hpp"

namespace portsim::cli {

/// One screen (80 columns, 24 lines) on a command: usage, examples; of a plain run the commands, and the
/// options used most.
[[nodiscard]] std::string short_help(Command command);

/// The option of that name (without dashes) as the help lists it; empty if there is none.
[[nodiscard]] std::optional<std::string> option_help(std::string_view name);

/// What stands before the options in the help of a command: what it does, its usage, examples.
[[nodiscard]] std::string command_usage(Command command);

/// True when `command_usage` is the whole help of a command: it does not take the options of a scenario.
[[nodiscard]] bool has_options_of_its_own(Command command);

/// Everything: examples, every option in groups with its default, exit status, what is not modelled. At
/// most 80 columns.
[[nodiscard]] std::string full_help(Command command);

/// `portsim 0.1.0`.
[[nodiscard]] std::string version_text();

}  // namespace portsim::cli
