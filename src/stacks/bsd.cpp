#include "stacks/families.hpp"

// Sources are files of the kernels: 4.4BSD-Lite2, FreeBSD 13 (as F-Stack carries it), openbsd/src
// (2022-2025), NetBSD/src, and xnu of 2025.

namespace portsim {
namespace {

using namespace std::chrono_literals;

/// The retransmission timer of 4.4BSD, for a round trip that is shorter than its least value.
Sourced<std::vector<Duration>> bsd_fin_waits(std::string source, std::string doubt) {
  return {{1s, 2s, 4s, 8s, 16s, 32s, 64s, 64s, 64s, 64s, 64s, 64s, 64s}, std::move(source), std::move(doubt)};
}

Sourced<std::optional<Duration>> bsd_fin_wait_2(std::string source, std::string doubt) {
  return {675s, std::move(source), std::move(doubt)};
}

Profile bsd44_profile() {
  return {
      .name = "bsd44",
      .about = "4.4BSD",
      .ports = {{{1024, 5000}},
                "netinet/in.h: IPPORT_RESERVED 1024, IPPORT_USERRESERVED 5000; in_pcb.c takes both ends",
                ""},
      .scope = {Scope::host,
                "in_pcb.c: connect() binds to the wildcard address, where a port is free only if "
                "nobody has it",
                ""},
      .selection = {Selection::sequential, "in_pcb.c: lport++, back to 1024 after 5000", ""},
      .time_wait = {60s, "tcp_timer.h: TCPTV_MSL is 30 s, TIME_WAIT twice that",
                    "The kernel counts ticks of 500 ms: it may end up to 0.5 s sooner"},
      .time_wait_limits = {no_limits(), "A constant of the kernel: any value is a what-if", ""},
      .time_wait_knob = "",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = bsd_fin_wait_2(
          "tcp_timer.c: after tcp_maxidle (8 x 75 s) the connection has not yet been idle for longer than "
          "that, and is looked at again 75 s later. Solaris documents the same 675 s",
          ""),
      .syn_waits = {{6s, 24s, 45s},
                    "G. Banga, P. Druschel, USITS 1997: sent again after 6 s and 30 s, given up after 75 s",
                    ""},
      .fin_waits =
          bsd_fin_waits("tcp_timer.c: tcp_backoff, 511 times the least timer of 1 s (TCPTV_MIN) in all",
                        "The timer follows the measured round trip: longer on a slow path"),
      .application_error =
          {"an endless loop in the kernel",
           "in_pcb.c: the search for a free port does not count what it has tried",
           "The machine hangs: what is simulated after the first failure is the same load on "
           "a kernel that gave an error instead"},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

Profile freebsd_profile() {
  return {
      .name = "freebsd",
      .about = "FreeBSD 13",
      .ports = {{{10000, 65535}},
                "netinet/in.h: IPPORT_EPHEMERALFIRST 10000, IPPORT_EPHEMERALLAST 65535",
                "Sockets with IP_PORTRANGE_HIGH use 49152-65535"},
      .scope = {Scope::tuple, "in_pcb.c: connect() looks up both ends of the connection",
                "bind() takes the port for its address alone: --bind port0"},
      .selection = {Selection::random_start, "in_pcb.c: a random port, then upwards",
                    "After 10 connections in a second it goes on from the last port for 45 s (randomcps, "
                    "randomtime): --selection sequential"},
      .time_wait = {60s, "tcp_timer.h: TCPTV_MSL is 30 s, TIME_WAIT twice that", ""},
      .time_wait_limits = {no_limits(), "sysctl net.inet.tcp.msl, half of it; no limits are documented", ""},
      .time_wait_knob = "2*net.inet.tcp.msl",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {60s, "tcp_timer.h: TCPTV_FINWAIT2_TIMEOUT (net.inet.tcp.finwait2_timeout)", ""},
      .syn_waits = {{1s, 2s, 4s, 8s, 16s, 32s, 12s},
                    "tcp_timer.c: 1 s at first, doubled; given up after TCPTV_KEEP_INIT, 75 s",
                    ""},
      .fin_waits = bsd_fin_waits("Taken over from 4.4BSD with the least timer of RFC 6298, 1 s; tcp_timer.c "
                                 "has the same tcp_backoff",
                                 "Its own least timer is shorter: it may give up sooner"),
      .max_time_wait = {27767,
                        "tcp_timewait.c, net.inet.tcp.maxtcptw: half of the range 10000-65535, or a fifth of "
                        "maxsockets where that is less",
                        "maxsockets grows with memory: with fewer than 138,835 the cap is lower. FreeBSD 14 "
                        "and later have no such table"},
      .cap_rule = {CapRule::recycle_oldest,
                   "tcp_timewait.c: when the table is full, the oldest TIME_WAIT is recycled", ""},
      .rules = {{.reset_ends_time_wait = false,
                 .fin_restarts_time_wait = true,
                 .syn_reopens_time_wait = true},
                "freebsd-net/tcp-testsuite, state-event-engine: an RST has no effect (RFC 1337), a newer SYN "
                "reopens",
                ""},
      .application_error = {"EADDRNOTAVAIL", "in_pcb.c", ""},
      .session_limit = no_session_limit(),
      .notes = {{"Connections within the machine can skip TIME_WAIT (net.inet.tcp.nolocaltimewait, off by "
                 "default)",
                 "tcp_timewait.c"}},
  };
}

Profile openbsd_profile() {
  return {
      .name = "openbsd",
      .about = "OpenBSD",
      .ports = {{{1024, 2048}, {2050, 5999}, {6011, 49151}},
                "in_pcb.c: IPPORT_RESERVED (1024) to IPPORT_USERRESERVED (49151); in_pcb.h, "
                "DEFBADDYNAMICPORTS_TCP: never "
                "2049 and 6000-6010",
                ""},
      .scope = {Scope::host, "in_pcb.c: connect() looks the port up under the wildcard address", ""},
      .selection = {Selection::random_start, "in_pcb.c, in_pcbpickport: a random port, then upwards", ""},
      .time_wait = {60s, "tcp_timer.h: TCPTV_MSL is 30 s, TIME_WAIT twice that", ""},
      .time_wait_limits = {no_limits(), "A constant of the kernel: any value is a what-if", ""},
      .time_wait_knob = "",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = bsd_fin_wait_2(
          "Taken over from 4.4BSD; tcp_timer.h has the same TCPTV_KEEPCNT and TCPTV_KEEPINTVL", ""),
      .syn_waits = {{3s, 6s, 12s, 24s, 30s},
                    "tcp_timer.h: given up after TCPTV_KEEP_INIT, 75 s; the steps by RFC 1122, 4.2.3.1: 3 s, "
                    "doubled",
                    "Only the sum has a source for OpenBSD"},
      .fin_waits = bsd_fin_waits("Taken over from 4.4BSD; tcp_timer.h has the same TCPTV_MIN and "
                                 "TCP_MAXRXTSHIFT",
                                 ""),
      .application_error = {"EADDRNOTAVAIL", "in_pcb.c, in_pcbpickport", ""},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

Profile netbsd_profile() {
  return {
      .name = "netbsd",
      .about = "NetBSD",
      .ports = {{{49152, 65535}}, "netinet/in.h: IPPORT_ANONMIN 49152, IPPORT_ANONMAX 65535", ""},
      .scope =
          {Scope::address,
           "portalgo.c: looked up for the local address and the wildcard, TIME_WAIT (\"vestigial\") included",
           ""},
      .selection = {Selection::descending, "portalgo.c, algo_bsd (the default): down from the highest port",
                    "Five others can be set, those of RFC 6056: --selection"},
      .time_wait = {60s, "tcp_timer.h: TCPTV_MSL is 30 s, TIME_WAIT twice that", ""},
      .time_wait_limits = {no_limits(), "sysctl net.inet.tcp.msl, half of it; no limits are documented", ""},
      .time_wait_knob = "2*net.inet.tcp.msl",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = bsd_fin_wait_2(
          "Taken over from 4.4BSD; tcp_timer.h has the same TCPTV_KEEPCNT and TCPTV_KEEPINTVL", ""),
      .syn_waits = {{1s, 2s, 4s, 8s, 16s, 32s, 12s},
                    "tcp_timer.h: the first timer is 1 s (RFC 6298); given up after TCPTV_KEEP_INIT, 75 s",
                    ""},
      .fin_waits = bsd_fin_waits("Taken over from 4.4BSD; tcp_timer.h has the same TCPTV_MIN and "
                                 "TCP_MAXRXTSHIFT",
                                 ""),
      .application_error = {"EAGAIN", "portalgo.c, algo_bsd", "EINVAL with the other five algorithms"},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

Profile macos_profile() {
  return {
      .name = "macos",
      .about = "macOS",
      .ports = {{{49152, 65535}}, "xnu, in_pcb.c: 49152 to 65535 by default", ""},
      .scope = {Scope::host, "xnu, in_pcb.c: in_pcblookup_local with wildcards", ""},
      .selection = {Selection::sequential,
                    "xnu, in_pcb.c: upwards from the last one given (net.inet.tcp.randomize_ports is 0)",
                    "With randomize_ports 1 from a random port: --selection random-start"},
      .time_wait = {30s, "xnu, tcp_timer.h: TCPTV_MSL is 15 s, TIME_WAIT twice that",
                    "The timers are checked every 500 ms"},
      .time_wait_limits = {no_limits(),
                           "sysctl net.inet.tcp.msl (15000 ms), half of it; no limits are documented", ""},
      .time_wait_knob = "2*net.inet.tcp.msl",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {60s, "xnu, tcp_timer.h: TCPTV_FINWAIT2 (net.inet.tcp.fin_timeout)", ""},
      .syn_waits = {{1s, 1s, 1s, 1s, 1s, 2s, 4s, 8s, 16s, 32s, 8s},
                    "xnu, tcp_timer.c: 1 s five times, then doubled; given up after TCPTV_KEEP_INIT, 75 s",
                    ""},
      .fin_waits = bsd_fin_waits("Taken over from 4.4BSD with the least timer of RFC 6298, 1 s; tcp_timer.h "
                                 "has the same TCP_MAXRXTSHIFT",
                                 "xnu may try sooner: its least timer is 30 ms, to which it adds 200 ms"),
      .application_error = {"EADDRNOTAVAIL", "xnu, in_pcb.c", ""},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

}  // namespace

std::vector<Profile> bsd_profiles() {
  return {bsd44_profile(), freebsd_profile(), openbsd_profile(), netbsd_profile(), macos_profile()};
}

}  // namespace portsim
