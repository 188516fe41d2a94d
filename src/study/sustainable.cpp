// What would just do: the largest rate, the longest TIME_WAIT delay, the smallest pool that meet the target.
#include <limits>

#include "portsim/solve.hpp"
#include "portsim/theory.hpp"
#include "study/target_runs.hpp"

namespace portsim {

namespace {

constexpr std::uint64_t kRandomEffort = 2'000'000;  // attempts for each value, beside a report

}  // namespace

Sustainable find_sustainable(const ValidScenario& scenario) {
  Sustainable found;
  const bool is_random = needs_target(scenario);
  if (is_random && !scenario->target) {
    return found;
  }
  SolveOptions options;
  options.effort = is_random ? kRandomEffort : std::numeric_limits<std::uint64_t>::max() / 2;
  const auto take = [&](Lever lever, auto& target) {
    if (const Answer answer = solve(scenario, lever, options); answer.value) {
      target = std::get<typename std::remove_reference_t<decltype(target)>::value_type>(*answer.value);
    }
  };
  take(Lever::rate, found.max_rate);
  take(Lever::delay, found.max_delay);
  take(Lever::ports, found.min_ports);
  return found;
}

}  // namespace portsim
