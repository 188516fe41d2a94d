// The other way round than knob_settings.hpp: values of a scenario as settings of the machine, by their own
// names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "portsim/advice.hpp"
#include "portsim/scenario.hpp"
#include "stacks/profile.hpp"

namespace portsim {

/// The profile of the stack, from its name; empty if there is none any more (a file that is gone).
[[nodiscard]] std::optional<Profile> profile_of_name(const std::string& name);

/// The settings of the profile that the functions below may give, without values.
[[nodiscard]] std::vector<MachineSetting> settings_for_advice(const Profile& profile);

/// The setting of the longest TIME_WAIT delay up to `delay`, which is cut to it. Empty if the stack has none,
/// or none that is legal.
[[nodiscard]] std::vector<MachineSetting> settings_for_delay(const Profile& profile, Duration& delay);

/// The smallest legal settings whose range of ports holds `range`, which is widened to what they give. Empty
/// if there are none.
[[nodiscard]] std::vector<MachineSetting> settings_for_ports(const Profile& profile, PortRange& range);

/// The settings with which ports in TIME_WAIT are given out again everywhere; empty if the stack has no
/// switch.
[[nodiscard]] std::vector<MachineSetting> settings_for_reuse(const Profile& profile);

}  // namespace portsim
