#include "stacks/families.hpp"

// Sources are files of torvalds/linux, Documentation/networking/ip-sysctl.rst (called ip-sysctl), and runs of
// connect() that were measured for this project on kernel 6.18.44 with HZ 250 (tests/validation/data/kernel).

namespace portsim {
namespace {

using namespace std::chrono_literals;

/// What sets Linux apart: the timer wheel, what it does in TIME_WAIT, and bind() to port 0.
void add_linux_details(Profile& profile) {
  profile.timer_hz = {
      250,
      "Measured: TIME_WAIT ends at the first tick of 2.048 s after 60 s, other timers alike "
      "(CONFIG_HZ 250)",
      "CONFIG_HZ 100, 300 and 1000 are in use as well and have not been measured: --timer-hz"};
  profile.time_wait_reuse = {
      TimeWaitReuse{.age = 1s, .loopback_only = true},
      "ip-sysctl: tcp_tw_reuse is 2 (loopback only), tcp_tw_reuse_delay 1000 ms; measured",
      "An own address other than 127.0.0.0/8 does not count as loopback (measured)"};
  profile.age_tick = {1ms,
                      "tcp_ipv4.c, tcp_twsk_unique: more than the delay in whole milliseconds; measured: "
                      "1.0002 s at the soonest",
                      ""};
  profile.max_time_wait = {
      262144,
      "tcp_ipv4.c: tcp_max_tw_buckets is half of the entries in the table of connections, "
      "which holds at most 524,288 unless the boot line says otherwise",
      "Less on machines with little memory, where that table is smaller"};
  profile.cap_rule = {
      CapRule::destroy_newcomer,
      "ip-sysctl, tcp_max_tw_buckets: a socket beyond it \"is immediately destroyed\"; measured, "
      "closed sockets in FIN_WAIT_2 count as well",
      ""};
  profile.autobind_reuse = {false, "ip-sysctl, ip_autobind_reuse: 0 by default", ""};
  profile.rules = {
      {.reset_ends_time_wait = true, .fin_restarts_time_wait = true, .syn_reopens_time_wait = true},
      "tcp_minisocks.c, tcp_timewait_state_process, with tcp_rfc1337 0; measured: an RST of the "
      "server freed ports",
      "tcp_rfc1337 1 keeps them"};
  profile.bind_error = {"EADDRINUSE", "inet_connection_sock.c; measured: from bind() to port 0", ""};
}

Profile linux_profile() {
  Profile profile = {
      .name = "linux",
      .about = "Linux 6.18",
      .ports = {{{32768, 60999}},
                "ip-sysctl, ip_local_port_range: 32768 60999",
                "Some distributions set 32768-61000 or 1024-65535: --set net.ipv4.ip_local_port_range=..."},
      .scope = {Scope::tuple,
                "inet_hashtables.c: connect() needs a free (source, port, destination); measured: the pool "
                "multiplies by destinations, and by source addresses where the program binds one",
                "bind() to port 0 takes the port for its address alone: --bind port0"},
      .selection = {Selection::parity_first,
                    "inet_hashtables.c: the double hash of RFC 6056, ports of the lowest one's parity first; "
                    "the steps were measured",
                    "In a pool of odd size one port depends on a hidden cursor"},
      .time_wait = {60s,
                    "include/net/tcp.h: TCP_TIMEWAIT_LEN; measured: 60 s, then up to the next tick of the "
                    "timer wheel",
                    ""},
      .time_wait_limits = {no_limits(),
                           "A constant of the kernel: any value is a what-if. net.ipv4.tcp_fin_timeout does "
                           "not change it",
                           ""},
      .time_wait_knob = "",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {60s, "ip-sysctl, tcp_fin_timeout: 60 s",
                             "After shutdown() without close() there is no timeout (measured)"},
      .fin_wait_2_split = {60s,
                           "Measured: 61 s last 2 s, 120 s last 122 s, 150 s last 181 s, as two timers of "
                           "the excess over TCP_TIMEWAIT_LEN",
                           ""},
      .syn_waits = {{1s, 1s, 1s, 1s, 1s, 2s, 4s, 8s, 16s, 32s, 64s},
                    "ip-sysctl: the first timer is 1 s, tcp_syn_linear_timeouts 4 more of it, then doubled; "
                    "measured: 133 to 135 s with the wheel",
                    "Before Linux 6.5 there are no linear ones: --set net.ipv4.tcp_syn_linear_timeouts=0"},
      .syn_give_up = {127s,
                      "tcp_timer.c: tcp_syn_retries 6 gives up at the first timer that ends 2^7 - 1 s after "
                      "connect() or later; measured",
                      ""},
      .fin_waits = {{200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 51200ms},
                    "tcp.h: TCP_RTO_MIN 200 ms, doubled; ip-sysctl, tcp_orphan_retries: 8 by default: "
                    "102.2 s",
                    "From the least timer: longer on a slow path, or when the socket was only shut down "
                    "(tcp_retries2)"},
      .application_error = {"EADDRNOTAVAIL", "inet_hashtables.c; measured: at once, without a retry", ""},
      .session_limit = no_session_limit(),
      .notes = {{"Where a neighbour does not answer ARP, connect() fails with EHOSTUNREACH after 3 to 4 s on "
                 "average",
                 "measured: no simple rule"},
                {"Beyond tcp_max_tw_buckets the kernel logs \"time wait bucket table overflow\"",
                 "ip-sysctl; tcp_minisocks.c"}},
  };
  add_linux_details(profile);
  return profile;
}

}  // namespace

std::vector<Profile> linux_profiles() { return {linux_profile()}; }

}  // namespace portsim
