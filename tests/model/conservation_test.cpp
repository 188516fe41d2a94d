// Laws that hold without any simulator: closed forms, conservation, symmetry of scale. Each is checked on
// the engine and on the reference simulator, so that the judge is judged too.
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include "base/exact_ratio.hpp"
#include "catch.hpp"
#include "comparison.hpp"
#include "engine/draws.hpp"
#include "main_case.hpp"
#include "random_scenario.hpp"
#include "scenario/settings.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

/// Both simulators' results of one scenario; fails the running test where they differ.
Result agreed_result(const ValidScenario& scenario) {
  ReferenceRun run;
  if (const auto text = disagreement(scenario, 1000, Duration{0}, run)) {
    FAIL(*text);
  }
  return run.result;
}

ValidScenario scenario_of(const std::vector<Setting>& settings) {
  auto outcome = build_scenario({settings});
  if (const auto* faults = std::get_if<std::vector<Fault>>(&outcome)) {
    FAIL(faults->front().where << ": " << faults->front().what);
  }
  return std::get<ValidScenario>(std::move(outcome));
}

Setting option(const std::string& name, const std::string& value) {
  return {name, value, "--" + name + " " + value};
}

/// Connections that hold a port for exactly `hold` and leave no TIME_WAIT.
Scenario constant_hold(std::uint16_t ports, Duration hold) {
  Scenario scenario = main_case();
  scenario.ports = {{100, static_cast<std::uint16_t>(100 + ports - 1)}};
  scenario.rtt = Distribution::constant(Duration{0});
  scenario.lifetime = Distribution::constant(hold);
  close_by(scenario, Closer::reset);
  return scenario;
}

Scenario with_rate(Scenario scenario, std::uint64_t per_second) {
  GeneratedLoad load;
  load.rate = {per_second, 0, RateUnit::per_second};
  scenario.load = load;
  return scenario;
}

/// Stretches every constant time of a scenario that draws nothing.
void stretch(Scenario& scenario, std::int64_t factor) {
  for (Distribution* distribution :
       {&scenario.lifetime, &scenario.rtt, &scenario.peer_close_delay, &scenario.client_close_delay}) {
    *distribution = Distribution::constant(distribution->constant_value() * factor);
  }
  for (std::vector<Duration>* waits : {&scenario.stack.syn_waits, &scenario.stack.fin_waits}) {
    for (Duration& wait : *waits) {
      wait *= factor;
    }
  }
  for (std::optional<Duration>* limit :
       {&scenario.connect_timeout, &scenario.fin_wait_2_timeout, &scenario.stack.fin_wait_2_timeout,
        &scenario.stack.fin_wait_2_split, &scenario.stack.syn_give_up}) {
    if (limit->has_value()) {
      **limit *= factor;
    }
  }
  scenario.stack.time_wait_limits = {Duration{0}, kLongestDelay, Duration{1}};
  scenario.time_wait *= factor;
  scenario.stack.age_tick *= factor;
  if (scenario.stack.time_wait_reuse.has_value()) {
    scenario.stack.time_wait_reuse->age *= factor;
  }
  if (scenario.nat.has_value()) {
    Nat& nat = *scenario.nat->stack.nat;
    scenario.nat->stack.time_wait *= factor;
    nat.after_reset *= factor;
    for (std::optional<Duration>* timeout : {&nat.half_open, &nat.idle}) {
      if (timeout->has_value()) {
        **timeout *= factor;
      }
    }
  }
  scenario.retry.delay *= factor;
  scenario.duration *= factor;
  scenario.warm_up *= factor;
  const auto& load = std::get<RecordedLoad>(scenario.load);
  std::vector<RecordedConnection> rows = load.connections->copy();
  for (RecordedConnection& row : rows) {
    row.start = TimePoint{row.start.time_since_epoch() * factor};
    for (std::optional<Duration>* value : {&row.lifetime, &row.peer_close_delay, &row.connect_timeout}) {
      if (value->has_value() && **value < kLongestDelay) {
        **value *= factor;
      }
    }
  }
  scenario.load =
      RecordedLoad{load.files, std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
}

/// A random recorded load without a timer wheel in which no time is drawn or too long to stretch.
Scenario drawless(std::uint64_t number) {
  Scenario scenario = random_scenario(number);
  while (!std::holds_alternative<RecordedLoad>(scenario.load)) {
    scenario = random_scenario(number = mix64(number));
  }
  scenario.loss = 0;
  scenario.stack.timer_hz.reset();
  scenario.lifetime = Distribution::constant(Duration{5'000});
  scenario.rtt = Distribution::constant(Duration{4'000});  // even, so that its half stretches too
  scenario.peer_close_delay = Distribution::constant(Duration{3'000});
  scenario.client_close_delay = Distribution::constant(Duration{2'000});
  return scenario;
}

}  // namespace

TEST_CASE("portsim --rate 20/s --delay 240 gives the numbers of two independent calculations") {
  const Result result = agreed_result(scenario_of({option("rate", "20/s"), option("delay", "240")}));
  CHECK(result.attempts == 72'000);
  CHECK(result.failed == 12'345);
  CHECK(result.connected == 59'655);
  REQUIRE(result.first_failure.has_value());
  CHECK(result.first_failure->time.time_since_epoch() == 198'850ms);
  CHECK(result.first_failure->attempt == 3978);
  CHECK(result.first_failure->states[client_index(TcpState::established)] == 2);
  CHECK(result.first_failure->states[client_index(TcpState::time_wait)] == 3975);
  CHECK(result.outages.count == 15);
  CHECK(result.outages.total == 617'250ms);
  CHECK(result.outages.longest == 41'300ms);
  CHECK(result.outages.list.front().end.time_since_epoch() == 240'150ms);
  CHECK(result.outages.list.front().failed == 826);
  CHECK(result.ports_in_use.peak == 3977);
  CHECK(result.ports_in_use.at_end == 3977);
  CHECK(nearest_double(result.ports_in_use.area, static_cast<Uint128>(result.window.count())) ==
        3866.7266277777776);
  CHECK((result.drain == Duration{201'020ms}));
}

TEST_CASE("a deterministic load with one hold fails first at attempt N + 1, at floor(N / rate), or never") {
  std::mt19937_64 random(1);
  std::uint64_t failing = 0;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t ports = 1 + random() % 30;
    const std::uint64_t per_second = 1 + random() % 5'000;
    const auto duration = static_cast<std::int64_t>(1'000'000 + random() % 50'000'000);
    const auto hold = static_cast<std::int64_t>(random() % 30'000'000);
    Scenario scenario =
        with_rate(constant_hold(static_cast<std::uint16_t>(ports), Duration{hold}), per_second);
    scenario.duration = Duration{duration};
    const Result result = agreed_result(must_be_valid(scenario));
    const auto due = static_cast<std::int64_t>(ports * 1'000'000'000 / per_second);
    if (due < hold && due < duration) {
      ++failing;
      REQUIRE(result.first_failure.has_value());
      CHECK(result.first_failure->attempt == ports + 1);
      CHECK(result.first_failure->time.time_since_epoch().count() == due);
    } else {
      CHECK_FALSE(result.exhausted());
    }
  }
  REQUIRE(failing > 50);
  REQUIRE(failing < 450);
}

TEST_CASE("a load of exactly capacity / hold never fails, one nanosecond more of hold does") {
  for (std::uint16_t ports = 1; ports <= 40; ++ports) {
    Scenario scenario = with_rate(constant_hold(ports, Duration{1'000'000 * ports}), 1'000);
    scenario.duration = Duration{300'000'000};
    const Result exact = agreed_result(must_be_valid(scenario));
    CHECK_FALSE(exact.exhausted());
    CHECK(exact.ports_in_use.peak == ports);
    scenario.lifetime = Distribution::constant(Duration{1'000'000 * ports + 1});
    CHECK(agreed_result(must_be_valid(scenario)).exhausted());
  }
}

TEST_CASE("port-nanoseconds are conserved: what connections held is what the gauge saw") {
  std::uint64_t checked = 0;
  for (std::uint64_t number = 0; checked < 300; ++number) {
    Scenario scenario = random_scenario(mix64(number));
    scenario.warm_up = Duration{0};
    const ValidScenario valid = must_be_valid(scenario);
    const Result result = simulate(valid);
    if (result.nat.has_value() && result.nat->at_nat.failed > 0) {
      // A SYN that is dropped holds a port, and no connection.
      if (result.drain == Duration{0}) {
        CHECK((result.hold_sum_ns.value() <= result.ports_in_use.area));
      }
    } else if (result.drain == Duration{0}) {
      ++checked;
      REQUIRE(result.hold_sum_ns.has_value());
      CHECK((*result.hold_sum_ns == result.ports_in_use.area));
    } else if (result.drain.has_value() && result.hold_sum_ns.has_value()) {
      CHECK((*result.hold_sum_ns > result.ports_in_use.area));
      CHECK((*result.hold_sum_ns - result.ports_in_use.area <=
             Uint128{result.ports_in_use.at_end} * static_cast<std::uint64_t>(result.drain->count())));
    }
  }
}

TEST_CASE("a run in slow motion is the same run: all times stretched stretch all times of the result") {
  constexpr std::int64_t kFactor = 10;
  for (std::uint64_t number = 0; number < 200; ++number) {
    Scenario scenario = drawless(mix64(~number));
    const Result plain = agreed_result(must_be_valid(scenario));
    stretch(scenario, kFactor);
    const Result slow = agreed_result(must_be_valid(scenario));
    CHECK(slow.attempts == plain.attempts);
    CHECK(slow.failed == plain.failed);
    CHECK(slow.timed_out == plain.timed_out);
    CHECK(slow.outages.total == plain.outages.total * kFactor);
    CHECK(slow.ports_in_use.peak == plain.ports_in_use.peak);
    CHECK((slow.ports_in_use.area == plain.ports_in_use.area * static_cast<unsigned>(kFactor)));
    CHECK((slow.search_sum == plain.search_sum));
    CHECK(slow.server_sessions_peak == plain.server_sessions_peak);
    if (slow.nat.has_value() && plain.nat.has_value()) {
      CHECK((slow.nat->in_use.area == plain.nat->in_use.area * static_cast<unsigned>(kFactor)));
      CHECK(slow.nat->at_nat.failed == plain.nat->at_nat.failed);
    }
    CHECK(slow.drain.has_value() == plain.drain.has_value());
    if (slow.drain.has_value() && plain.drain.has_value()) {
      CHECK(*slow.drain == *plain.drain * kFactor);
    }
  }
}

}  // namespace portsim
