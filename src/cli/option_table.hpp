// Every option that the command line knows: those of a scenario and those that say what to do with the
// result. Parsing, configuration files and help all read this one table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.hpp"
#include "scenario/settings.hpp"

namespace portsim::cli {

/// How an option may stand on the command line.
enum class OptionForm : std::uint8_t {
  once,        ///< with a value, at most once
  repeatable,  ///< with a value, any number of times
  flag,        ///< without a value
};

/// For which commands an option means something.
enum class OptionUse : std::uint8_t {
  all,
  single_run,  ///< commands whose result is that of one run
  replay,      ///< those that can read a log
  draws,       ///< those whose draws can be repeated
  runs,        ///< those that run scenarios of the user's own
  text,        ///< commands that answer with text for people
  many_runs,   ///< those that run several scenarios
  judged,      ///< those whose results --fail-if judges
  sweep_or_solve,
  sweep,
  solve,
  check,
  host,
  picture,  ///< commands whose result can be drawn
};

/// An option that is not part of the scenario.
struct OutputOption {
  OptionDescription description;
  OptionForm form = OptionForm::once;
  char letter = '\0';  ///< short form: `o` for -o; none if 0
  OptionUse use = OptionUse::all;
};

/// The options for output and for help, in the order in which help lists them.
[[nodiscard]] std::span<const OutputOption> output_options();

/// The output option of that name; null if it is none.
[[nodiscard]] const OutputOption* find_output_option(std::string_view name);

/// True when the option means something for the command.
[[nodiscard]] bool has_meaning(const OutputOption& option, Command command);

/// True for the name of an option that describes the scenario.
[[nodiscard]] bool is_scenario_option(std::string_view name);

/// The names of all options, without dashes.
[[nodiscard]] std::vector<std::string_view> option_names();

/// `did you mean --delay?` for a misspelt option name; else where the list of options is.
[[nodiscard]] std::string remedy_for_unknown(std::string_view name);

}  // namespace portsim::cli
