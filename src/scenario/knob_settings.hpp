// Settings of a stack by their own names, turned into options of a scenario.
#pragma once

#include <string_view>
#include <vector>

#include "scenario/settings.hpp"
#include "stacks/profile.hpp"

namespace portsim {

/// The name of a setting that holds a knob of the command line: `NAME=VALUE`.
inline constexpr std::string_view kKnobSetting = "set";

/// The same for a line of a file, where knobs of other stacks are passed over.
inline constexpr std::string_view kKnobLine = "line of --settings";

/// True if the setting holds a knob, and not an option.
[[nodiscard]] bool is_knob(const Setting& setting);

/// For each of `levels` the options that its knobs mean on the profile. Knobs that act together
/// (tcp_tw_reuse and its delay) are put together over all levels; the result belongs to the strongest of
/// them. What is wrong is appended to `faults`.
[[nodiscard]] std::vector<std::vector<Setting>> translate_knobs(
    const std::vector<std::vector<Setting>>& levels, const Profile& profile, std::vector<Fault>& faults);

}  // namespace portsim
