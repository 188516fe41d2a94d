// The closed forms against the engine: neither knows of the other.
#include <cmath>
#include <cstdint>
#include <random>

#include "base/exact_ratio.hpp"
#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"
#include "theory/hold.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : generator_(seed) {}

  // Uniform in [low, high].
  int operator()(int low, int high) {
    return low + static_cast<int>(generator_() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::mt19937_64 generator_;
};

Scenario deterministic_scenario(Dice& dice) {
  Scenario scenario = main_case();
  GeneratedLoad& load = made_up(scenario);
  load.rate.mantissa = static_cast<std::uint64_t>(dice(1, 6000));
  load.rate.decimals = static_cast<std::uint8_t>(dice(1, 3));
  load.rate.unit = dice(0, 3) == 0 ? RateUnit::per_minute : RateUnit::per_second;
  load.requests_per_connection = static_cast<std::uint32_t>(dice(1, 3));
  close_by(scenario, static_cast<Closer>(dice(0, 4)));
  scenario.time_wait = std::chrono::seconds(dice(30, 300));
  scenario.lifetime = Distribution::constant(std::chrono::milliseconds(dice(0, 5000)));
  scenario.rtt = Distribution::constant(std::chrono::microseconds(dice(0, 300'000)));
  scenario.client_close_delay = Distribution::constant(std::chrono::seconds(dice(0, 20)));
  scenario.peer_close_delay = Distribution::constant(std::chrono::seconds(dice(0, 600)));
  if (dice(0, 2) == 0) {
    scenario.connect_timeout = std::chrono::microseconds(dice(1, 600'000));
  }
  scenario.duration = std::chrono::seconds(dice(1, 1000));
  scenario.ports_in_use = static_cast<std::uint32_t>(dice(0, 3));
  // A pool about as large as what the load needs, from half to double.
  const double needed = *closed_forms(valid(scenario)).offered_load;
  const double wanted = std::min(std::ceil(needed * dice(50, 200) / 100), 5000.0);
  const auto size = static_cast<std::uint16_t>(wanted + 1);
  give_ports(scenario, static_cast<std::uint16_t>(scenario.ports_in_use + size));
  return scenario;
}

TEST_CASE("deterministic arrivals fail for the first time exactly when the closed form says") {
  Dice dice(1);
  int failing = 0;
  int fitting = 0;
  for (int i = 0; i < 200; ++i) {
    const ValidScenario scenario = valid(deterministic_scenario(dice));
    const auto expected = closed_forms(scenario).first_failure;
    RunOptions options;
    options.stop_at_first_failure = true;
    const Result result = simulate(scenario, options);
    INFO("case " << i);
    REQUIRE(result.exhausted() == expected.has_value());
    ++(expected ? failing : fitting);
    if (expected) {
      REQUIRE(result.first_failure->time == *expected);
      REQUIRE(result.first_failure->attempt == scenario.capacity() + 1);
    }
  }
  CHECK(failing > 40);
  CHECK(fitting > 40);
}

TEST_CASE("with destinations in turn the ports of all of them act as one pool") {
  Dice dice(5);
  int failing = 0;
  for (int i = 0; i < 100; ++i) {
    Scenario scenario = deterministic_scenario(dice);
    scenario.scope = Scope::tuple;
    scenario.source_addresses = static_cast<std::uint32_t>(dice(1, 3));
    scenario.destinations = static_cast<std::uint32_t>(dice(1, 4));
    scenario.selection = static_cast<Selection>(dice(0, 3));
    const std::uint64_t keys = std::uint64_t{scenario.source_addresses} * scenario.destinations;
    const std::uint64_t size = valid(scenario).pool().size() / keys + 1;
    give_ports(scenario, static_cast<std::uint16_t>(scenario.ports_in_use + size));
    const auto expected = closed_forms(valid(scenario)).first_failure;
    const Result result = simulate(valid(scenario));
    INFO("case " << i);
    REQUIRE(result.capacity == size * keys);
    REQUIRE(result.exhausted() == expected.has_value());
    if (expected) {
      ++failing;
      REQUIRE(result.first_failure->time == *expected);
      REQUIRE(result.first_failure->attempt == result.capacity + 1);
    }
  }
  CHECK(failing > 20);
}

TEST_CASE("no closed form is given where one destination is hotter than the others") {
  Scenario scenario = main_case();
  scenario.scope = Scope::tuple;
  scenario.destinations = 4;
  CHECK(closed_forms(valid(scenario)).fluid_failure_ratio);
  scenario.destination_skew = 0.5;
  CHECK_FALSE(closed_forms(valid(scenario)).fluid_failure_ratio);
  scenario.destination_skew.reset();
  made_up(scenario).arrivals = PoissonArrivals{};
  CHECK_FALSE(closed_forms(valid(scenario)).erlang_b);
}

TEST_CASE("a constant hold is what the engine measures") {
  Dice dice(2);
  for (int i = 0; i < 300; ++i) {
    Scenario scenario = deterministic_scenario(dice);
    made_up(scenario).rate = {1, 0, RateUnit::per_second};
    scenario.duration = 50s;
    const auto hold = constant_hold(scenario);
    const Result result = simulate(valid(scenario));
    INFO("case " << i);
    REQUIRE(hold);
    REQUIRE(result.hold_sum_ns == result.holds * static_cast<Uint128>(hold->count()));
  }
}

TEST_CASE("over many holds the failure ratio of a steady overload nears the fluid one") {
  Scenario scenario = main_case();
  scenario.warm_up = 1h;
  scenario.duration = 20h;
  const Result result = simulate(valid(scenario));
  CHECK(nearest_double(result.failed, result.attempts) ==
        Approx(*closed_forms(valid(scenario)).fluid_failure_ratio).epsilon(0.01));
}

// Loads with everything that a mean hold has to take into account.
Scenario random_life(Dice& dice) {
  const auto law = [&dice](Duration scale) -> Law {
    switch (dice(0, 4)) {
      case 0: return Constant{scale};
      case 1: return Exponential{scale};
      case 2: return Uniform{scale / 2, scale * 2};
      case 3: return Lognormal{scale, 0.5};
    }
    return Pareto{scale / 2, 3.5};
  };
  const auto mix = [&](Duration scale) -> Distribution {
    Distribution result{{{1.0, law(scale)}}};
    if (dice(0, 2) == 0) {
      result.components.push_back({0.5, law(scale / 3)});
    }
    return result;
  };
  Scenario scenario = main_case();
  made_up(scenario).rate = {300, 0, RateUnit::per_second};
  give_ports(scenario, 3100);
  for (std::size_t closer = 0; closer < 5; ++closer) {
    scenario.closers[closer] = dice(0, 2);
  }
  scenario.closers[static_cast<std::size_t>(dice(0, 4))] += 1;
  scenario.lifetime = mix(1s);
  scenario.rtt = mix(2s);
  scenario.peer_close_delay = mix(8s);
  scenario.client_close_delay = mix(3s);
  scenario.time_wait = 30s;
  if (dice(0, 1) == 0) {
    scenario.connect_timeout = std::chrono::seconds(dice(1, 20));
  }
  if (dice(0, 1) == 0) {
    scenario.fin_wait_2_timeout = std::chrono::seconds(dice(2, 30));
  }
  if (dice(0, 1) == 0) {
    scenario.loss = 0.05 * dice(1, 6);
  }
  scenario.duration = 10s;
  return scenario;
}

TEST_CASE("the mean hold in closed form is what the engine measures in the mean") {
  constexpr int kSeeds = 10;
  Dice dice(3);
  int known = 0;
  for (int i = 0; i < 40; ++i) {
    Scenario scenario = random_life(dice);
    const auto expected = mean_hold_ns(scenario);
    if (!expected) {
      continue;
    }
    ++known;
    double sum = 0;
    double squares = 0;
    for (scenario.seed = 1; scenario.seed <= kSeeds; ++scenario.seed) {
      const Result result = simulate(valid(scenario));
      REQUIRE(result.failed == 0);
      REQUIRE(result.hold_sum_ns);
      const double mean = nearest_double(*result.hold_sum_ns, result.holds);
      sum += mean;
      squares += mean * mean;
    }
    const double mean = sum / kSeeds;
    const double error = std::sqrt(std::max(squares / kSeeds - mean * mean, 0.0) / (kSeeds - 1));
    INFO("case " << i << ": closed form " << *expected << ", measured " << mean << " +- " << error);
    // Student's t with 9 degrees of freedom exceeds 7 once in 16,000 cases; 1 ns for rounding.
    CHECK(std::abs(mean - *expected) <= 7 * error + 1);
    CHECK(error < 0.02 * mean);
  }
  CHECK(known > 20);
}

}  // namespace
}  // namespace portsim
