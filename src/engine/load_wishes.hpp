// What the connections of a load ask for.
#pragma once

#include <optional>

#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The wishes of all connections of a load together.
struct LoadWishes {
  bool binds = false;                         ///< some choose their port by bind() ...
  bool connects = false;                      ///< ... or leave that to connect()
  bool names_ports = false;                   ///< some ask for a port by its number
  bool shares = false;                        ///< with SO_REUSEADDR they may have one that is held
  bool is_loopback = false;                   ///< some stay within 127.0.0.0/8
  std::optional<Duration> shortest_patience;  ///< of a program that waits for connect()
};

/// Looks at each row of a recorded load.
[[nodiscard]] LoadWishes wishes_of(const Scenario& scenario);

}  // namespace portsim
