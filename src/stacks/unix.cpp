#include "stacks/families.hpp"

// What these systems do inside is not public: numbers without a source are those of 4.4BSD, their ancestor,
// and say so.

namespace portsim {
namespace {

using namespace std::chrono_literals;

const std::string kTakenOver = "Taken over from 4.4BSD, the common ancestor: no source for this system";

Sourced<std::vector<Duration>> ancestors_syn_waits() { return {{6s, 24s, 45s}, kTakenOver, ""}; }

Sourced<std::vector<Duration>> ancestors_fin_waits() {
  return {{1s, 2s, 4s, 8s, 16s, 32s, 64s, 64s, 64s, 64s, 64s, 64s, 64s}, kTakenOver, ""};
}

Profile solaris_profile() {
  return {
      .name = "solaris",
      .about = "Solaris 11.4",
      .ports = {{{32768, 65535}},
                "docs.oracle.com, E36845, smallest_anon_port and largest_anon_port: 32768, 65535",
                ""},
      .scope = {Scope::host, kTakenOver, "If ports are shared among destinations: --scope tuple"},
      .selection = {Selection::sequential, kTakenOver, ""},
      .time_wait = {60s, "docs.oracle.com, Solaris 11.4, _time_wait_interval: 60 s",
                    "Solaris 8 (816-0607, tcp_time_wait_interval): 240 s"},
      .time_wait_limits = {{.least = 1s, .most = 600s, .step = 1ms},
                           "Solaris 11.4, _time_wait_interval: 1 second to 10 minutes, in ms",
                           ""},
      .time_wait_knob = "_time_wait_interval",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {60s, "illumos and Solaris: tcp_fin_wait_2_flush_interval is one minute",
                             "675 s in older releases"},
      .syn_waits = ancestors_syn_waits(),
      .fin_waits = ancestors_fin_waits(),
      .application_error = {"EADDRNOTAVAIL", "illumos, connect(3SOCKET): no local port is left", ""},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

Profile aix_profile() {
  return {
      .name = "aix",
      .about = "AIX",
      .ports = {{{32768, 65535}},
                "ibm.com, \"Tuning AIX systems\": tcp_ephemeral_low, tcp_ephemeral_high",
                ""},
      .scope = {Scope::host, kTakenOver, "If ports are shared among destinations: --scope tuple"},
      .selection = {Selection::sequential, kTakenOver, ""},
      .time_wait = {15s, "ibm.com, \"Tuning AIX systems\", tcp_timewait: 1 interval of 15 s", ""},
      .time_wait_limits = {{.least = 15s, .most = kLongestDelay, .step = 15s},
                           "tcp_timewait counts intervals of 15 s",
                           "Its largest value has no source here"},
      .time_wait_knob = "15*tcp_timewait",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {675s, kTakenOver, ""},
      .syn_waits = ancestors_syn_waits(),
      .fin_waits = ancestors_fin_waits(),
      .application_error = {"EADDRNOTAVAIL", kTakenOver, ""},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

}  // namespace

std::vector<Profile> unix_profiles() { return {solaris_profile(), aix_profile()}; }

}  // namespace portsim
