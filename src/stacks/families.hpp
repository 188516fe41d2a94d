// The profiles, by the family that the stacks belong to.
#pragma once

#include <vector>

#include "stacks/profile.hpp"

namespace portsim {

/// Windows NT 4.0.
[[nodiscard]] Profile nt4_profile();

/// Windows, from NT 3.51 to the present; nt4 stands first.
[[nodiscard]] std::vector<Profile> windows_profiles();

/// The Linux kernel.
[[nodiscard]] std::vector<Profile> linux_profiles();

/// 4.4BSD and its descendants.
[[nodiscard]] std::vector<Profile> bsd_profiles();

/// Commercial Unix systems.
[[nodiscard]] std::vector<Profile> unix_profiles();

/// Stacks that are built into a program.
[[nodiscard]] std::vector<Profile> embedded_profiles();

/// Address translators: a port is a translation, and TIME_WAIT how long it is kept after a FIN.
[[nodiscard]] std::vector<Profile> nat_profiles();

/// Event ID 2009 belongs to Windows NT: no other stack logs it.
[[nodiscard]] Sourced<std::optional<std::uint64_t>> no_session_limit();

}  // namespace portsim
