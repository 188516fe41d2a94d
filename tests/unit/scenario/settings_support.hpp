// Short ways to build scenarios from settings in tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "scenario/settings.hpp"

namespace portsim {

using Level = std::vector<std::pair<std::string, std::string>>;

/// Settings as the command line gives them: each is quoted as `--name value`.
inline std::vector<Setting> command_line(const Level& level) {
  std::vector<Setting> settings;
  for (const auto& [name, value] : level) {
    settings.push_back({name, value, "--" + name + " " + value});
  }
  return settings;
}

/// The scenario of a command line that has no fault.
inline Scenario scenario_of(const Level& level) {
  const auto built = build_scenario({command_line(level)});
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    FAIL(faults->front().where << ": " << faults->front().what);
  }
  return *std::get<ValidScenario>(built);
}

/// The same with the rate of the published case, for tests of other options.
inline Scenario scenario_with(const std::string& name, const std::string& value) {
  return scenario_of({{"rate", "20/s"}, {name, value}});
}

/// The faults of a command line; none if it is right.
inline std::vector<Fault> faults_of(const Level& level) {
  auto built = build_scenario({command_line(level)});
  auto* faults = std::get_if<std::vector<Fault>>(&built);
  return faults == nullptr ? std::vector<Fault>{} : std::move(*faults);
}

/// The one fault of a setting beside a rate.
inline Fault fault_of(const std::string& name, const std::string& value) {
  std::vector<Fault> faults =
      faults_of(name == "rate" ? Level{{name, value}} : Level{{"rate", "20/s"}, {name, value}});
  CAPTURE(name, value, faults.size());
  REQUIRE(faults.size() == 1);
  return faults.front();
}

/// A fault in one line, as the command prints it in two.
inline std::string line(const Fault& fault) { return fault.where + ": " + fault.what + " / " + fault.remedy; }

}  // namespace portsim
