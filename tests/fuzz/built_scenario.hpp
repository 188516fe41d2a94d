// A scenario from settings that nobody has checked, and what must hold of it.
#pragma once

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "scenario/profile_file.hpp"
#include "scenario/settings.hpp"
#include "target.hpp"

namespace portsim::fuzz {

/// True for a setting that opens a file: any could be named, also one that never ends.
inline bool opens_file(const Setting& setting) {
  return is_profile_file(setting.value) || setting.value.starts_with("schedule:");
}

/// Builds a scenario, or finds faults; describes what it built and builds that again.
inline void build_and_describe(const std::vector<std::vector<Setting>>& levels) {
  for (const std::vector<Setting>& level : levels) {
    if (std::any_of(level.begin(), level.end(), opens_file)) {
      return;
    }
  }
  const auto built = build_scenario(levels);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    require_readable(*faults);
    return;
  }
  const auto described = describe(*std::get<ValidScenario>(built));
  std::vector<Setting> settings;
  for (const auto& [name, value] : described) {
    settings.push_back({name, value, "--" + name});
  }
  const auto again = build_scenario({settings});
  if (const auto* faults = std::get_if<std::vector<Fault>>(&again)) {
    report_finding("a described scenario has a fault: " + faults->front().where + " " + faults->front().what);
  }
  require(describe(*std::get<ValidScenario>(again)) == described,
          "a scenario that is described and built again is the same");
}

}  // namespace portsim::fuzz
