// The scenario in which a kernel's run is replayed.
#pragma once

#include "kernel_runs.hpp"
#include "portsim/scenario.hpp"

namespace portsim {

/// The Linux stack with the run's knobs, options and load.
[[nodiscard]] ValidScenario linux_scenario(const KernelRun& run);

}  // namespace portsim
