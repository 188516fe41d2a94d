// The settings that a command line means, wherever they stand: in its words, in the files that it names.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "portsim/scenario.hpp"

namespace portsim::cli {

/// All settings from weakest to strongest: those of the configuration file, if one is named, below those of
/// the command line; below each the knobs in the files of --settings that it names. The files that are read,
/// those of profiles, translators and schedules included, are noted among `inputs`. What is wrong is appended
/// to `faults`: a file that cannot be read, an option that has no meaning for the command.
[[nodiscard]] std::vector<std::vector<Setting>> setting_levels(const Arguments& arguments,
                                                               std::vector<std::string>& inputs,
                                                               std::vector<Fault>& faults);

/// Those of a scenario: options and knobs.
[[nodiscard]] std::vector<std::vector<Setting>> scenario_levels(
    const std::vector<std::vector<Setting>>& levels);

/// True when --rate was misspelt or lacks its value: that it is missing is then no news.
[[nodiscard]] bool mentions_rate(const std::vector<Fault>& faults);

}  // namespace portsim::cli
