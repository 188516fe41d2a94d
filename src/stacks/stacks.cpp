#include "stacks/stacks.hpp"

#include <array>

// "Qnnnnnn" and "KBnnnnnn" are articles of the Microsoft Knowledge Base, "ccnnnnnn" pages of the Windows
// 2000 registry reference (learn.microsoft.com), HSC is J.-B. Marchand, "Windows network services
// internals", section 2.4 (www.hsc.fr/ressources/articles/win_net_srv/ephem_port_alloc.html). A number
// without a source does not belong here; where sources disagree or a number is carried over, the comment
// says so.

namespace portsim {
namespace {

using namespace std::chrono_literals;

// A FIN is retransmitted as data is. TcpMaxDataRetransmissions is 5 by default, the timer starts at 3 s
// when the connection is established and doubles after each retransmission up to 240 s (Q170359, for
// NT 4.0 and Windows 2000). So six tries, and the connection is given up after 189 s.
// Doubt: the timer adapts to the measured round trip during the connection; a connection that has carried
// much data may retransmit sooner. Before the fix of Q254930 (after SP6a) a lost FIN could also leave an
// NT 4.0 connection in FIN_WAIT_1 or LAST_ACK until the next reboot.
std::vector<Duration> windows_fin_waits() { return {3s, 6s, 12s, 24s, 48s, 96s}; }

Stack make_nt4() {
  return {
      .name = "nt4",
      // MaxUserPort: "between the values of 1024 and 5000 inclusive" (Q196271), 3,977 ports. Q149532 agrees:
      // trouble begins with "more than 3,976 simultaneously". Later Microsoft texts and one measurement (HSC)
      // say 1025-5000, which is 3,976: --ports 1025-5000.
      .ports = {{1024, 5000}},
      // One counter serves the whole host, for UDP as well, and ports are "allocated incrementally" (HSC).
      // Doubt: HSC looked at Windows 2000 and later; no source tells NT 4.0's order of allocation.
      .scope = Scope::host,
      .selection = Selection::sequential,
      // TcpTimedWaitDelay: REG_DWORD in seconds, default 240, valid range 30-300 (Q149532).
      .time_wait = 240s,
      .time_wait_limits = {.least = 30s, .most = 300s, .step = 1s},
      .time_wait_knob = "TcpTimedWaitDelay",
      // No source for NT 4.0 itself: 300 s is documented for its successor, Windows 2000 (KB813056).
      .fin_wait_2_timeout = 300s,
      // TcpMaxConnectRetransmissions is 3 by default; 3 s at first, doubled each time, and the last wait
      // counts too: 45 s in all (Q140552, Q178205; Q200770 shows 3 + 6 s for the value 1).
      .syn_waits = {3s, 6s, 12s, 24s},
      .fin_waits = windows_fin_waits(),
      // Q196271 (1998, for NT 3.51 and 4.0): connect() fails with WSAENOBUFS when the ports are used up.
      .application_error = "WSAENOBUFS (10055)",
      // Event ID 2009: logged when the number of sessions exceeds 2048 (Q149532).
      .session_limit = 2048,
  };
}

Stack make_win2000() {
  return {
      .name = "win2000",
      // "Only ports 1024-5000 are used in Windows 2000" (KB319502); the registry reference says the same
      // under MaxUserPort (cc938196).
      .ports = {{1024, 5000}},
      // One counter for the host, incremental (HSC).
      .scope = Scope::host,
      .selection = Selection::sequential,
      // TcpTimedWaitDelay: 0x1E to 0x12C, default 0xF0 (cc938217).
      .time_wait = 240s,
      .time_wait_limits = {.least = 30s, .most = 300s, .step = 1s},
      .time_wait_knob = "TcpTimedWaitDelay",
      // "Does not permit a connection to remain in a FINWAIT-2 status for longer than 300 seconds"
      // (KB813056).
      .fin_wait_2_timeout = 300s,
      // TcpMaxConnectRetransmissions is 2 by default, TcpInitialRTT 3 s; "after the final attempt" it waits
      // "double the last delay": 21 s in all (cc938209).
      .syn_waits = {3s, 6s, 12s},
      .fin_waits = windows_fin_waits(),
      // The later text of Q196271 covers Windows 2000.
      .application_error = "WSAENOBUFS (10055)",
      // The text about 2048 sessions (Q149532) is for Windows NT only.
      .session_limit = std::nullopt,
  };
}

}  // namespace

std::span<const Stack> stacks() {
  static const std::array<Stack, 2> all{make_nt4(), make_win2000()};
  return all;
}

const Stack& nt4() { return stacks().front(); }

const Stack* find_stack(std::string_view name) {
  for (const Stack& stack : stacks()) {
    if (stack.name == name) {
      return &stack;
    }
  }
  return nullptr;
}

}  // namespace portsim
