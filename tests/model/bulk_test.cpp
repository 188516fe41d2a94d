// The bulk engine gives what the engine event by event gives, bit for bit: on thousands of random scenarios,
// with blocks of a few attempts so that every edge occurs, and on runs of full size.
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

/// Takes out of a random scenario what acts back on later attempts, and every second draw.
Scenario tamed(std::uint64_t number) {
  Scenario scenario = random_scenario(number);
  Stack& stack = scenario.stack;
  scenario.retry = {};
  scenario.nat.reset();
  stack.max_time_wait.reset();
  stack.time_wait_reuse.reset();
  stack.gives_out_time_wait = false;
  stack.timer_hz.reset();
  scenario.timer_offset.reset();
  scenario.source_addresses = 1;
  scenario.destinations = 1;
  scenario.reuse_address = false;
  scenario.loss = 0;
  scenario.time_wait_resets = 0;
  scenario.selection = static_cast<Selection>(number % 3);
  const std::uint64_t bits = mix64(number);
  const auto make_constant = [&](Distribution& distribution, std::uint64_t mask) {
    if (!distribution.is_constant()) {
      distribution = Distribution::constant(scenario.time_wait / static_cast<std::int64_t>(1 + bits % mask));
    }
  };
  make_constant(scenario.rtt, 13);
  make_constant(scenario.lifetime, 5);
  make_constant(scenario.peer_close_delay, 7);
  make_constant(scenario.client_close_delay, 3);
  scenario.closers = {};
  scenario.closers[(bits >> 32) % 5] = 1;
  return scenario;
}

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
  std::uint64_t exhausted = 0;
  for (std::uint64_t number = 0; number < 12'000; ++number) {
    Scenario scenario = tamed(number);
    if (!std::holds_alternative<GeneratedLoad>(scenario.load)) {
      continue;
    }
    const ValidScenario valid = must_be_valid(scenario);
    if (!runs_in_bulk(valid)) {
      continue;  // no connection holds its port for any time
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
  }
  CHECK(compared > 7'000);
  CHECK(exhausted > 700);
}

TEST_CASE("a million attempts in bulk give what a million single events give") {
  for (const std::uint64_t per_second : {16, 20}) {
    for (const bool is_random : {false, true}) {
      Scenario scenario = main_case();
      GeneratedLoad load;
      load.rate = {per_second, 0, RateUnit::per_second};
      if (is_random) {
        load.arrivals = PoissonArrivals{};
      }
      scenario.load = load;
      scenario.duration = std::chrono::seconds{1'100'000 / per_second};
      scenario.warm_up = 100s;
      if (const auto text = difference(must_be_valid(scenario), {}, kBulkBlock)) {
        FAIL(*text);
      }
    }
  }
}

}  // namespace portsim
