#include "stacks/families.hpp"

// Sources are files of lwip-tcpip/lwip and google/gvisor.

namespace portsim {
namespace {

using namespace std::chrono_literals;

Profile lwip_profile() {
  return {
      .name = "lwip",
      .about = "lwIP",
      .ports = {{{49152, 65534}}, "tcp.c: from 0xC000, and 0xFFFF itself is never given out", ""},
      .scope = {Scope::host, "tcp.c: a port is free if no connection in any list has it", ""},
      .selection = {Selection::sequential_from_random, "tcp.c: upwards, the first one random", ""},
      .time_wait = {120s, "tcp_priv.h: TCP_MSL is 60 s, TIME_WAIT twice that",
                    "The timer ticks every 500 ms. A build may define another TCP_MSL"},
      .time_wait_limits = {no_limits(),
                           "TCP_MSL, half of it, is set when lwIP is built: any value may be right", ""},
      .time_wait_knob = "2*TCP_MSL",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {20s, "tcp_priv.h: TCP_FIN_WAIT_TIMEOUT", ""},
      .syn_waits =
          {{3s, 3s, 3s, 3s, 3s, 3s, 500ms},
           "tcp.c: TCP_SYNMAXRTX is 6, always 3 s apart; after the sixth retransmission the next tick "
           "of 500 ms gives up",
           ""},
      .fin_waits = {{3s, 6s, 12s, 24s, 48s, 96s, 192s, 384s, 384s, 384s, 384s, 384s, 500ms},
                    "tcp.c: TCP_MAXRTX is 12, tcp_backoff doubles up to 128 times; given up at the next tick",
                    "From the initial timer of 3 s: it is shorter once a round trip has been measured"},
      .cap_rule = {CapRule::recycle_oldest,
                   "tcp.c, tcp_alloc: the oldest connection in TIME_WAIT makes room when control blocks run "
                   "out (MEMP_NUM_TCP_PCB)",
                   "The blocks of a build are not known here, so there is no cap by default: "
                   "--max-time-wait"},
      .application_error = {"ERR_BUF", "tcp.c, tcp_connect: tcp_new_port() found none", ""},
      .session_limit = no_session_limit(),
      .notes =
          {{"Control blocks are scarcer than ports: with MEMP_NUM_TCP_PCB 5 as in opt.h the oldest "
            "connection in TIME_WAIT is dropped for each new one beyond 5. The profile is that of a build "
            "with enough of them",
            "opt.h; tcp.c, tcp_alloc"}},
  };
}

Profile gvisor_profile() {
  return {
      .name = "gvisor",
      .about = "gVisor",
      .ports = {{{16000, 65535}}, "ports.go: from 16000 on; net.ipv4.ip_local_port_range", ""},
      .scope = {Scope::tuple, "ports.go: free for the local address, port and destination", ""},
      .selection = {Selection::random_start, "ports.go: algorithm 1 of RFC 6056", ""},
      .time_wait = {60s, "protocol.go: DefaultTCPTimeWaitTimeout", ""},
      .time_wait_limits =
          {no_limits(),
           "protocol.go, TCPTimeWaitTimeoutOption: any value from 0 on, set by the program that "
           "gVisor is part of",
           ""},
      .time_wait_knob = "",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {60s, "protocol.go: DefaultTCPLingerTimeout", ""},
      .syn_waits = {{1s, 2s, 4s, 8s, 16s, 32s, 64s},
                    "protocol.go: DefaultSynRetries is 6; connect.go: 1 s at first, doubled: 127 s",
                    ""},
      .fin_waits = {{200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 51200ms, 102400ms, 120s,
                     120s, 120s, 120s, 120s, 120s},
                    "snd.go: MinRTO 200 ms, doubled up to MaxRTO 120 s, MaxRetries 15: 924.6 s",
                    "From the least timer: longer on a slow path"},
      .time_wait_reuse = {TimeWaitReuse{.age = 1s, .loopback_only = true},
                          "protocol.go: TCPTimeWaitReuseLoopbackOnly; endpoint.go: after 1 s at the soonest",
                          "Between addresses of the same machine; here within 127.0.0.0/8"},
      .rules = {{.reset_ends_time_wait = true, .fin_restarts_time_wait = true, .syn_reopens_time_wait = true},
                "gvisor, packetimpact and gvisor_tcp_test.go: an RST closes, a repeated FIN extends, a newer "
                "SYN is accepted",
                "TimeWaitRSTIgnored asks the contrary of the first"},
      .application_error = {"EADDRNOTAVAIL",
                            "ErrNoPortAvailable, which connect() of TCP reports so, as Linux does",
                            "pkg/syserr/netstack.go translates the same error to EAGAIN; a program that "
                            "embeds gVisor sees it as it is"},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

}  // namespace

std::vector<Profile> embedded_profiles() { return {lwip_profile(), gvisor_profile()}; }

}  // namespace portsim
