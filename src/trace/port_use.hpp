// Which of a machine's ports its own connections hold, pool by pool.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "trace/socket_table.hpp"

namespace portsim {

/// The connections from one local address to one destination.
struct DestinationUse {
  std::string local_address;
  std::string remote_address;
  std::uint16_t remote_port = 0;
  StateCounts states{};
};

/// What came to a pool between two lists of sockets.
struct PoolChange {
  std::uint64_t into_time_wait = 0;  ///< connections that entered TIME_WAIT
  std::uint64_t appeared = 0;        ///< new ones that are not in TIME_WAIT
  std::uint64_t disappeared = 0;     ///< those that were in another state and are gone, or are in TIME_WAIT
};

/// The connections that share one set of ports: those of one key of the scope.
struct PortPool {
  std::string local_address;      ///< empty in host scope
  std::string remote_address;     ///< empty but in tuple scope
  std::uint16_t remote_port = 0;  ///< 0 but in tuple scope
  bool is_loopback = false;       ///< every connection lies within 127.0.0.0/8 or ::1
  std::vector<DestinationUse> destinations;

  // Each port once, however many connections share it:
  std::uint64_t staying = 0;             ///< ports that no timer frees
  std::vector<Duration> time_wait_left;  ///< of ports in TIME_WAIT: until their 2 MSL are over
  std::uint64_t time_wait_untimed = 0;   ///< ports in TIME_WAIT whose time left is not known
  std::vector<Duration> closing_left;    ///< of ports in FIN_WAIT_2, closed: until their timeout

  PoolChange change;

  [[nodiscard]] std::uint64_t in_use() const {
    return staying + time_wait_left.size() + time_wait_untimed + closing_left.size();
  }
};

/// A machine's ports.
struct PortUse {
  std::vector<PortPool> pools;  ///< in the order in which they are first met

  std::uint64_t listening_ports = 0;  ///< of the pool, which no connection can have

  // Sockets that hold no port of the pool for a connection that this machine opened:
  std::uint64_t listening = 0;
  std::uint64_t accepted = 0;       ///< their local port is one that listens
  std::uint64_t outside_range = 0;  ///< their local port is not in the pool
  std::uint64_t not_connected = 0;
};

/// Sorts the sockets of `now` out. `pool` are the ephemeral ports, ascending. With `before`, an earlier list
/// of the same machine, each pool tells its change; of a socket that is in TIME_WAIT in both, one whose time
/// left has grown is another connection on the same port.
[[nodiscard]] PortUse port_use(const SocketTable& now, const SocketTable* before,
                               const std::vector<std::uint16_t>& pool, Scope scope);

}  // namespace portsim
