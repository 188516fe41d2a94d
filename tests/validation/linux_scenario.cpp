#include "linux_scenario.hpp"

#include <stdexcept>

#include "scenario/knob_settings.hpp"

namespace portsim {

ValidScenario linux_scenario(const KernelRun& run) {
  std::vector<Setting> knobs;
  for (const Setting& sysctl : run.knobs) {
    knobs.push_back({std::string(kKnobSetting), sysctl.name + "=" + sysctl.value, sysctl.where});
  }
  auto built = build_scenario({{{"profile", "linux", "profile"}}, knobs, run.options}, run.load);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    throw std::runtime_error(faults->front().where + ": " + faults->front().what);
  }
  return std::get<ValidScenario>(std::move(built));
}

}  // namespace portsim
