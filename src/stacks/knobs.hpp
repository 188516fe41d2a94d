// The settings of real stacks by their own names: registry values, sysctls, netsh.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portsim/time.hpp"
#include "stacks/profile.hpp"

namespace portsim {

/// What a knob sets. Knobs that act together are put together in scenario/knob_settings.cpp.
enum class KnobRole : std::uint8_t {
  time_wait,           ///< TIME_WAIT, in the knob's unit
  fin_wait_2_timeout,  ///< in the knob's unit
  first_port,          ///< of the ephemeral range
  last_port,           ///< of the ephemeral range
  port_range,          ///< first and last port
  port_start_count,    ///< first port and number of ports
  reserved_ports,      ///< a list of ranges
  reuse_mode,          ///< 0: no reuse of TIME_WAIT, 1: everywhere, 2: on the loopback
  reuse_delay,         ///< the age at which a port is reused, in the knob's unit
  timestamps,          ///< 0: off
  autobind_reuse,      ///< 0: off
  rfc1337,             ///< 1: an RST does not end TIME_WAIT
  max_time_wait,       ///< the cap on connections in TIME_WAIT
  syn_retries,         ///< retransmissions of a SYN, each wait twice the last
  linux_syn_retries,   ///< the same; the stack gives up by the time that has passed
  linux_syn_linear,    ///< retransmissions before the wait begins to double
};

/// One setting of a stack.
struct Knob {
  std::string_view name;
  std::vector<std::string_view> profiles;  ///< those that have it
  KnobRole role;
  std::uint64_t least = 0;  ///< legal values, both ends included; those of port lists and ranges: each port
  std::uint64_t most = 0;
  Duration unit{};          ///< what a value of 1 is, for times
  std::string_view source;  ///< of the legal range

  [[nodiscard]] bool belongs_to(std::string_view profile) const;
};

/// Legal values, and who says so.
struct KnobLimits {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::string source;
};

/// All knobs.
[[nodiscard]] std::span<const Knob> knobs();

/// The knob of that name; null if there is none. Letter case does not matter, as in the registry; a sysctl
/// may be written with `/` for `.` (`net/ipv4/tcp_tw_reuse`), or without its `net.ipv4.` or `net.netfilter.`.
[[nodiscard]] const Knob* find_knob(std::string_view name);

/// The legal values of a knob on a profile that has it: for a time that the profile documents, its limits.
[[nodiscard]] KnobLimits knob_limits(const Knob& knob, const Profile& profile);

}  // namespace portsim
