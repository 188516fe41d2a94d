// The peak of a recorded load that follows from sorting is the one that a run finds.
#include "engine/recorded_peak.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "comparison.hpp"
#include "portsim/simulate.hpp"
#include "random_scenario.hpp"

namespace portsim {
namespace {

/// The scenario as one of a log: rows that tell starts, durations and who closed, more ports, and no warm-up.
/// Some numbers keep what a log does not tell, or the few ports.
std::optional<Scenario> as_of_a_log(std::uint64_t number) {
  Scenario scenario = random_scenario(number);
  const auto* load = std::get_if<RecordedLoad>(&scenario.load);
  if (load == nullptr) {
    return std::nullopt;
  }
  scenario.warm_up = number % 5 == 0 ? scenario.warm_up : Duration{};
  if (number % 2 == 0) {
    auto rows = std::make_shared<std::vector<RecordedConnection>>(load->connections->copy());
    for (RecordedConnection& row : *rows) {
      row.peer_close_delay.reset();
      row.bind.reset();
      row.local_port = 0;
      row.reuse_address.reset();
    }
    scenario.load = RecordedLoad{load->files, std::move(rows)};
    if (number % 8 != 0) {
      constexpr std::uint16_t kFirst = 20'000;
      const auto more = static_cast<std::uint16_t>(number % 97);
      scenario.ports = {{kFirst, static_cast<std::uint16_t>(kFirst + more)}};
      scenario.reserved_ports.clear();
      scenario.ports_in_use = 0;
    }
  }
  return scenario;
}

}  // namespace

TEST_CASE("what a load does until the first failure is the same without a run") {
  std::uint64_t of_all = 0;
  std::uint64_t told = 0;
  std::uint64_t exhausted = 0;
  std::uint64_t at_most = 0;
  std::uint64_t beside_a_cap = 0;
  std::uint64_t beside_reuse = 0;
  std::uint64_t of_several_keys = 0;
  std::uint64_t with_draws = 0;
  std::uint64_t with_warm_up = 0;
  std::uint64_t held_for_no_time = 0;
  for (std::uint64_t number = 0; number < 80'000; ++number) {
    const std::optional<Scenario> scenario = as_of_a_log(number);
    if (!scenario) {
      continue;
    }
    ++of_all;
    const ValidScenario valid = must_be_valid(*scenario);
    const auto found =
        RecordedPeak(valid).of(*std::get<RecordedLoad>(valid->load).connections, valid->duration);
    if (!found) {
      continue;
    }
    RunOptions options;
    options.stop_at_first_failure = scenario->warm_up == Duration{};
    const Result result = simulate(valid, options);
    INFO("random_scenario(" << number << ")\n" << to_text(*valid));
    ++told;
    if (scenario->warm_up == Duration{}) {
      REQUIRE(result.exhausted() == found->is_exhausted);
      REQUIRE(found->attempts == (result.first_failure ? result.first_failure->attempt : result.attempts));
    }
    if (found->is_exhausted) {
      ++exhausted;
      continue;
    }
    REQUIRE(result.failed == 0);
    if (found->is_most) {
      at_most += found->peak > result.ports_in_use.peak ? 1 : 0;
      REQUIRE(found->peak >= result.ports_in_use.peak);
      continue;
    }
    REQUIRE(result.early_releases.reused + result.early_releases.capped == 0);
    REQUIRE(found->peak == result.ports_in_use.peak);
    beside_a_cap += scenario->stack.max_time_wait ? 1 : 0;
    beside_reuse += scenario->stack.time_wait_reuse && scenario->timestamps ? 1 : 0;
    of_several_keys += valid.keys() > 1 && found->peak > valid.pool().size() ? 1 : 0;
    with_draws += scenario->rtt.is_constant() ? 0 : 1;
    with_warm_up += scenario->warm_up > Duration{} ? 1 : 0;
    held_for_no_time += result.holds > 0 && found->peak == 0 ? 1 : 0;
  }
  INFO(of_all << " loads, " << told << " told, " << exhausted << " exhausted, " << at_most << " at most, "
              << beside_a_cap << " beside a cap, " << beside_reuse << " beside reuse, " << of_several_keys
              << " that hold more than a pool, " << with_draws << " with draws, " << with_warm_up
              << " with a warm-up, " << held_for_no_time << " held for no time");
  CHECK(told > 1000);
  CHECK(exhausted > 500);
  CHECK(at_most > 50);
  CHECK(beside_a_cap > 50);
  CHECK(beside_reuse > 20);
  CHECK(of_several_keys > 10);
  CHECK(with_draws > 100);
  CHECK(with_warm_up > 50);
  CHECK(held_for_no_time > 0);
}

}  // namespace portsim
