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
  host,  ///< a local port serves one connection on the whole host
};

/// How the stack picks among the free ports.
enum class Selection : std::uint8_t {
  sequential,  ///< upwards from the last port given, wrapping; the first search begins at the lowest port
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
