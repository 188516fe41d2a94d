// Profiles as text and as JSON.
#pragma once

#include <iosfwd>
#include <span>

#include "stacks/profile.hpp"

namespace portsim::cli {

/// A table with a line for each profile, within 80 columns.
void write_profile_list(std::span<const Profile> profiles, std::ostream& out);

/// Every number of one profile with its source and, where there is one, the doubt about it.
void write_profile(const Profile& profile, std::ostream& out);

/// The profile as a TOML file to start from: `parse_profile` (scenario/profile_file.hpp) reads it back.
void write_profile_toml(const Profile& profile, std::ostream& out);

/// The numbers of several profiles, as JSON (schema `portsim.profiles/1`). Times are in seconds.
void write_profiles_json(std::span<const Profile> profiles, std::ostream& out);

}  // namespace portsim::cli
