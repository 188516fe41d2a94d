#include "stacks/knobs.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 2> kOptionalPrefixes{"net.ipv4.", "net.netfilter."};
constexpr std::uint64_t kMostInt = 2'147'483'647;
constexpr std::uint64_t kMostDword = 0xffffffff;

// ip-sysctl is Documentation/networking/ip-sysctl.rst of the Linux kernel, sysctl_net_ipv4.c its table.
std::vector<Knob> linux_knobs() {
  const std::vector<std::string_view> on{"linux"};
  return {
      {"net.ipv4.ip_local_port_range",
       {"linux", "gvisor"},
       KnobRole::port_range,
       1024,
       65535,
       {},
       "ip-sysctl: not below ip_unprivileged_port_start (1024)"},
      {"net.ipv4.ip_local_reserved_ports",
       on,
       KnobRole::reserved_ports,
       1,
       65535,
       {},
       "ip-sysctl: a list of ports and ranges with commas between them"},
      {"net.ipv4.ip_autobind_reuse", on, KnobRole::autobind_reuse, 0, 1, {}, "ip-sysctl: 0 or 1"},
      {"net.ipv4.tcp_rfc1337", on, KnobRole::rfc1337, 0, 1, {}, "ip-sysctl: 0 or 1"},
      {"net.ipv4.tcp_tw_reuse",
       on,
       KnobRole::reuse_mode,
       0,
       2,
       {},
       "ip-sysctl: 0 disabled, 1 everywhere, 2 on the loopback only"},
      {"net.ipv4.tcp_tw_reuse_delay", on, KnobRole::reuse_delay, 1, 60'000, 1ms,
       "sysctl_net_ipv4.c: 1 to TCP_PAWS_MSL (60 s), in ms"},
      {"net.ipv4.tcp_timestamps",
       on,
       KnobRole::timestamps,
       0,
       2,
       {},
       "ip-sysctl: 0 off, 1 on, 2 on without a random offset"},
      {"net.ipv4.tcp_fin_timeout", on, KnobRole::fin_wait_2_timeout, 1, kMostInt / 250, 1s,
       "ip-sysctl: seconds; sysctl_net_ipv4.c keeps them as an int of ticks (HZ 250)"},
      {"net.ipv4.tcp_max_tw_buckets",
       on,
       KnobRole::max_time_wait,
       0,
       kMostInt,
       {},
       "sysctl_net_ipv4.c: an int"},
      {"net.ipv4.tcp_syn_retries",
       on,
       KnobRole::linux_syn_retries,
       1,
       127,
       {},
       "ip-sysctl: not higher than 127; sysctl_net_ipv4.c: at least 1"},
      {"net.ipv4.tcp_syn_linear_timeouts",
       on,
       KnobRole::linux_syn_linear,
       0,
       127,
       {},
       "sysctl_net_ipv4.c: 0 to MAX_TCP_SYNCNT (127)"},
  };
}

std::vector<Knob> windows_knobs() {
  const std::vector<std::string_view> before_vista{"nt4",     "nt4-sp3",     "nt351-sp5",  "win2000",
                                                   "win2003", "win2003-240", "win2003-rtm"};
  return {
      {"TcpTimedWaitDelay",
       {"nt4", "nt4-sp3", "nt351-sp5", "win2000", "win2003", "win2003-240", "win2003-rtm", "windows"},
       KnobRole::time_wait,
       30,
       300,
       1s,
       "Q149532: 30-300 seconds"},
      {"MaxUserPort", before_vista, KnobRole::last_port, 5000, 65534, {}, "Q196271: 5000-65534 (decimal)"},
      {"MaxFreeTcbs",
       {"nt4", "nt4-sp3", "win2000", "win2003", "win2003-240", "win2003-rtm"},
       KnobRole::max_time_wait,
       0,
       kMostDword,
       {},
       "Q151418: 0-0xFFFFFFFF"},
      {"TcpMaxConnectRetransmissions",
       before_vista,
       KnobRole::syn_retries,
       0,
       255,
       {},
       "The registry reference of Windows 2000: 0-255"},
      {"dynamicport",
       {"windows"},
       KnobRole::port_start_count,
       1025,
       65535,
       {},
       "KB929851: start at 1025 or above, at least 255 ports, end not above 65535"},
  };
}

std::vector<Knob> bsd_knobs() {
  return {
      {"net.inet.tcp.msl",
       {"freebsd", "macos"},
       KnobRole::time_wait,
       1,
       kMostInt,
       2ms,
       "tcp_timer.c: an int of ms; TIME_WAIT is twice that"},
      {"net.inet.ip.portrange.first",
       {"freebsd"},
       KnobRole::first_port,
       1,
       65535,
       {},
       "in_pcb.c, sysctl_net_ipport_check: 1 to 65535"},
      {"net.inet.ip.portrange.last",
       {"freebsd"},
       KnobRole::last_port,
       1,
       65535,
       {},
       "in_pcb.c, sysctl_net_ipport_check: 1 to 65535"},
      {"net.inet.tcp.maxtcptw",
       {"freebsd"},
       KnobRole::max_time_wait,
       32,
       kMostInt,
       {},
       "tcp_timewait.c: at least 32"},
      {"net.inet.tcp.finwait2_timeout",
       {"freebsd"},
       KnobRole::fin_wait_2_timeout,
       1,
       kMostInt,
       1ms,
       "tcp_timer.c: an int of ms"},
      {"net.inet.tcp.fin_timeout",
       {"macos"},
       KnobRole::fin_wait_2_timeout,
       1,
       kMostInt,
       1ms,
       "xnu, tcp_timer.c: an int of ms"},
  };
}

std::vector<Knob> other_knobs() {
  return {
      {"_time_wait_interval",
       {"solaris"},
       KnobRole::time_wait,
       1000,
       600'000,
       1ms,
       "Solaris 11.4: 1 second to 10 minutes, in ms"},
      {"tcp_timewait", {"aix"}, KnobRole::time_wait, 1, 65535, 15s, "ibm.com: intervals of 15 s"},
      {"tcpTimeWaitTimeoutSec",
       {"gcp-nat"},
       KnobRole::time_wait,
       1,
       kMostInt,
       1s,
       "Compute API: an integer of seconds"},
      {"net.netfilter.nf_conntrack_tcp_timeout_time_wait",
       {"linux-nat"},
       KnobRole::time_wait,
       0,
       kMostInt,
       1s,
       "nf_conntrack-sysctl: an integer of seconds"},
  };
}

std::vector<Knob> all_knobs() {
  std::vector<Knob> all;
  for (std::vector<Knob> (*family)() : {windows_knobs, linux_knobs, bsd_knobs, other_knobs}) {
    for (Knob& knob : family()) {
      all.push_back(std::move(knob));
    }
  }
  return all;
}

/// The name in lower case, with `.` for `/`.
std::string plain_name(std::string_view name) {
  std::string plain(name);
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](unsigned char c) { return c == '/' ? '.' : static_cast<char>(std::tolower(c)); });
  return plain;
}

}  // namespace

bool Knob::belongs_to(std::string_view profile) const {
  return std::find(profiles.begin(), profiles.end(), profile) != profiles.end();
}

std::span<const Knob> knobs() {
  static const std::vector<Knob> all = all_knobs();
  return all;
}

const Knob* find_knob(std::string_view name) {
  const std::string wanted = plain_name(name);
  for (const Knob& knob : knobs()) {
    const std::string plain = plain_name(knob.name);
    if (plain == wanted) {
      return &knob;
    }
    for (const std::string_view prefix : kOptionalPrefixes) {
      if (plain.starts_with(prefix) && plain.substr(prefix.size()) == wanted) {
        return &knob;
      }
    }
  }
  return nullptr;
}

KnobLimits knob_limits(const Knob& knob, const Profile& profile) {
  const TimeLimits& limits = profile.time_wait_limits.value;
  if (knob.role != KnobRole::time_wait || limits.most >= kLongestDelay) {
    return {knob.least, knob.most, std::string(knob.source)};
  }
  return {static_cast<std::uint64_t>(limits.least / knob.unit),
          static_cast<std::uint64_t>(limits.most / knob.unit), profile.time_wait_limits.source};
}

}  // namespace portsim
