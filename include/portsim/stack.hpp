// A TCP stack as a value: the numbers in which operating systems differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portsim/time.hpp"

namespace portsim {

/// A range of ports, both ends included, within 1 to 65535.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// What must be unique among the connections of one host.
enum class Scope : std::uint8_t {
  host,     ///< a local port serves one connection on the whole host (NT, 4.4BSD, lwIP)
  address,  ///< one for each local address (bind() before connect() on Linux)
  tuple,    ///< one for each (local address, local port, remote address, remote port): connect() on Linux
};

/// How the stack picks among the free ports. The five algorithms are those of RFC 6056, section 3.3.
enum class Selection : std::uint8_t {
  sequential,  ///< upwards from the last port given, wrapping; first search at the lowest port (NT, macOS)
  sequential_from_random,  ///< the same, but the first search begins anywhere (lwIP)
  descending,              ///< downwards from the highest port, wrapping (NetBSD)
  random_start,            ///< algorithm 1: from a random port upwards, each time anew
  random_pick,             ///< algorithm 2: random ports, as many as the pool has
  hash,                    ///< algorithm 3: a counter of the host plus an offset of the key
  double_hash,             ///< algorithm 4: a counter of the key's hash plus an offset of the key
  random_increment,        ///< algorithm 5: upwards by random increments up to 500
  parity_first,            ///< Linux: every second port first, from a cursor of the key
};

/// What a program does about the local port before connect().
enum class BindMode : std::uint8_t {
  none,    ///< nothing
  port0,   ///< bind() to an address and port 0: the port is chosen for the address alone
  noport,  ///< bind() with IP_BIND_ADDRESS_NO_PORT: the port is chosen by connect()
};

/// The legal values of a time that the stack lets its user set.
struct TimeLimits {
  Duration least{};
  Duration most{};
  Duration step{1};  ///< legal values are multiples of it
};

/// The numbers of one stack. Times are those of the stack's documentation; sources stand where the
/// values are defined (src/stacks).
struct Stack {
  std::string name;              ///< as given to --profile
  std::vector<PortRange> ports;  ///< the ephemeral port range
  Scope scope = Scope::host;
  Selection selection = Selection::sequential;
  Duration time_wait{};  ///< default TIME_WAIT delay (2 MSL)
  TimeLimits time_wait_limits;
  std::string time_wait_knob;                  ///< the setting's own name; empty if there is none
  std::optional<Duration> fin_wait_2_timeout;  ///< empty: waits for ever
  std::vector<Duration> syn_waits;             ///< wait after each try of a SYN, the last included
  std::vector<Duration> fin_waits;             ///< the same for a FIN
  std::string application_error;               ///< what the program sees when no port is free
  std::optional<std::uint64_t> session_limit;  ///< server sessions above which Event ID 2009 is logged
};

}  // namespace portsim
