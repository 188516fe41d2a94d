// The scenario that portsim's own command line describes, for the programs that it is measured against.
#pragma once

#include "portsim/scenario.hpp"

namespace portsim::bench {

/// Reads `--NAME VALUE ...` or `replay FILE --NAME VALUE ...` as portsim does. Throws std::invalid_argument
/// for what portsim would refuse.
[[nodiscard]] ValidScenario scenario_of_arguments(int argc, const char* const* argv);

}  // namespace portsim::bench
