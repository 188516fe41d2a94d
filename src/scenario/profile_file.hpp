// A user's own profile: a TOML file whose keys are the names of visit_numbers (stacks/profile.hpp).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "portsim/scenario.hpp"
#include "stacks/profile.hpp"

namespace portsim {

/// True for a value of --profile that is a file: it holds a `/` or ends in `.toml`.
[[nodiscard]] bool is_profile_file(std::string_view name);

/// Reads a profile from TOML. `based_on = "nt4"` names the profile whose numbers stand where the file has
/// none; without it the file must hold all that every stack has. Times are numbers of seconds or texts
/// (`"4min"`). `path` becomes the profile's name, and the source of its numbers with the line.
[[nodiscard]] std::variant<Profile, std::vector<Fault>> parse_profile(const std::string& path,
                                                                      const std::string& content);

/// The same from a file; one that cannot be read is told of `where` (`--profile ./mine.toml`).
[[nodiscard]] std::variant<Profile, std::vector<Fault>> read_profile_file(const std::string& path,
                                                                          const std::string& where);

/// All numbers of a stack as (name, text) pairs, under the keys of a profile's file: with them a result tells
/// what was simulated, whatever the profile of that name becomes.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe_stack(const Stack& stack);

/// The stack of that name which `describe_stack` described.
[[nodiscard]] std::variant<Stack, std::vector<Fault>> described_stack(
    const std::string& name, const std::vector<std::pair<std::string, std::string>>& description);

/// The profile as `parse_profile` reads it, the source of each number in a comment of one line above it.
[[nodiscard]] std::string profile_toml(const Profile& profile);

}  // namespace portsim
