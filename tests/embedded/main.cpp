// The classic case by way of the library: prints what the report's second line says.
#include <cstdio>
#include <portsim/simulate.hpp>
#include <portsim/stacks.hpp>
#include <portsim/theory.hpp>
#include <variant>

int main() {
  portsim::Scenario scenario = portsim::default_scenario(*portsim::find_stack("nt4"));
  portsim::GeneratedLoad load;
  load.rate = {.mantissa = 20, .decimals = 0, .unit = portsim::RateUnit::per_second};
  scenario.load = load;
  const auto checked = portsim::validate(scenario);
  if (const auto* faults = std::get_if<std::vector<portsim::Fault>>(&checked)) {
    std::fprintf(stderr, "%s: %s\n", faults->front().where.c_str(), faults->front().what.c_str());
    return 2;
  }
  const auto& valid = std::get<portsim::ValidScenario>(checked);
  const portsim::Result result = portsim::simulate(valid);
  std::printf("%llu of %llu attempts fail, the first after %lld ns; theory: %lld ns\n",
              static_cast<unsigned long long>(result.failed),
              static_cast<unsigned long long>(result.attempts),
              static_cast<long long>(result.first_failure->time.time_since_epoch().count()),
              static_cast<long long>(portsim::closed_forms(valid).first_failure->time_since_epoch().count()));
  return 0;
}
