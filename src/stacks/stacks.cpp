#include "stacks/stacks.hpp"

#include <algorithm>

#include "stacks/families.hpp"

namespace portsim {
namespace {

std::vector<Profile> all_profiles() {
  std::vector<Profile> all;
  for (std::vector<Profile> (*family)() :
       {windows_profiles, linux_profiles, bsd_profiles, unix_profiles, embedded_profiles, nat_profiles}) {
    for (Profile& profile : family()) {
      all.push_back(std::move(profile));
    }
  }
  return all;
}

std::vector<Stack> all_stacks() {
  std::vector<Stack> all;
  for (const Profile& profile : profiles()) {
    all.push_back(stack_of(profile));
  }
  return all;
}

/// The element of that name; null if there is none.
template <class Named>
const Named* find_named(std::span<const Named> all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named& element) { return element.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

Stack stack_of(const Profile& profile) {
  return {
      .name = profile.name,
      .ports = profile.ports.value,
      .scope = profile.scope.value,
      .selection = profile.selection.value,
      .time_wait = profile.time_wait.value,
      .time_wait_limits = profile.time_wait_limits.value,
      .time_wait_knob = profile.time_wait_knob,
      .fin_wait_2_timeout = profile.fin_wait_2_timeout.value,
      .fin_wait_2_split = profile.fin_wait_2_split.value,
      .syn_waits = profile.syn_waits.value,
      .syn_give_up = profile.syn_give_up.value,
      .fin_waits = profile.fin_waits.value,
      .timer_hz = profile.timer_hz.value,
      .time_wait_reuse = profile.time_wait_reuse.value,
      .age_tick = profile.age_tick.value,
      .max_time_wait = profile.max_time_wait.value,
      .cap_rule = profile.cap_rule.value,
      .gives_out_time_wait = profile.gives_out_time_wait.value,
      .autobind_reuse = profile.autobind_reuse.value,
      .rules = profile.rules.value,
      .nat = profile.nat.value,
      .application_error = profile.application_error.value,
      .bind_error = profile.bind_error.value,
      .session_limit = profile.session_limit.value,
  };
}

Profile profile_of(const Stack& stack) {
  Profile profile;
  profile.name = stack.name;
  profile.ports.value = stack.ports;
  profile.scope.value = stack.scope;
  profile.selection.value = stack.selection;
  profile.time_wait.value = stack.time_wait;
  profile.time_wait_limits.value = stack.time_wait_limits;
  profile.time_wait_knob = stack.time_wait_knob;
  profile.fin_wait_2_timeout.value = stack.fin_wait_2_timeout;
  profile.fin_wait_2_split.value = stack.fin_wait_2_split;
  profile.syn_waits.value = stack.syn_waits;
  profile.syn_give_up.value = stack.syn_give_up;
  profile.fin_waits.value = stack.fin_waits;
  profile.timer_hz.value = stack.timer_hz;
  profile.time_wait_reuse.value = stack.time_wait_reuse;
  profile.age_tick.value = stack.age_tick;
  profile.max_time_wait.value = stack.max_time_wait;
  profile.cap_rule.value = stack.cap_rule;
  profile.gives_out_time_wait.value = stack.gives_out_time_wait;
  profile.autobind_reuse.value = stack.autobind_reuse;
  profile.rules.value = stack.rules;
  profile.nat.value = stack.nat;
  profile.application_error.value = stack.application_error;
  profile.bind_error.value = stack.bind_error;
  profile.session_limit.value = stack.session_limit;
  return profile;
}

TimeLimits no_limits() { return {.least = Duration{}, .most = kLongestDelay, .step = Duration{1}}; }

Sourced<std::optional<std::uint64_t>> no_session_limit() {
  return {std::nullopt, "Q149532 names Windows NT 3.51 and 4.0 only", ""};
}

std::span<const Profile> profiles() {
  static const std::vector<Profile> all = all_profiles();
  return all;
}

const Profile* find_profile(std::string_view name) { return find_named(profiles(), name); }

std::vector<std::string_view> profile_names() {
  std::vector<std::string_view> names;
  for (const Profile& profile : profiles()) {
    names.push_back(profile.name);
  }
  return names;
}

std::span<const Stack> stacks() {
  static const std::vector<Stack> all = all_stacks();
  return all;
}

const Profile& default_profile() {
  static const Profile profile = nt4_profile();
  return profile;
}

const Stack& default_stack() {
  static const Stack stack = stack_of(default_profile());
  return stack;
}

const Stack* find_stack(std::string_view name) { return find_named(stacks(), name); }

}  // namespace portsim
