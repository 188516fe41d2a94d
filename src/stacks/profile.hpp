// What is known of one stack: every number beside its source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "portsim/stack.hpp"

namespace portsim {

/// A number and where it comes from.
template <class T>
struct Sourced {
  T value{};
  std::string source;  ///< who says so; or the rule or sibling that it is taken from, for want of a source
  std::string doubt;   ///< where sources disagree, or what the value leaves out; may be empty
};

/// Stands as the source of what a stack has not got, as far as any source tells.
inline constexpr std::string_view kNotTold = "No source tells of it on this stack";

/// What a stack has not got: the value that stands for that.
template <class T>
[[nodiscard]] Sourced<T> not_told() {
  return {T{}, std::string(kNotTold), ""};
}

/// Something that is known of a stack and not simulated.
struct Note {
  std::string text;
  std::string source;
};

/// A stack as `portsim profiles` prints it. The fields are those of `Stack`.
struct Profile {
  std::string name;        ///< as given to --profile
  std::string about;       ///< what it is, in at most 14 characters
  std::string based_on{};  ///< of a user's own profile: the one whose other numbers and knobs it has
  Sourced<std::vector<PortRange>> ports;
  Sourced<Scope> scope;
  Sourced<Selection> selection;
  Sourced<Duration> time_wait;
  Sourced<TimeLimits> time_wait_limits;
  std::string time_wait_knob;    ///< named by the source of the limits; empty if there is none
  std::string time_wait_remedy;  ///< what to try where the limits do not allow a delay; may be empty
  Sourced<std::optional<Duration>> fin_wait_2_timeout;
  Sourced<std::optional<Duration>> fin_wait_2_split = not_told<std::optional<Duration>>();
  Sourced<std::vector<Duration>> syn_waits;
  Sourced<std::optional<Duration>> syn_give_up = not_told<std::optional<Duration>>();
  Sourced<std::vector<Duration>> fin_waits;
  Sourced<std::optional<std::uint32_t>> timer_hz = not_told<std::optional<std::uint32_t>>();
  Sourced<std::optional<TimeWaitReuse>> time_wait_reuse = not_told<std::optional<TimeWaitReuse>>();
  Sourced<Duration> age_tick = not_told<Duration>();
  Sourced<std::optional<std::uint64_t>> max_time_wait = not_told<std::optional<std::uint64_t>>();
  Sourced<CapRule> cap_rule = {CapRule::recycle_oldest, std::string(kNotTold), ""};
  Sourced<bool> gives_out_time_wait = not_told<bool>();
  Sourced<bool> autobind_reuse = not_told<bool>();
  Sourced<TcpRules> rules = not_told<TcpRules>();
  Sourced<std::optional<Nat>> nat = not_told<std::optional<Nat>>();
  Sourced<std::string> application_error;
  Sourced<std::string> bind_error = not_told<std::string>();
  Sourced<std::optional<std::uint64_t>> session_limit;
  std::vector<Note> notes;
};

/// Calls `visit(name, label, sourced)` for each number of the profile, in order: `name` for machines (times
/// in seconds end in `_s`), `label` for people. The profile may be const.
template <class AnyProfile, class Visit>
void visit_numbers(AnyProfile& profile, Visit&& visit) {
  visit("ports", "ports", profile.ports);
  visit("scope", "scope", profile.scope);
  visit("selection", "selection", profile.selection);
  visit("time_wait_s", "TIME_WAIT", profile.time_wait);
  visit("time_wait_limits_s", "TIME_WAIT limits", profile.time_wait_limits);
  visit("fin_wait_2_timeout_s", "FIN_WAIT_2 timeout", profile.fin_wait_2_timeout);
  visit("fin_wait_2_split_s", "FIN_WAIT_2 split", profile.fin_wait_2_split);
  visit("syn_waits_s", "waits after a SYN", profile.syn_waits);
  visit("syn_give_up_s", "SYN given up", profile.syn_give_up);
  visit("fin_waits_s", "waits after a FIN", profile.fin_waits);
  visit("timer_hz", "timer wheel", profile.timer_hz);
  visit("time_wait_reuse", "TIME_WAIT reuse", profile.time_wait_reuse);
  visit("age_tick_s", "clock of reuse", profile.age_tick);
  visit("max_time_wait", "TIME_WAIT cap", profile.max_time_wait);
  visit("cap_rule", "at the cap", profile.cap_rule);
  visit("gives_out_time_wait", "ports in TIME_WAIT", profile.gives_out_time_wait);
  visit("autobind_reuse", "bind() shares ports", profile.autobind_reuse);
  visit("tcp_rules", "TIME_WAIT rules", profile.rules);
  visit("nat", "translator", profile.nat);
  visit("application_error", "error when no port", profile.application_error);
  visit("bind_error", "error of bind()", profile.bind_error);
  visit("session_limit", "Event ID 2009", profile.session_limit);
}

/// For a stack without documented limits: every time that an option can hold is a legal what-if.
[[nodiscard]] TimeLimits no_limits();

/// The stack of a profile, as the engine is given it.
[[nodiscard]] Stack stack_of(const Profile& profile);

/// The other way round: a profile of the stack's numbers, without sources.
[[nodiscard]] Profile profile_of(const Stack& stack);

}  // namespace portsim
