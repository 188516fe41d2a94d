// What is known of one stack: every number beside its source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portsim/stack.hpp"

namespace portsim {

/// A number and where it comes from.
template <class T>
struct Sourced {
  T value;
  std::string source;  ///< who says so; or the rule or sibling that it is taken from, for want of a source
  std::string doubt;   ///< where sources disagree, or what the value leaves out; may be empty
};

/// Something that is known of a stack and not simulated.
struct Note {
  std::string text;
  std::string source;
};

/// A stack as `portsim profiles` prints it. The fields are those of `Stack`.
struct Profile {
  std::string name;   ///< as given to --profile
  std::string about;  ///< what it is, in at most 14 characters
  Sourced<std::vector<PortRange>> ports;
  Sourced<Scope> scope;
  Sourced<Selection> selection;
  Sourced<Duration> time_wait;
  Sourced<TimeLimits> time_wait_limits;
  std::string time_wait_knob;    ///< named by the source of the limits; empty if there is none
  std::string time_wait_remedy;  ///< what to try where the limits do not allow a delay; may be empty
  Sourced<std::optional<Duration>> fin_wait_2_timeout;
  Sourced<std::vector<Duration>> syn_waits;
  Sourced<std::vector<Duration>> fin_waits;
  Sourced<std::string> application_error;
  Sourced<std::optional<std::uint64_t>> session_limit;
  std::vector<Note> notes;
};

/// Calls `visit(name, label, sourced)` for each number of the profile, in order: `name` for machines (times
/// in seconds end in `_s`), `label` for people.
template <class Visit>
void visit_numbers(const Profile& profile, Visit&& visit) {
  visit("ports", "ports", profile.ports);
  visit("scope", "scope", profile.scope);
  visit("selection", "selection", profile.selection);
  visit("time_wait_s", "TIME_WAIT", profile.time_wait);
  visit("time_wait_limits_s", "TIME_WAIT limits", profile.time_wait_limits);
  visit("fin_wait_2_timeout_s", "FIN_WAIT_2 timeout", profile.fin_wait_2_timeout);
  visit("syn_waits_s", "waits after a SYN", profile.syn_waits);
  visit("fin_waits_s", "waits after a FIN", profile.fin_waits);
  visit("application_error", "error when no port", profile.application_error);
  visit("session_limit", "Event ID 2009", profile.session_limit);
}

/// The stack of a profile, as the engine is given it.
[[nodiscard]] Stack stack_of(const Profile& profile);

}  // namespace portsim
