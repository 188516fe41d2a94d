// `portsim replay`: the load comes from a log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "portsim/scenario.hpp"

namespace portsim::cli {

/// Reads the log that `operands` name and notes it among `inputs`. What is wrong with it is appended to
/// `faults`; a load that stands in for it is then given back, so that the options are still checked.
[[nodiscard]] RecordedLoad read_log(const std::vector<std::string>& operands,
                                    std::vector<std::string>& inputs, std::vector<Fault>& faults);

}  // namespace portsim::cli
