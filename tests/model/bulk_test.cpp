// The bulk engine gives what the engine event by event gives, bit for bit: on thousands of random scenarios,
// with blocks of a few attempts so that every edge occurs, and on runs of full size.
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "comparison.hpp"
#include "engine/draws.hpp"
#include "engine/engines.hpp"
#include "main_case.hpp"
#include "random_scenario.hpp"
#include "result_difference.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

class Rows : public TimelineSink {
 public:
  void add(const TimelineRow& row) override { rows.push_back(row); }
  std::vector<TimelineRow> rows;
};

/// What differs between the two engines, with blocks of `block` attempts; empty if nothing does.
std::optional<std::string> difference(const ValidScenario& scenario, const RunOptions& options,
                                      std::size_t block) {
  Rows by_events;
  Rows in_bulk;
  RunOptions of_events = options;
  RunOptions of_bulk = options;
  if (options.extra_timeline_step > Duration{}) {
    of_events.extra_timeline = &by_events;
    of_bulk.extra_timeline = &in_bulk;
  }
  const Result expected = simulate_by_events(scenario, of_events);
  const Result result = simulate_in_bulk(scenario, of_bulk, block);
  auto found = first_difference(result, expected);
  if (!found) {
    found = first_difference(in_bulk.rows, by_events.rows);
  }
  if (found) {
    return found->field + ": in bulk " + found->left + ", by events " + found->right + ", blocks of " +
           std::to_string(block) + "\n" + to_text(*scenario);
  }
  return std::nullopt;
}

bool stops_at_the_same_failure(const ValidScenario& scenario, std::size_t block) {
  RunOptions options;
  options.stop_at_first_failure = true;
  const auto expected = simulate_by_events(scenario, options).first_failure;
  const auto found = simulate_in_bulk(scenario, options, block).first_failure;
  if (!expected || !found) {
    return expected.has_value() == found.has_value();
  }
  return found->time == expected->time && found->attempt == expected->attempt &&
         found->states == expected->states;
}

constexpr std::array<std::size_t, 6> kBlocks{1, 2, 3, 7, 64, kBulkBlock};

/// Compares the engines on one of many scenarios, if it runs in bulk; every fourth with the reference
/// simulator too.
class Comparison {
 public:
  /// True when it was compared.
  bool compare(const Scenario& scenario, std::uint64_t number) {
    const ValidScenario valid = must_be_valid(scenario);
    if (!runs_in_bulk(valid)) {
      return false;
    }
    const std::size_t block = kBlocks[number % kBlocks.size()];
    RunOptions options;
    options.outage_list_limit = number % 5 == 0 ? 2 : 1000;
    options.extra_timeline_step =
        number % 3 == 0 ? (scenario.duration - scenario.warm_up) / static_cast<std::int64_t>(1 + number % 41)
                        : Duration{};
    if (const auto text = difference(valid, options, block)) {
      FAIL("scenario " << number << '\n' << *text);
    }
    if (!stops_at_the_same_failure(valid, block)) {
      FAIL("scenario " << number << " with stop_at_first_failure\n" << to_text(scenario));
    }
    if (number % 4 == 0) {
      ReferenceRun run;
      if (const auto text = disagreement(valid, 1000, Duration{}, run)) {
        FAIL("scenario " << number << '\n' << *text);
      }
      exhausted += run.result.exhausted() ? 1 : 0;
      fin_timeouts += run.result.fin_timeouts;
      fin_wait_2_timeouts += run.result.fin_wait_2_timeouts;
      resets += run.result.early_releases.reset;
      never_released += run.result.drain ? 0 : 1;
    }
    ++compared;
    of_several_keys += valid.keys() > 1 ? 1 : 0;
    return true;
  }

  std::uint64_t compared = 0;
  std::uint64_t of_several_keys = 0;

  // Of those that were compared with the reference simulator.
  std::uint64_t exhausted = 0;
  std::uint64_t fin_timeouts = 0;
  std::uint64_t fin_wait_2_timeouts = 0;
  std::uint64_t resets = 0;
  std::uint64_t never_released = 0;
};

}  // namespace

TEST_CASE("whole blocks of attempts give what single events give in every random scenario") {
  Comparison comparison;
  std::uint64_t random = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const Scenario scenario = tamed(random_scenario(number), number);
    if (std::holds_alternative<GeneratedLoad>(scenario.load) && comparison.compare(scenario, number)) {
      random += scenario.lifetime.is_constant() ? 0 : 1;
    }
  }
  CHECK(comparison.of_several_keys > 1'000);
  CHECK(comparison.compared > 8'000);
  CHECK(comparison.exhausted > 700);
  CHECK(random > 1'000);
}

TEST_CASE("whole blocks give what single events give whatever decides about a connection") {
  Comparison comparison;
  std::uint64_t on_a_wheel = 0;
  std::uint64_t with_loss = 0;
  std::uint64_t impatient = 0;
  std::uint64_t recorded = 0;
  for (std::uint64_t number = 0; number < 30'000; ++number) {
    Scenario scenario = without_feedback(random_scenario(number), number);
    if (number % 3 == 0) {
      scenario.stack.max_time_wait = must_be_valid(scenario).capacity() + 1;  // just never reached
    }
    if (comparison.compare(scenario, number)) {
      on_a_wheel += scenario.stack.timer_hz ? 1 : 0;
      with_loss += scenario.loss > 0 ? 1 : 0;
      impatient += scenario.connect_timeout && !scenario.rtt.is_constant() ? 1 : 0;
      recorded += std::holds_alternative<RecordedLoad>(scenario.load) ? 1 : 0;
    }
  }
  CHECK(comparison.compared > 10'000);
  CHECK(comparison.of_several_keys > 1'000);
  CHECK(on_a_wheel > 2'000);
  CHECK(with_loss > 2'000);
  CHECK(impatient > 500);
  CHECK(recorded > 1'000);
  CHECK(comparison.exhausted > 700);
  CHECK(comparison.fin_timeouts > 1'000);
  CHECK(comparison.fin_wait_2_timeouts > 1'000);
  CHECK(comparison.resets > 1'000);
  CHECK(comparison.never_released > 20);
}

namespace {

void check_a_million(Scenario scenario, std::uint64_t per_second, const Arrivals& arrivals) {
  GeneratedLoad load;
  load.rate = {per_second, 0, RateUnit::per_second};
  load.arrivals = arrivals;
  scenario.load = load;
  scenario.duration = std::chrono::seconds{1'000'000 / per_second} + 100s;
  scenario.warm_up = 100s;
  const ValidScenario valid = must_be_valid(scenario);
  REQUIRE(runs_in_bulk(valid));
  if (const auto text = difference(valid, {}, kBulkBlock)) {
    FAIL(*text);
  }
}

}  // namespace

TEST_CASE("a million attempts in bulk give what a million single events give") {
  Scenario scenario = main_case();
  for (const std::uint64_t per_second : {16U, 20U}) {
    check_a_million(scenario, per_second, DeterministicArrivals{});
    check_a_million(scenario, per_second, PoissonArrivals{});
  }
  scenario.lifetime = {{{1, Exponential{100ms}}}};
  check_a_million(scenario, 16, PoissonArrivals{});
  scenario.rtt = {{{1, Lognormal{10ms, 1.5}}}};
  check_a_million(scenario, 20, PoissonArrivals{});
  scenario.time_wait = 30s;
  scenario.lifetime = {{{1, Exponential{210s}}}};
  check_a_million(scenario, 20, PoissonArrivals{});
  scenario.ports = {{1024, 65535}};
  check_a_million(scenario, 300, PoissonArrivals{});
  scenario.rtt = Distribution::constant(10ms);
  scenario.closers[static_cast<std::size_t>(Closer::server)] = 0.5;
  scenario.closers[static_cast<std::size_t>(Closer::both)] = 0.25;
  scenario.selection = Selection::random_start;
  check_a_million(scenario, 300, BatchArrivals{40});
}

TEST_CASE("a million attempts in bulk at the ports of several keys give what single events give") {
  Scenario scenario = main_case();
  scenario.scope = Scope::tuple;
  scenario.destinations = 50;
  check_a_million(scenario, 850, PoissonArrivals{});
  scenario.destination_skew = 0.1;
  scenario.selection = Selection::hash;
  check_a_million(scenario, 700, DeterministicArrivals{});
  scenario.selection = Selection::parity_first;
  scenario.ports = {{1024, 5001}};
  scenario.source_addresses = 7;
  scenario.lifetime = {{{1, Exponential{3s}}}};
  check_a_million(scenario, 3000, PoissonArrivals{});
  scenario.scope = Scope::address;
  scenario.destination_skew.reset();
  scenario.selection = Selection::random_start;
  scenario.lifetime = {{{1, Lognormal{100s, 1.5}}}};
  check_a_million(scenario, 120, BatchArrivals{40});
}

TEST_CASE(
    "a million connections held at once, whose lists forget whole pages, give what single events give") {
  Scenario scenario = main_case();
  scenario.scope = Scope::address;
  scenario.source_addresses = 30;
  scenario.ports = {{1024, 65535}};
  scenario.time_wait = 30s;
  scenario.duration = 65s;
  scenario.warm_up = 31s;
  GeneratedLoad load;
  load.rate = {40'000, 0, RateUnit::per_second};
  load.arrivals = PoissonArrivals{};
  scenario.load = load;
  for (const Distribution& lifetime : {Distribution::constant(100ms), Distribution{{{1, Exponential{1s}}}}}) {
    scenario.lifetime = lifetime;
    const ValidScenario valid = must_be_valid(scenario);
    REQUIRE(runs_in_bulk(valid));
    if (const auto text = difference(valid, {}, kBulkBlock)) {
      FAIL(*text);
    }
    CHECK(simulate_in_bulk(valid, {}).ports_in_use.peak > std::uint64_t{1} << 20);
  }
}

TEST_CASE("a million attempts in bulk on a timer wheel give what single events give") {
  Scenario scenario = main_case();
  scenario.stack.timer_hz = 250;
  scenario.time_wait = 60s;
  scenario.fin_wait_2_timeout = 60s;
  check_a_million(scenario, 60, DeterministicArrivals{});
  scenario.selection = Selection::parity_first;
  scenario.scope = Scope::tuple;
  scenario.ports = {{32768, 60999}};
  check_a_million(scenario, 460, PoissonArrivals{});
  scenario.lifetime = {{{1, Exponential{3s}}}};
  scenario.closers[static_cast<std::size_t>(Closer::server)] = 0.5;
  check_a_million(scenario, 800, PoissonArrivals{});
  scenario.peer_close_delay = Distribution::constant(60s);  // about when the timer ends
  check_a_million(scenario, 500, DeterministicArrivals{});
  scenario.destinations = 7;
  scenario.closers[static_cast<std::size_t>(Closer::unreachable)] = 0.1;
  check_a_million(scenario, 3000, BatchArrivals{40});
}

TEST_CASE("a million attempts in bulk give what single events give whatever decides about a connection") {
  Scenario scenario = main_case();
  scenario.loss = 0.01;
  check_a_million(scenario, 17, PoissonArrivals{});
  scenario.time_wait_resets = 0.3;
  scenario.rtt = {{{1, Exponential{50ms}}}};
  scenario.connect_timeout = 120ms;
  REQUIRE_FALSE(runs_in_bulk(must_be_valid(scenario)));  // a port may be held for no time
  scenario.rtt = {{{0.9, Constant{10ms}}, {0.1, Uniform{50ms, 200ms}}}};
  check_a_million(scenario, 22, PoissonArrivals{});
  scenario.fin_wait_2_timeout = 2s;
  scenario.peer_close_delay = {{{1, Lognormal{1s, 1.5}}}};
  scenario.selection = Selection::random_start;
  check_a_million(scenario, 24, DeterministicArrivals{});
}

namespace {

/// A log of a million rows, some 100 a second, whose peers now and then never close.
Scenario recorded(std::uint32_t destinations) {
  std::vector<RecordedConnection> rows(1'000'000);
  TimePoint start{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t bits = mix64(i);
    start += Duration{static_cast<std::int64_t>(bits % 20'000'000)};
    rows[i].start = start;
    rows[i].lifetime = Duration{static_cast<std::int64_t>(mix64(bits) % 10'000'000'000)};
    rows[i].destination = static_cast<std::uint32_t>((bits >> 40) % destinations);
    rows[i].closer = static_cast<Closer>((bits >> 32) % kCloserCount);
    if (bits % 1000 == 0) {
      rows[i].peer_close_delay = kLongestDelay;
    }
  }
  Scenario scenario = main_case();
  scenario.ports = {{1024, static_cast<std::uint16_t>(1023 + 6000 / destinations * 2)}};
  scenario.scope = Scope::tuple;
  scenario.selection = Selection::parity_first;
  scenario.time_wait = 60s;
  scenario.stack.timer_hz = 250;
  scenario.duration = start.time_since_epoch();
  scenario.warm_up = 1000s;
  scenario.load = RecordedLoad{{}, std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
  return scenario;
}

}  // namespace

TEST_CASE("a log of a million connections gives in bulk what it gives by single events") {
  for (const std::uint32_t destinations : {1U, 30U}) {
    const ValidScenario valid = must_be_valid(recorded(destinations));
    REQUIRE(runs_in_bulk(valid));
    if (const auto text = difference(valid, {}, kBulkBlock)) {
      FAIL(text->substr(0, 2000));
    }
  }
}

namespace {

/// A scenario without anything random, in which ports are given out in turn.
Scenario deterministic(std::uint64_t number) {
  Scenario scenario = tamed(random_scenario(4 * number), 4 * number);
  const std::uint64_t bits = mix64(number);
  scenario.selection = static_cast<Selection>(bits % 3);
  auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  if (load != nullptr && std::holds_alternative<PoissonArrivals>(load->arrivals)) {
    load->arrivals = DeterministicArrivals{};
  }
  return scenario;
}

/// What differs when cycles are skipped, which a fingerprint would not allow.
std::optional<std::string> difference_of_skipping(const ValidScenario& scenario, RunOptions options,
                                                  std::size_t block) {
  Rows with;
  Rows without;
  options.fingerprint = false;
  options.extra_timeline = &with;
  const Result result = simulate_in_bulk(scenario, options, block);
  options.fingerprint = true;
  options.extra_timeline = &without;
  Result expected = simulate_in_bulk(scenario, options);
  expected.fingerprint = 0;
  auto found = first_difference(result, expected);
  if (!found) {
    found = first_difference(with.rows, without.rows);
  }
  if (found) {
    return found->field + ": skipping " + found->left + ", not skipping " + found->right + ", blocks of " +
           std::to_string(block) + "\n" + to_text(*scenario);
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a run that skips its cycles gives what it gives attempt by attempt") {
  std::uint64_t compared = 0;
  std::uint64_t exhausted = 0;
  for (std::uint64_t number = 0; number < 800; ++number) {
    Scenario scenario = deterministic(number);
    if (!std::holds_alternative<GeneratedLoad>(scenario.load) ||
        std::holds_alternative<ScheduledArrivals>(std::get<GeneratedLoad>(scenario.load).arrivals)) {
      continue;
    }
    // Long enough for thousands of cycles, most of which lie within a step of the timeline.
    const std::int64_t longer = number % 3 == 0 ? 3'000 : 50;
    scenario.duration = std::min(scenario.duration * longer, Duration{kLongestDelay});
    const ValidScenario valid = must_be_valid(scenario);
    if (!runs_in_bulk(valid)) {
      continue;
    }
    RunOptions options;
    options.outage_list_limit = number % 5 < 2 ? number % 5 : 100;
    // Some steps are shorter than a cycle, and so many that cycles are passed over in several goes.
    const std::uint64_t steps = number % 7 == 0 ? 20'000 : 1 + number % 41;
    options.extra_timeline_step =
        std::max((scenario.duration - scenario.warm_up) / static_cast<std::int64_t>(steps), Duration{1});
    if (const auto text = difference_of_skipping(valid, options, kBlocks[number % kBlocks.size()])) {
      FAIL("deterministic(" << number << ")\n" << *text);
    }
    ++compared;
    exhausted += simulate_in_bulk(valid, {.fingerprint = false}).exhausted() ? 1 : 0;
  }
  CHECK(compared > 300);
  CHECK(exhausted > 100);
}

TEST_CASE("thirty years of a steady overload pass in a moment") {
  Scenario scenario = main_case();
  GeneratedLoad load;
  load.rate = {20, 0, RateUnit::per_second};
  scenario.load = load;
  const auto of_length = [&](Duration duration) {
    scenario.duration = duration;
    return simulate(must_be_valid(scenario), {.fingerprint = false});
  };
  // A hold of 240.12 s is a cycle of 4,803 attempts, of which 3,977 get a port.
  const Duration cycle = 240'150ms;
  constexpr std::int64_t kCycles = 3'900'000;
  const Result few = of_length(100 * cycle);
  const Result many = of_length((100 + kCycles) * cycle);
  CHECK(many.attempts == few.attempts + kCycles * 4803);
  CHECK(many.connected == few.connected + kCycles * 3977);
  CHECK(many.outages.count == few.outages.count + kCycles);
  CHECK(many.outages.longest == few.outages.longest);
  CHECK(many.ports_in_use.at_end == few.ports_in_use.at_end);
  CHECK(many.drain == few.drain);
}

}  // namespace portsim
