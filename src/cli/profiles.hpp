// `portsim profiles`: what is known of the TCP stacks.
#pragma once

#include <vector>

#include "cli/arguments.hpp"
#include "portsim/scenario.hpp"

namespace portsim::cli {

/// Lists the profiles, or shows the one that is named. With faults, old or new, nothing is written and the
/// result is false. Throws OutputError when the output fails.
[[nodiscard]] bool show_profiles(const Arguments& arguments, std::vector<Fault>& faults);

}  // namespace portsim::cli
