#include "study/run_cost.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "scenario/settings.hpp"

namespace portsim {
namespace {

/// Of options that come with their values: the scenario.
ValidScenario scenario_of(const std::vector<std::pair<std::string, std::string>>& options) {
  std::vector<Setting> settings;
  for (const auto& [name, value] : options) {
    settings.push_back({name, value, "--" + name + " " + value});
  }
  return std::get<ValidScenario>(build_scenario({settings}));
}

const std::vector<std::pair<std::string, std::string>> kLarge{
    {"rate", "1M/s"},       {"duration", "100s"}, {"delay", "10s"},
    {"profile", "freebsd"}, {"timer-hz", "none"}, {"max-time-wait", "none"},
    {"lifetime", "0"},      {"rtt", "0"},         {"destinations", "1000"}};

TEST_CASE("a run whose connections fit into memory is not refused, one byte less is") {
  const ValidScenario scenario = scenario_of(kLarge);  // holds 10 s times 10^6 a second, of 8 bytes at least
  CHECK_FALSE(find_excess(scenario, {.bytes = 80'000'000}));
  const auto fault = find_excess(scenario, {.bytes = 79'999'999, .memory_place = "here"});
  REQUIRE(fault);
  CHECK(fault->where == "here");
  CHECK(fault->what == "10000000 connections would be held at once, which takes at least 80 MB of memory");
}

TEST_CASE("runs at a time need the memory of all of them") {
  const ValidScenario scenario = scenario_of(kLarge);
  CHECK_FALSE(find_excess(scenario, {.bytes = 320'000'000, .runs = 9, .at_once = 4}));
  CHECK(find_excess(scenario, {.bytes = 319'999'999, .runs = 9, .at_once = 4}));
}

TEST_CASE("no more connections are held than the pool has room for") {
  CHECK_FALSE(find_excess(scenario_of({{"rate", "1000M/s"}, {"duration", "1h"}}), {.bytes = 3977 * 8}));
  CHECK(find_excess(scenario_of({{"rate", "1000M/s"}, {"duration", "1h"}}), {.bytes = 3977 * 8 - 1}));
}

TEST_CASE("a thousand million million attempts are the most, over all runs") {
  const auto fits = [](const std::string& rate, const std::string& duration, std::uint64_t runs) {
    return !find_excess(scenario_of({{"rate", rate}, {"duration", duration}}), {.runs = runs});
  };
  CHECK(fits("1M/s", "1000000000s", 1));
  CHECK_FALSE(fits("1000001/s", "1000000000s", 1));
  CHECK(fits("1k/s", "1000000000s", 1000));
  CHECK_FALSE(fits("1k/s", "1000000000s", 1001));
}

TEST_CASE("runs cost time of their own, however short they are") {
  CHECK_FALSE(find_excess_of_runs(8e11));
  const auto fault = find_excess_of_runs(1e12);
  REQUIRE(fault);
  CHECK(
      fault->what ==
      "its cells and replications are 10^12 runs, which would take at least 144 days even if no run made an "
      "attempt");
}

TEST_CASE("a run that is watched has steps of at most 10^9 attempts, and long ones where it repeats itself") {
  const auto step = [](std::vector<std::pair<std::string, std::string>> options) {
    options.push_back({"duration", "1000000s"});
    return watched_step(scenario_of(options));
  };
  CHECK(step({{"rate", "1M/s"}, {"arrivals", "poisson"}}) == Duration{});
  CHECK(step({{"rate", "2M/s"}, {"arrivals", "poisson"}}) == std::chrono::seconds(500));
  CHECK(step({{"rate", "1000M/s"}, {"arrivals", "poisson"}}) == std::chrono::seconds(1));
  CHECK(step({{"rate", "10M/s"}}) == Duration{});
  CHECK(step({{"rate", "1000M/s"}}) == std::chrono::seconds(1));
  CHECK(step({{"rate", "10M/s"}, {"lifetime", "exp:1s"}}) == std::chrono::seconds(100));
}

TEST_CASE("sizes have three digits and a unit") {
  CHECK(size_text(999) == "999 bytes");
  CHECK(size_text(1000) == "1 kB");
  CHECK(size_text(1234) == "1.23 kB");
  CHECK(size_text(56'789'000) == "56.7 MB");
  CHECK(size_text(240e9) == "240 GB");
  CHECK(size_text(1e18) == "1000 PB");
}

}  // namespace
}  // namespace portsim
