// Which closed form holds for which scenario.
//
// All need a generated load: of a recorded one neither rate nor hold is a number. And all but the offered
// load, which is that of the first tries, need callers that do not try again, since retries add to the load,
// and ports that act as one pool.
#include <algorithm>

#include "base/exact_ratio.hpp"
#include "portsim/theory.hpp"
#include "theory/erlang.hpp"
#include "theory/exhaustion.hpp"
#include "theory/hold.hpp"

namespace portsim {
namespace {

// A number of erlangs: exact where the hold is constant, else only the double.
struct Erlangs {
  double value = 0;
  std::optional<Fraction> exact;
};

std::optional<Erlangs> offered_load(const Scenario& scenario, const GeneratedLoad& load) {
  const auto rate = mean_rate_per_ns(load);
  if (!rate) {
    return std::nullopt;
  }
  if (const auto hold = constant_hold(scenario)) {
    // Below 2^60 times below 2^63: fits.
    const Fraction product{rate->numerator * static_cast<Uint128>(hold->count()), rate->denominator};
    return Erlangs{nearest_double(product.numerator, product.denominator), product};
  }
  const auto hold = mean_hold_ns(scenario);
  if (!hold) {
    return std::nullopt;
  }
  return Erlangs{nearest_double(rate->numerator, rate->denominator) * *hold, std::nullopt};
}

// Of a load that flows: one attempt at a time at a rate that is always the same.
double fluid_failure_ratio(const Erlangs& offered, std::uint64_t capacity) {
  if (capacity == 0) {
    return 1;
  }
  const auto servers = static_cast<double>(capacity);
  if (!offered.exact) {
    return offered.value > servers ? (offered.value - servers) / offered.value : 0;
  }
  const auto [numerator, denominator] = *offered.exact;
  if (numerator / denominator < capacity) {
    return 0;
  }
  return nearest_double(numerator - capacity * denominator, numerator);
}

}  // namespace

Theory closed_forms(const ValidScenario& scenario) {
  Theory theory;
  const auto* load = std::get_if<GeneratedLoad>(&scenario->load);
  if (load == nullptr) {
    return theory;
  }
  const bool retries = scenario->retry.kind != RetryPolicy::Kind::none;
  const bool deterministic = is_deterministic(load->arrivals);
  const bool poisson = std::holds_alternative<PoissonArrivals>(load->arrivals);
  const auto offered = offered_load(*scenario, *load);
  if (offered) {
    theory.offered_load = offered->value;
  }
  const bool one_pool = acts_as_one_pool(scenario);
  if (offered && !retries && one_pool && (deterministic || poisson)) {
    theory.fluid_failure_ratio = fluid_failure_ratio(*offered, scenario.capacity());
  }
  if (offered && !retries && one_pool && poisson) {
    theory.erlang_b = erlang_b(scenario.capacity(), offered->value);
  }
  const auto hold = constant_hold(*scenario);
  if (hold && !retries && one_pool && deterministic) {
    const auto first = first_failure(*load, *hold, scenario->duration, scenario.capacity());
    // What is first after a warm-up that had failures itself is not known.
    if (first && first->time_since_epoch() >= scenario->warm_up) {
      theory.first_failure = first;
    }
  }
  return theory;
}

}  // namespace portsim
