// A machine's sockets and settings, understood: which pools it has, how fast they fill, when they are full.
#pragma once

#include <vector>

#include "cli/host_snapshots.hpp"
#include "cli/host_wishes.hpp"
#include "portsim/scenario.hpp"
#include "report/host_report.hpp"
#include "scenario/settings.hpp"

namespace portsim::cli {

/// What there is to say of the machine, but for the files that its settings are from. `levels` are those that
/// `scenario` was built from.
[[nodiscard]] HostReport report_machine(const HostWishes& wishes, const Snapshots& snapshots,
                                        const std::vector<std::vector<Setting>>& levels,
                                        const ValidScenario& scenario);

}  // namespace portsim::cli
