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
  scenario.warm_up = {};
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

TEST_CASE("the peak of a load that finds a port each time is the same without a run") {
  std::uint64_t of_all = 0;
  std::uint64_t without_run = 0;
  std::uint64_t free_of_failure = 0;
  std::uint64_t beside_a_cap = 0;
  std::uint64_t with_draws = 0;
  std::uint64_t held_for_no_time = 0;
  for (std::uint64_t number = 0; number < 80'000; ++number) {
    const std::optional<Scenario> scenario = as_of_a_log(number);
    if (!scenario) {
      continue;
    }
    ++of_all;
    const ValidScenario valid = must_be_valid(*scenario);
    const Result result = simulate(valid);
    const auto peak =
        RecordedPeak(valid).of(*std::get<RecordedLoad>(valid->load).connections, valid->duration);
    free_of_failure += result.failed == 0 ? 1 : 0;
    if (!peak) {
      continue;
    }
    INFO("random_scenario(" << number << ")\n" << to_text(*valid));
    REQUIRE(result.failed == 0);
    REQUIRE(result.early_releases.reused + result.early_releases.capped == 0);
    REQUIRE(*peak == result.ports_in_use.peak);
    ++without_run;
    beside_a_cap += scenario->stack.max_time_wait ? 1 : 0;
    with_draws += scenario->rtt.is_constant() ? 0 : 1;
    held_for_no_time += result.holds > 0 && *peak == 0 ? 1 : 0;
  }
  INFO(of_all << " loads, " << free_of_failure << " free of failure, " << without_run << " told, "
              << beside_a_cap << " beside a cap, " << with_draws << " with draws, " << held_for_no_time
              << " held for no time");
  CHECK(without_run > 1000);
  CHECK(beside_a_cap > 100);
  CHECK(with_draws > 100);
  CHECK(held_for_no_time > 0);
}

}  // namespace portsim
