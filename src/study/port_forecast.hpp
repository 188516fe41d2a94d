// When the ports of a running machine will be used up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "portsim/time.hpp"
#include "portsim/wide.hpp"
#include "scenario/settings.hpp"

namespace portsim {

/// Connections that come at even intervals.
struct PortFlow {
  Uint128 gap_ps = 0;  ///< picoseconds from one to the next; 0: there are none

  /// `count` connections in `time`.
  [[nodiscard]] static PortFlow of(std::uint64_t count, Duration time);
};

/// The ports of one pool at present, and what comes.
struct PoolState {
  std::uint64_t staying = 0;             ///< in use, and taken to stay so
  std::vector<Duration> time_wait_left;  ///< of each port in TIME_WAIT: until its 2 MSL are over
  Duration time_wait{};                  ///< the delay of which that is left
  std::vector<Duration> closing_left;    ///< of each other port that a timer frees
  bool is_loopback = false;              ///< for stacks that reuse ports on the loopback only
  PortFlow through_time_wait;            ///< connections that this side closes first
  PortFlow growth;                       ///< connections that stay, beside as many as stay now

  [[nodiscard]] std::uint64_t in_use() const { return staying + time_wait_left.size() + closing_left.size(); }
};

/// What comes of it.
struct PortForecast {
  /// From now to the first attempt that finds no port; empty: at this rate there is none.
  std::optional<Duration> exhausted_after;
  /// How far the run went; a failure that lies beyond it was calculated from the growth alone.
  Duration horizon{};
};

/// The faults of a scenario whose load is a machine's own; empty if it can be simulated. `levels` as for
/// `build_scenario`, without a rate.
[[nodiscard]] std::variant<ValidScenario, std::vector<Fault>> host_scenario(
    const std::vector<std::vector<Setting>>& levels);

/// Runs the pool on from its present state. The run begins one TIME_WAIT ago, so that the ports that are in
/// TIME_WAIT now enter it when they did, and the stack's own rules free or reuse them. It ends when every one
/// of them has gone and a connection that comes now has too: from then on nothing changes but by growth.
/// `levels` must be free of faults.
[[nodiscard]] PortForecast forecast_ports(const std::vector<std::vector<Setting>>& levels,
                                          const PoolState& state);

}  // namespace portsim
