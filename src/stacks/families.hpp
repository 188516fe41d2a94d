// The profiles, by the family that the stacks belong to.
#pragma once

#include <vector>

#include "portsim/time.hpp"
#include "stacks/profile.hpp"

namespace portsim {

/// Windows, from NT 3.51 to the present; nt4 stands first.
[[nodiscard]] std::vector<Profile> windows_profiles();

/// 4.4BSD and its descendants.
[[nodiscard]] std::vector<Profile> bsd_profiles();

/// Stacks that are built into a program.
[[nodiscard]] std::vector<Profile> embedded_profiles();

/// For a stack without documented limits: every time that an option can hold is a legal what-if.
[[nodiscard]] TimeLimits no_limits();

/// Event ID 2009 belongs to Windows NT: no other stack logs it.
[[nodiscard]] Sourced<std::optional<std::uint64_t>> no_session_limit();

}  // namespace portsim
