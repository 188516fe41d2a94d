#include "cli/host_advice.hpp"

#include <algorithm>
#include <string>
#include <variant>

#include "scenario/knob_settings.hpp"
#include "stacks/knobs.hpp"
#include "stacks/stacks.hpp"

namespace portsim::cli {
namespace {

using namespace std::chrono_literals;

/// No shorter TIME_WAIT is advised, even where a stack has no limit: segments may still be on their way.
constexpr Duration kLeastTimeWait = 30s;

/// A value of the knob that could help; empty if it has none.
std::string helpful_value(const Knob& knob, const Profile& profile) {
  const KnobLimits limits = knob_limits(knob, profile);
  switch (knob.role) {
    case KnobRole::time_wait:
      return std::to_string(std::max(limits.least, static_cast<std::uint64_t>(kLeastTimeWait / knob.unit)));
    case KnobRole::first_port: return "1024";
    case KnobRole::last_port: return std::to_string(limits.most);
    case KnobRole::port_range: return std::to_string(limits.least) + " " + std::to_string(limits.most);
    case KnobRole::port_start_count:
      return "start=" + std::to_string(limits.least) +
             " num=" + std::to_string(limits.most - limits.least + 1);
    case KnobRole::reuse_mode: return "1";
    case KnobRole::timestamps: return "1";
    case KnobRole::fin_wait_2_timeout:
    case KnobRole::reserved_ports:
    case KnobRole::reuse_delay:
    case KnobRole::autobind_reuse:
    case KnobRole::rfc1337:
    case KnobRole::max_time_wait:
    case KnobRole::syn_retries:
    case KnobRole::linux_syn_retries:
    case KnobRole::linux_syn_linear: return "";
  }
  return "";
}

}  // namespace

std::vector<HostAdvice> host_advice(const std::vector<std::vector<Setting>>& levels,
                                    const ValidScenario& scenario, const PoolState& state,
                                    const PortForecast& now) {
  std::vector<HostAdvice> found;
  const Profile* const profile = find_profile(scenario->stack.name);
  if (profile == nullptr || !now.exhausted_after) {
    return found;
  }
  for (const Knob& knob : knobs()) {
    const std::string value = knob.belongs_to(profile->name) ? helpful_value(knob, *profile) : "";
    if (value.empty()) {
      continue;
    }
    std::vector<std::vector<Setting>> changed = levels;
    const std::string assignment = std::string(knob.name) + "=" + value;
    changed.push_back({{std::string(kKnobSetting), assignment, "--set " + assignment}});
    if (!std::holds_alternative<ValidScenario>(host_scenario(changed))) {
      continue;  // beside the other settings it is none
    }
    const PortForecast then = forecast_ports(changed, state);
    if (!then.exhausted_after || *then.exhausted_after > *now.exhausted_after) {
      found.push_back({std::string(knob.name), value, then.exhausted_after});
    }
  }
  return found;
}

}  // namespace portsim::cli
