// The TCP stacks that can be simulated, and what is known of them (find_stack: portsim/stacks.hpp).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "portsim/stacks.hpp"
#include "stacks/profile.hpp"

namespace portsim {

/// Every profile that can be simulated, the default first.
[[nodiscard]] std::span<const Profile> profiles();

/// The profile of that name; null if there is none.
[[nodiscard]] const Profile* find_profile(std::string_view name);

/// The names of all profiles, in their order.
[[nodiscard]] std::vector<std::string_view> profile_names();

/// The stacks of all profiles, in their order.
[[nodiscard]] std::span<const Stack> stacks();

/// Windows NT 4.0, the stack of the published case: what a run has that names none. Made without the others.
[[nodiscard]] const Profile& default_profile();
[[nodiscard]] const Stack& default_stack();

}  // namespace portsim
