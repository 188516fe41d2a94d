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
  }
  CHECK(compared > 8'000);
  CHECK(exhausted > 700);
  CHECK(random > 1'000);
}

TEST_CASE("a million attempts in bulk give what a million single events give") {
  const auto agrees = [](Scenario scenario, std::uint64_t per_second, const Arrivals& arrivals) {
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
  };
  Scenario scenario = main_case();
  for (const std::uint64_t per_second : {16U, 20U}) {
    agrees(scenario, per_second, DeterministicArrivals{});
    agrees(scenario, per_second, PoissonArrivals{});
  }
  scenario.lifetime = {{{1, Exponential{100ms}}}};
  agrees(scenario, 16, PoissonArrivals{});
  scenario.rtt = {{{1, Lognormal{10ms, 1.5}}}};
  agrees(scenario, 20, PoissonArrivals{});
  scenario.time_wait = 30s;
  scenario.lifetime = {{{1, Exponential{210s}}}};
  agrees(scenario, 20, PoissonArrivals{});
  scenario.ports = {{1024, 65535}};
  agrees(scenario, 300, PoissonArrivals{});
  scenario.rtt = Distribution::constant(10ms);
  scenario.closers[static_cast<std::size_t>(Closer::server)] = 0.5;
  scenario.closers[static_cast<std::size_t>(Closer::both)] = 0.25;
  scenario.selection = Selection::random_start;
  agrees(scenario, 300, BatchArrivals{40});
}

}  // namespace portsim
