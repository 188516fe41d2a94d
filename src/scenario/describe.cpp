#include "scenario/options.hpp"

namespace portsim {

std::vector<std::pair<std::string, std::string>> describe(const Scenario& scenario) {
  std::vector<std::pair<std::string, std::string>> described;
  for (const Option& option : option_table()) {
    if (std::optional<std::string> text = option.write(scenario)) {
      described.emplace_back(option.description.name, std::move(*text));
    }
  }
  return described;
}

}  // namespace portsim
