// A scenario in words: the options of the command line and of configuration files, in one table.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "portsim/scenario.hpp"

namespace portsim {

/// One option of a scenario, as help, man page and completions show it.
struct OptionDescription {
  std::string_view name;          ///< without dashes: `rate`
  std::string_view value_name;    ///< `RATE`
  std::string_view group;         ///< heading in the help: `Load`, `Stack`, `Ports`, `Connection`, `Run`
  std::string_view help;          ///< one sentence, with units
  std::string_view default_text;  ///< with its unit; empty if required
};

/// Every option of a scenario, in the order in which help lists them.
[[nodiscard]] std::span<const OptionDescription> scenario_options();

/// One setting as the user gave it.
struct Setting {
  std::string name;   ///< of a scenario option: `delay`; or that of a knob (knob_settings.hpp)
  std::string value;  ///< its text: `240`
  std::string where;  ///< as a fault quotes it: `--delay 240`, or `portsim.toml:3: delay = 240`
};

/// Builds a scenario from settings. `levels` runs from weakest to strongest (configuration file, command
/// line); a name may stand once in each level. Knobs of a level stand below its options. With `recorded`,
/// that load takes the place of `rate` and `arrivals`; with `stack`, that one the place of `profile`, and
/// with `translator` that one the place of `nat`. Reports all faults at once, the nearest name for an unknown
/// one included.
[[nodiscard]] std::variant<ValidScenario, std::vector<Fault>> build_scenario(
    const std::vector<std::vector<Setting>>& levels, std::optional<RecordedLoad> recorded = std::nullopt,
    const std::optional<Stack>& stack = std::nullopt, const std::optional<Stack>& translator = std::nullopt);

/// How long a run of a recorded load (not empty, in order of start) lasts where no `duration` is given: up to
/// one nanosecond after the last start.
[[nodiscard]] Duration default_duration(const RowView& connections);

/// The whole scenario as (option name, value) pairs in the table's order, every default resolved; given
/// back to `build_scenario` they make the same scenario. A limit that is not set is `none`; `unreachable`
/// is part of `close`; a recorded load has no `rate`, `arrivals` and `requests-per-connection`.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe(const Scenario& scenario);

/// The name of `names` that is most like `wrong`; empty if none is near.
[[nodiscard]] std::string_view nearest(std::string_view wrong, std::span<const std::string_view> names);

}  // namespace portsim
