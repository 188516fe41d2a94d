#include "stacks/families.hpp"

// "Qnnnnnn" and "KBnnnnnn" are articles of the Microsoft Knowledge Base, "ccnnnnnn" and "msnnnnnn" pages of
// Microsoft's documentation (learn.microsoft.com), HSC is J.-B. Marchand, "Windows network services
// internals", section 2.4 (www.hsc.fr/ressources/articles/win_net_srv/ephem_port_alloc.html).

namespace portsim {
namespace {

using namespace std::chrono_literals;

const std::string kWindowsNoBuffers = "WSAENOBUFS (10055)";

Sourced<std::vector<PortRange>> nt_ports() {
  return {{{1024, 5000}},
          "Q196271, MaxUserPort: \"between the values of 1024 and 5000 inclusive\". Q149532 agrees: trouble "
          "begins with \"more than 3,976 simultaneously\"",
          "Later Microsoft texts and a measurement (HSC: port 1024 \"apparently never used\") say 1025-5000, "
          "3,976 ports: --ports 1025-5000"};
}

Sourced<Scope> nt_scope() {
  return {Scope::host, "HSC: one counter serves the whole host, and UDP as well",
          "smallvoid.com counts the ports \"for each IP Address\": --scope address"};
}

Sourced<Selection> nt_selection() {
  return {Selection::sequential, "HSC: ports are \"allocated incrementally\"",
          "HSC looked at Windows 2000 and later; no source tells the order on Windows NT"};
}

/// As `nt_selection`, for the systems that HSC looked at.
Sourced<Selection> windows_2000_selection() {
  return {Selection::sequential, "HSC: ports are \"allocated incrementally\"", ""};
}

Sourced<TimeLimits> nt_limits() {
  return {{.least = 30s, .most = 300s, .step = 1s},
          "Q149532, TcpTimedWaitDelay: REG_DWORD in seconds, valid range 30-300",
          ""};
}

/// "Does not permit a connection to remain in a FINWAIT-2 status for longer than 300 seconds".
Sourced<std::optional<Duration>> windows_fin_wait_2(std::string doubt) {
  return {300s, "KB813056, for Windows 2000 and Server 2003", std::move(doubt)};
}

Sourced<std::vector<Duration>> nt_syn_waits() {
  return {{3s, 6s, 12s, 24s},
          "Q140552, Q178205: TcpMaxConnectRetransmissions is 3; 3 s at first, doubled each time, the last "
          "wait included: 45 s (Q200770 shows 3 + 6 s for the value 1)",
          ""};
}

Sourced<std::vector<Duration>> windows_2000_syn_waits(std::string source) {
  return {{3s, 6s, 12s}, std::move(source), ""};
}

Sourced<std::vector<Duration>> windows_fin_waits() {
  return {{3s, 6s, 12s, 24s, 48s, 96s},
          "Q170359, for NT 4.0 and Windows 2000: TcpMaxDataRetransmissions is 5; 3 s at first, doubled each "
          "time: given up after 189 s",
          "The timer follows the measured round trip: after much data it may be shorter. Before the fix of "
          "Q254930 (after SP6a) a lost FIN could leave an NT 4.0 connection in FIN_WAIT_1 or LAST_ACK until "
          "the next reboot"};
}

/// "The threshold number of active TCP connections" beyond which TIME_WAIT is cut short.
Sourced<std::optional<std::uint64_t>> nt_max_time_wait() {
  return {std::nullopt, "Off by default here: with it the ports of Q149532 would hardly run out",
          "Q151418 has thresholds without any setting: 1,000 connections, 2,000 from Service Pack 3 on. "
          "--set MaxFreeTcbs=2000"};
}

Sourced<CapRule> nt_cap_rule(std::string source) {
  return {CapRule::recycle_when_crowded, std::move(source), ""};
}

Sourced<std::string> no_buffers(std::string source, std::string doubt) {
  return {kWindowsNoBuffers, std::move(source), std::move(doubt)};
}

Sourced<std::optional<std::uint64_t>> nt_session_limit() {
  return {2048, "Q149532: Event ID 2009 \"Number of sessions exceeds 2048\"",
          "Q165815 gives the event another text, about tables, and the limit as open files per session"};
}

std::vector<Note> nt_notes() {
  return {
      {"Before Service Pack 4 of NT 4.0 a connection could stay in TIME_WAIT longer than four minutes "
       "under stress",
       "Q169274"}};
}

}  // namespace

Profile nt4_profile() {
  return {
      .name = "nt4",
      .about = "Windows NT 4.0",
      .ports = nt_ports(),
      .scope = nt_scope(),
      .selection = nt_selection(),
      .time_wait = {240s, "Q149532, TcpTimedWaitDelay: default 0xF0; one MSL is 120 s", ""},
      .time_wait_limits = nt_limits(),
      .time_wait_knob = "TcpTimedWaitDelay",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = windows_fin_wait_2("No source for Windows NT: taken over from its successor"),
      .syn_waits = nt_syn_waits(),
      .fin_waits = windows_fin_waits(),
      .max_time_wait = nt_max_time_wait(),
      .cap_rule = nt_cap_rule("Q151418, MaxFreeTcbs: control blocks in TIME_WAIT are reused once so many "
                              "connections are active"),
      .application_error = no_buffers("Q196271: connect() fails when the ports are used up", ""),
      .session_limit = nt_session_limit(),
      .notes = nt_notes(),
  };
}

namespace {

Profile nt4_sp3_profile() {
  Profile profile = nt4_profile();
  profile.name = "nt4-sp3";
  profile.about = "NT 4.0 SP3";
  profile.max_time_wait.source =
      "In force when it is set (--set MaxFreeTcbs=2000): off by default, as on nt4";
  profile.max_time_wait.doubt =
      "Q151418: 2,000 is the default from Service Pack 3 on; with it TIME_WAIT alone never uses up the ports";
  return profile;
}

Profile nt351_sp5_profile() {
  Profile profile = nt4_profile();
  profile.name = "nt351-sp5";
  profile.about = "NT 3.51 SP5";
  profile.time_wait_limits.source += ". \"First added in Windows NT 3.51 Service Pack 5\"";
  profile.fin_waits.source += "; taken over for NT 3.51";
  profile.max_time_wait = not_told<std::optional<std::uint64_t>>();
  profile.cap_rule = {CapRule::recycle_oldest, std::string(kNotTold), ""};
  return profile;
}

Profile nt351_profile() {
  Profile profile = nt351_sp5_profile();
  profile.name = "nt351";
  profile.about = "NT 3.51";
  profile.time_wait = {
      240s,
      "Q149532: \"it takes four minutes for a closed connection to be released\"; Q129395 (NT 3.5): 240 s",
      ""};
  profile.time_wait_limits = {
      {.least = 240s, .most = 240s, .step = 1s},
      "Q149532: TcpTimedWaitDelay was \"first added in Windows NT 3.51 Service Pack 5\"; before it there is "
      "nothing to set",
      ""};
  profile.time_wait_knob.clear();
  profile.time_wait_remedy = "Service Pack 5 is needed to change it: try --profile nt351-sp5";
  return profile;
}

Profile win95_profile() {
  Profile profile = nt4_profile();
  profile.name = "win95";
  profile.about = "Windows 95";
  profile.ports = {{{1024, 5000}},
                   "Q170791: trouble begins with \"more than 3976 simultaneously\"; the range is that of "
                   "Windows NT, which has the same count",
                   "Q198663: by default at most 100 TCP sockets, closing ones included. Where that holds, "
                   "simulate it with --ports 1024-1123"};
  profile.scope.source += "; taken over from Windows NT";
  profile.selection.source += "; taken over from Windows NT";
  profile.selection.doubt = "No source for Windows 95";
  profile.time_wait = {
      240s, "Q170791: one MSL is 120 s, \"it takes four minutes for a closed connection to be released\"",
      ""};
  profile.time_wait_limits = {no_limits(), "No source names a setting: any value is a what-if", ""};
  profile.time_wait_knob.clear();
  profile.fin_wait_2_timeout.doubt = "No source for Windows 95: taken over from Windows 2000";
  profile.syn_waits.doubt = "No source for Windows 95: taken over from Windows NT";
  profile.fin_waits.doubt = "No source for Windows 95: taken over from Windows NT";
  profile.max_time_wait = not_told<std::optional<std::uint64_t>>();
  profile.cap_rule = {CapRule::recycle_oldest, std::string(kNotTold), ""};
  profile.application_error = no_buffers("Q198663: connect() fails when there is no more socket", "");
  profile.session_limit = no_session_limit();
  profile.notes = {{"Windows 98 no longer has the problem", "Q170791"}};
  return profile;
}

Profile win2000_profile() {
  return {
      .name = "win2000",
      .about = "Windows 2000",
      .ports = {{{1024, 5000}},
                "KB319502: \"Only ports 1024-5000 are used in Windows 2000\"; cc938196 (MaxUserPort) agrees",
                "HSC measured 1025-5000: --ports 1025-5000"},
      .scope = nt_scope(),
      .selection = windows_2000_selection(),
      .time_wait = {240s, "cc938217, TcpTimedWaitDelay: default 0xF0", ""},
      .time_wait_limits = {{.least = 30s, .most = 300s, .step = 1s}, "cc938217: 0x1E-0x12C seconds", ""},
      .time_wait_knob = "TcpTimedWaitDelay",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = windows_fin_wait_2(""),
      .syn_waits = windows_2000_syn_waits(
          "cc938209: TcpMaxConnectRetransmissions is 2, TcpInitialRTT 3 s; \"after the final attempt\" it "
          "waits \"double the last delay\": 21 s"),
      .fin_waits = windows_fin_waits(),
      .max_time_wait = {std::nullopt, "Off by default here, as on nt4",
                        "cc938178, MaxFreeTcbs: by memory 500 to 2,000 (Server), 250 to 1,000 "
                        "(Professional). --set MaxFreeTcbs=2000"},
      .cap_rule = nt_cap_rule("cc938178, MaxFreeTcbs: when all control blocks are used, connections in "
                              "TIME_WAIT are released early"),
      .application_error = no_buffers("Q196271, whose later text covers Windows 2000",
                                      "Programs report WSAEADDRINUSE (10048) as well (KB319502)"),
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

Profile win2003_profile() {
  Profile profile = win2000_profile();
  profile.name = "win2003";
  profile.about = "Windows 2003";
  profile.ports.source = "cc758002, MaxUserPort: \"port numbers 1024 through 5000\"";
  profile.time_wait = {
      120s, "cc757512, TcpTimedWaitDelay: default 0x78 (120)",
      "The same page says \"twice that, or 4 minutes\", and ms819739 says four minutes: profile win2003-240"};
  profile.time_wait_limits = {
      {.least = 0s, .most = 300s, .step = 1s}, "cc757512: 0x0-0x12C seconds", "ms819739: 30-300"};
  profile.syn_waits = windows_2000_syn_waits(
      "The registry reference of Windows 2000, XP and 2003: TcpMaxConnectRetransmissions is 2, TcpInitialRTT "
      "3 s: 21 s");
  profile.fin_waits.source += "; taken over for Server 2003";
  profile.max_time_wait.source = "Off by default here, as on win2000";
  profile.cap_rule.source += "; taken over for Server 2003";
  profile.application_error.source = "Q196271; taken over for Server 2003";
  profile.gives_out_time_wait = {
      false, "kompy.info/published-june-2003.html: from Service Pack 1 on the allocator avoids such ports",
      "Before it a port in TIME_WAIT could be given out: profile win2003-rtm"};
  profile.notes = {
      {"From Service Pack 1 on at most 10 outbound SYNs are unanswered at a time, the others are queued "
       "(Event ID 4226)",
       "intelligentsystemsmonitoring.com, article 1006"}};
  return profile;
}

Profile win2003_240_profile() {
  Profile profile = win2003_profile();
  profile.name = "win2003-240";
  profile.time_wait = {240s, "ms819739, TcpTimedWaitDelay: default four minutes",
                       "cc757512: default 0x78 (120): profile win2003"};
  profile.time_wait_limits = {
      {.least = 30s, .most = 300s, .step = 1s}, "ms819739: 30-300 seconds", "cc757512: 0x0-0x12C"};
  return profile;
}

Profile win2003_rtm_profile() {
  Profile profile = win2003_profile();
  profile.name = "win2003-rtm";
  profile.about = "2003, no SP";
  profile.gives_out_time_wait = {
      true,
      "kompy.info/published-june-2003.html: a port in TIME_WAIT \"is considered an available port and can be "
      "assigned\"; to the same destination connect() then fails",
      ""};
  profile.application_error = {"WSAEADDRINUSE (10048)",
                               "KB319502; connect() to a destination whose last connection on the port is in "
                               "TIME_WAIT",
                               "With no port at all it is WSAENOBUFS (10055), as on win2003"};
  profile.notes.clear();
  return profile;
}

Profile windows_profile() {
  return {
      .name = "windows",
      .about = "Windows Vista+",
      .ports =
          {{{49152, 65535}},
           "Microsoft, \"Troubleshoot port exhaustion issues\" (Vista, Server 2008 and later): netsh int "
           "ipv4 show dynamicport tcp",
           ""},
      .scope = {Scope::host,
                "Taken over from Windows 2003 (HSC); Event ID 4231 speaks of \"the global TCP port space\"",
                "From Windows 10 and Server 2016 on connect() without bind() shares a port among "
                "destinations (SO_REUSE_UNICASTPORT): --scope tuple"},
      .selection =
          {Selection::sequential, "Taken over from Windows 2003 (HSC)",
           "No source for Windows Vista and later. The order does not change how many attempts fail"},
      .time_wait = {120s, "TcpTimedWaitDelay: default 0x78 (unigui.com, documentation of server settings)",
                    "240 s is told as well: --delay 240"},
      .time_wait_limits = {{.least = 30s, .most = 300s, .step = 1s},
                           "TcpTimedWaitDelay: 30-300 seconds (the same document)",
                           ""},
      .time_wait_knob = "TcpTimedWaitDelay",
      .time_wait_remedy = "",
      .fin_wait_2_timeout =
          windows_fin_wait_2("No source for Windows Vista and later: taken over from Server 2003"),
      .syn_waits = windows_2000_syn_waits(
          "MaxSynRetransmissions is 2, InitialRto 3 s on Vista, 7 and Server 2008 R2: 21 s "
          "(snapoverflow.com/server/question/193160)"),
      .fin_waits = windows_fin_waits(),
      .application_error =
          no_buffers("Q196271; taken over from Windows 2000",
                     "Where a port is chosen that was just used with the same destination, connect() fails "
                     "with WSAEADDRINUSE (10048) and Event ID 4227 is logged"),
      .session_limit = no_session_limit(),
      .notes = {{"When the ports are used up Event ID 4231 is logged; when a port was chosen that was just "
                 "used with the same destination, 4227",
                 "borncity.com, 2016-12-20, \"Events ID 4231 and 4227\""}},
  };
}

}  // namespace

std::vector<Profile> windows_profiles() {
  return {nt4_profile(),         nt4_sp3_profile(), nt351_profile(),   nt351_sp5_profile(),
          win95_profile(),       win2000_profile(), win2003_profile(), win2003_240_profile(),
          win2003_rtm_profile(), windows_profile()};
}

}  // namespace portsim
