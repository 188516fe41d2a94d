// A host: its ports, and what its stack remembers of TIME_WAIT.
#pragma once

#include <cstdint>

#include "engine/port_space.hpp"
#include "engine/refused_tuples.hpp"
#include "engine/time_wait_cap.hpp"

namespace portsim {

struct Host {
  PortSpace ports;
  TimeWaitCap cap;
  RefusedTuples refused_tuples{};
  std::uint64_t connections = 0;  ///< that hold a port
};

}  // namespace portsim
