// A TCP stack as a value: the numbers in which operating systems differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portsim/tcp.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A range of ports, both ends included, within 1 to 65535.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// The number of ports in `ranges`, which must not overlap.
[[nodiscard]] inline std::uint64_t count_ports(const std::vector<PortRange>& ranges) {
  std::uint64_t ports = 0;
  for (const PortRange& range : ranges) {
    ports += std::uint64_t{range.last} - range.first + 1;
  }
  return ports;
}

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
  friend bool operator==(const TimeLimits&, const TimeLimits&) = default;
};

/// When a port in TIME_WAIT counts as free for connect().
struct TimeWaitReuse {
  Duration age{};              ///< spent in TIME_WAIT
  bool loopback_only = false;  ///< only connections within 127.0.0.0/8
  friend bool operator==(const TimeWaitReuse&, const TimeWaitReuse&) = default;
};

/// What happens at the cap on TIME_WAIT connections.
enum class CapRule : std::uint8_t {
  destroy_newcomer,  ///< what would become one more is closed at once (Linux tcp_max_tw_buckets, which counts
                     ///< closed sockets in FIN_WAIT_2 as well)
  recycle_oldest,    ///< the one that is longest in TIME_WAIT is closed (FreeBSD maxtcptw)
  recycle_when_crowded,  ///< the same, at a new connection, once so many hold a port in any state (NT
                         ///< MaxFreeTcbs)
};

/// What an address translator does besides keeping a translation for the TIME_WAIT delay after a FIN.
struct Nat {
  Duration after_reset{};             ///< how long a translation is kept after an RST
  std::optional<Duration> half_open;  ///< and after the last SYN when none was answered; empty: see `idle`
  std::optional<Duration> idle;       ///< and in silence: FIN_WAIT_2 and CLOSE_WAIT; empty: for ever
  bool is_per_host = false;           ///< the ports are those of each host behind it, not of all together
  friend bool operator==(const Nat&, const Nat&) = default;
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
  /// A timeout longer than this runs as two timers of the excess, one after the other; only during the second
  /// is the socket one of those that `max_time_wait` counts (Linux: 60 s).
  std::optional<Duration> fin_wait_2_split;
  std::vector<Duration> syn_waits;  ///< wait after each try of a SYN, the last included
  /// The first wait to end so long after connect() or later is the last.
  std::optional<Duration> syn_give_up;
  std::vector<Duration> fin_waits;  ///< the same for a FIN
  /// Ticks per second of a Linux timer wheel, 1 to 100,000; empty: timers end on time.
  std::optional<std::uint32_t> timer_hz;
  std::optional<TimeWaitReuse> time_wait_reuse;
  Duration age_tick{};  ///< of the clock that measures the age: more than `age` ticks must pass; 0: exact
  std::optional<std::uint64_t> max_time_wait;
  CapRule cap_rule = CapRule::recycle_oldest;
  /// The allocator gives out ports in TIME_WAIT; connect() then fails where the destination is the same
  /// (Windows Server 2003 before Service Pack 1).
  bool gives_out_time_wait = false;
  /// bind() to port 0 with SO_REUSEADDR may share a port (Linux ip_autobind_reuse).
  bool autobind_reuse = false;
  TcpRules rules;
  std::optional<Nat> nat;                      ///< for a translator
  std::string application_error;               ///< what the program sees when no port is free
  std::string bind_error;                      ///< the same from bind() to port 0; empty: no other
  std::optional<std::uint64_t> session_limit;  ///< server sessions above which Event ID 2009 is logged

  friend bool operator==(const Stack&, const Stack&) = default;
};

}  // namespace portsim
