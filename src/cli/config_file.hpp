// `--config FILE`: options from a TOML file.
#pragma once

#include <string>
#include <vector>

#include "scenario/settings.hpp"

namespace portsim::cli {

/// Reads the options in a TOML file: keys are option names, with `-` or `_`. A value is a string, a number
/// (taken with the digits that stand in the file), `true` or `false` for a flag, an array
/// (`["1024-2000", 3000]`: its elements with commas; conditions of `fail-if`: one each) or an inline table
/// (`{client = 0.9, server = 0.1}`); names and words must be strings. `for_sweep`: an array holds the values
/// that a scenario option takes in turn, one setting each. What is wrong is appended to `faults`, with
/// `FILE:LINE`.
[[nodiscard]] std::vector<Setting> read_config_file(const std::string& path, bool for_sweep,
                                                    std::vector<Fault>& faults);

}  // namespace portsim::cli
