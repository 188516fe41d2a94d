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

}  // namespace

TEST_CASE("whole blocks of attempts give what single events give in every random scenario") {
  std::uint64_t compared = 0;
  std::uint64_t random = 0;
  std::uint64_t exhausted = 0;
  std::uint64_t of_several_keys = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    Scenario scenario = tamed(random_scenario(number), number);
    if (!std::holds_alternative<GeneratedLoad>(scenario.load)) {
      continue;
    }
    const ValidScenario valid = must_be_valid(scenario);
    if (!runs_in_bulk(valid)) {
      continue;  // ports held for no time, or a search that gives up
    }
    const std::size_t block = kBlocks[number % kBlocks.size()];
    RunOptions options;
    options.outage_list_limit = number % 5 == 0 ? 2 : 1000;
    options.extra_timeline_step =
        number % 3 == 0 ? (scenario.duration - scenario.warm_up) / static_cast<std::int64_t>(1 + number % 41)
                        : Duration{};
    if (const auto text = difference(valid, options, block)) {
      FAIL("tamed(" << number << ")\n" << *text);
    }
    if (!stops_at_the_same_failure(valid, block)) {
      FAIL("tamed(" << number << ") with stop_at_first_failure\n" << to_text(scenario));
    }
    if (number % 4 == 0) {
      ReferenceRun run;
      if (const auto text = disagreement(valid, 1000, Duration{}, run)) {
        FAIL("tamed(" << number << ")\n" << *text);
      }
      exhausted += run.result.exhausted() ? 1 : 0;
    }
    ++compared;
    random += scenario.lifetime.is_constant() ? 0 : 1;
    of_several_keys += valid.keys() > 1 ? 1 : 0;
  }
  CHECK(of_several_keys > 1'000);
  CHECK(compared > 8'000);
  CHECK(exhausted > 700);
  CHECK(random > 1'000);
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
    options.extra_timeline_step =
        (scenario.duration - scenario.warm_up) / static_cast<std::int64_t>(1 + number % 41);
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
