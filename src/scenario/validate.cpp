#include "portsim/scenario.hpp"
#include "scenario/options.hpp"
#include "scenario/rules.hpp"

namespace portsim {

std::variant<ValidScenario, std::vector<Fault>> validate(Scenario scenario) {
  std::vector<Breach> breaches = find_breaches(scenario);
  if (breaches.empty()) {
    std::vector<std::uint16_t> pool = make_pool(scenario);
    const std::uint64_t keys = count_keys(scenario);
    const auto hosts = static_cast<std::uint32_t>(count_addresses(scenario).hosts);
    return ValidScenario{std::move(scenario), std::move(pool), keys, hosts};
  }
  std::vector<Fault> faults;
  for (Breach& breach : breaches) {
    const Option* option = find_option(breach.where);
    const std::optional<std::string> value = option == nullptr ? std::nullopt : option->write(scenario);
    faults.push_back(
        {breach.where + (value ? " " + *value : ""), std::move(breach.what), std::move(breach.remedy)});
  }
  return faults;
}

}  // namespace portsim
