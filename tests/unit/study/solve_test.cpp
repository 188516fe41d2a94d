// Inverse questions: known answers, and the property that makes an answer one: it meets the target, the next
// harder legal value does not.
#include "portsim/solve.hpp"

#include <random>

#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/simulate.hpp"
#include "portsim/stacks.hpp"
#include "portsim/theory.hpp"
#include "scenario/condition.hpp"
#include "study/lever_values.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Answer answer_to(const Scenario& scenario, Lever lever, const SolveOptions& options = {}) {
  return solve(valid(scenario), lever, options);
}

Condition target(const char* text) { return std::get<Condition>(parse_target(text)); }

std::uint64_t count_of(const Answer& answer) { return std::get<std::uint64_t>(answer.value.value()); }

double number_of(const Answer& answer) { return magnitude(answer.value.value()); }

bool meets_target(const Scenario& scenario, Lever lever, const LeverValue& value) {
  const auto checked = validate(with_value(scenario, lever, value));
  const auto* run = std::get_if<ValidScenario>(&checked);
  return run != nullptr && meets(scenario.target.value_or(no_failure()), simulate(*run));
}

Scenario poisson_case(const char* wanted) {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = PoissonArrivals{};
  scenario.ports = {{1025, 5000}};
  scenario.lifetime = Distribution::constant(0s);
  scenario.rtt = Distribution::constant(0s);
  scenario.target = target(wanted);
  return scenario;
}

TEST_CASE("the largest Poisson rates for failure ratios of the published pool are those of Erlang B") {
  const auto largest = [](const char* wanted) {
    const Answer answer = answer_to(poisson_case(wanted), Lever::rate);
    CHECK(answer.means == Means::steady_state);
    CHECK(answer.runs == 0);
    return number_of(answer);
  };
  CHECK(largest("failure_ratio<1e-2") == Approx(16.496).margin(0.0005));
  CHECK(largest("failure_ratio<1e-3") == Approx(16.064).margin(0.0005));
  CHECK(largest("failure_ratio<1e-4") == Approx(15.821).margin(0.0005));
  CHECK(largest("failure_ratio<1e-6") == Approx(15.492).margin(0.0005));
}

TEST_CASE("the intervals of replications hold the Poisson rate of Erlang B about as often as they say") {
  Scenario scenario = poisson_case("failure_ratio<0.05");
  scenario.ports = {{1025, 1044}};
  scenario.time_wait = 30s;
  scenario.duration = 1h;
  scenario.warm_up = 10min;
  const double exact = number_of(answer_to(scenario, Lever::rate));
  int held = 0;
  for (scenario.seed = 1; scenario.seed <= 8; ++scenario.seed) {
    const Answer simulated = answer_to(scenario, Lever::rate, {.effort = 400'000, .by_runs = true});
    CAPTURE(scenario.seed);
    REQUIRE(simulated.value);
    REQUIRE(simulated.confidence);
    REQUIRE(simulated.confidence->fails_at);
    CHECK(simulated.means == Means::runs);
    CHECK(simulated.attempts <= 400'000);
    CHECK(number_of(simulated) == Approx(exact).epsilon(0.1));
    held += number_of(simulated) <= exact && magnitude(*simulated.confidence->fails_at) >= exact ? 1 : 0;
  }
  CHECK(held >= 6);  // each end is wrong in 5 % of all cases
}

TEST_CASE("an answer for all runs of a random load meets the target in each of them") {
  Scenario scenario = poisson_case("failed<=0");
  scenario.ports = {{1025, 1044}};
  scenario.time_wait = 30s;
  scenario.duration = 10min;
  const Answer answer = answer_to(scenario, Lever::ports);
  REQUIRE(answer.confidence);
  CHECK(answer.confidence->runs == 59);
  CHECK(answer.confidence->share.value() == Approx(0.95).margin(0.001));
  Scenario fewer = with_value(scenario, Lever::ports, count_of(answer) - 1);
  bool one_fails = false;
  for (std::uint32_t run = 1; run <= 59; ++run) {
    Scenario enough = with_value(scenario, Lever::ports, *answer.value);
    enough.replication = run;
    REQUIRE_FALSE(simulate(valid(enough)).exhausted());
    fewer.replication = run;
    one_fails = one_fails || simulate(valid(fewer)).exhausted();
  }
  CHECK(one_fails);
}

TEST_CASE("the published case has an answer to each question that its stack leaves open") {
  CHECK(std::get<Rate>(*answer_to(main_case(), Lever::rate).value) ==
        Rate{165'625'520'573, 10, RateUnit::per_second});
  CHECK(std::get<Duration>(*answer_to(main_case(), Lever::delay).value) == 198s);
  CHECK(answer_to(main_case(), Lever::delay).setting == "--delay 198s");
  CHECK(count_of(answer_to(main_case(), Lever::ports)) == 4803);
  CHECK(answer_to(main_case(), Lever::ports).setting == "--ports 1024-5826");
  CHECK(count_of(answer_to(main_case(), Lever::requests_per_connection)) == 2);
  CHECK_FALSE(answer_to(main_case(), Lever::source_addresses).value);
  CHECK_FALSE(answer_to(main_case(), Lever::destinations).value);
  CHECK_FALSE(answer_to(main_case(), Lever::destinations).reason.empty());
}

TEST_CASE("more addresses help where they are part of what must be unique") {
  Scenario scenario = main_case();
  scenario.scope = Scope::tuple;
  CHECK(count_of(answer_to(scenario, Lever::source_addresses)) == 2);
  CHECK(count_of(answer_to(scenario, Lever::destinations)) == 2);
  scenario.scope = Scope::address;
  CHECK(count_of(answer_to(scenario, Lever::source_addresses)) == 2);
  CHECK_FALSE(answer_to(scenario, Lever::destinations).value);
}

TEST_CASE("the addresses of a translator are asked for where there is one") {
  Scenario scenario = main_case();
  CHECK_FALSE(answer_to(scenario, Lever::nat_addresses).value);
  scenario.nat = NatGateway{.stack = *find_stack("linux-nat"), .hosts = 10, .addresses = 7};
  scenario.nat->stack.ports = {{1024, 1523}};
  scenario.nat->stack.time_wait = std::chrono::seconds(65);
  scenario.duration = std::chrono::minutes(5);
  const Answer answer = answer_to(scenario, Lever::nat_addresses);
  CHECK(count_of(answer) == 3);  // 20 a second for 65.12 s are 1,303, and an address has 500
  CHECK(answer.setting == "--nat-addresses 3");
}

TEST_CASE("an answer says when no harder value is legal") {
  Scenario scenario = main_case();
  made_up(scenario).rate = {1, 0, RateUnit::per_second};
  const Answer answer = answer_to(scenario, Lever::delay);
  CHECK(std::get<Duration>(*answer.value) == 300s);
  CHECK(answer.is_extreme);
  CHECK_FALSE(answer_to(main_case(), Lever::delay).is_extreme);
}

TEST_CASE("reserved ports stay reserved in the smallest pool") {
  Scenario scenario = main_case();
  scenario.reserved_ports = {{2000, 2999}};
  const Answer answer = answer_to(scenario, Lever::ports);
  CHECK(count_of(answer) == 4803);
  CHECK(answer.setting == "--ports 1024-6826");
}

TEST_CASE("a search that costs more than the effort allows is not begun") {
  const Answer answer = answer_to(poisson_case("failure_ratio<1e-6"), Lever::rate, {.by_runs = true});
  CHECK_FALSE(answer.value);
  CHECK(answer.reason.find("--effort") != std::string::npos);
  CHECK(answer.attempts < 10'000'000);
}

TEST_CASE("an answer meets the target, and the next harder value does not") {
  std::mt19937_64 generator(11);
  const auto any = [&](int low, int high) {
    return low + static_cast<int>(generator() % static_cast<std::uint64_t>(high - low + 1));
  };
  const std::array targets{"failed<=0", "failed<=7", "failure_ratio<0.1", "first_failure>=50s",
                           "longest_outage<20s"};
  int answered = 0;
  for (int i = 0; i < 150; ++i) {
    Scenario scenario = main_case();
    made_up(scenario).rate = {static_cast<std::uint64_t>(any(5, 60)), 1, RateUnit::per_second};
    if (any(0, 1) == 1) {
      made_up(scenario).arrivals = BatchArrivals{static_cast<std::uint64_t>(any(2, 4))};
    }
    scenario.duration = std::chrono::seconds(any(60, 600));
    scenario.time_wait = std::chrono::seconds(any(30, 120));
    scenario.scope = any(0, 1) == 1 ? Scope::tuple : Scope::host;
    give_ports(scenario, static_cast<std::uint16_t>(any(3, 200)));
    scenario.target = target(targets[static_cast<std::size_t>(any(0, 4))]);
    const Lever lever = kLevers[static_cast<std::size_t>(any(0, 5))];
    const bool by_runs = any(0, 1) == 1;
    CAPTURE(i, question(lever), scenario.target->text, by_runs);
    const Answer answer = answer_to(scenario, lever, {.by_runs = by_runs});
    if (!answer.value) {
      REQUIRE_FALSE(answer.reason.empty());
      continue;
    }
    ++answered;
    REQUIRE(meets_target(scenario, lever, *answer.value));
    if (!answer.is_extreme && lever != Lever::rate) {
      const bool is_count = std::holds_alternative<std::uint64_t>(*answer.value);
      const LeverValue next =
          is_count ? LeverValue(count_of(answer) - 1) : LeverValue(std::get<Duration>(*answer.value) + 1s);
      REQUIRE_FALSE(meets_target(scenario, lever, next));
    } else if (!answer.is_extreme) {
      const double next = number_of(answer) * 1.00002;
      const auto mantissa = static_cast<std::uint64_t>(next * 1e9);
      REQUIRE_FALSE(meets_target(scenario, lever, Rate{mantissa, 9, RateUnit::per_second}));
    }
  }
  CHECK(answered > 80);
}

}  // namespace
}  // namespace portsim
