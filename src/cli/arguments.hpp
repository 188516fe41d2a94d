// The command line, split into options and operands; no value is understood here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/settings.hpp"

namespace portsim::cli {

enum class Command : std::uint8_t {
  run,       ///< `portsim [OPTIONS]`
  sweep,     ///< `portsim sweep [OPTIONS]`
  replay,    ///< `portsim replay LOG... [OPTIONS]`
  solve,     ///< `portsim solve QUESTION [OPTIONS]`
  host,      ///< `portsim host [OPTIONS]`
  check,     ///< `portsim check FILE... [OPTIONS]`
  merge,     ///< `portsim merge FILE... [OPTIONS]`
  profiles,  ///< `portsim profiles [NAME] [OPTIONS]`
  help,      ///< `portsim help [TOPIC]`
};

/// As the user types it: `portsim sweep`.
[[nodiscard]] std::string command_name(Command command);

/// The commands that have a name, with it, as the help lists them.
[[nodiscard]] std::vector<std::pair<std::string_view, Command>> named_commands();

/// What asks for a text instead of a run.
enum class Wish : std::uint8_t { none, short_help, help, version };

/// A command line, split.
struct Arguments {
  std::optional<Command> command;  ///< empty: unknown, which is a fault
  Wish wish = Wish::none;
  std::vector<std::string> operands;  ///< what is neither an option nor its value
  std::vector<Setting> settings;      ///< options with their values; a flag's value is `true`
};

/// Splits `words` (argv without the program's name). What is wrong is appended to `faults`: an unknown
/// command or option, a missing value, an operand too many or too few. Whether an option may be given
/// twice is for those who read the settings.
[[nodiscard]] Arguments split_arguments(const std::vector<std::string>& words, std::vector<Fault>& faults);

}  // namespace portsim::cli
