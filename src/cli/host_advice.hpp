// Settings that would make a machine's ports last longer.
#pragma once

#include <vector>

#include "report/host_report.hpp"
#include "scenario/settings.hpp"
#include "study/port_forecast.hpp"

namespace portsim::cli {

/// The settings of the scenario's stack, one at a time, with which the pool lasts longer than `now`; each was
/// simulated. `levels` as for `forecast_ports`.
[[nodiscard]] std::vector<HostAdvice> host_advice(const std::vector<std::vector<Setting>>& levels,
                                                  const ValidScenario& scenario, const PoolState& state,
                                                  const PortForecast& now);

}  // namespace portsim::cli
