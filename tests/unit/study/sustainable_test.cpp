#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/advice.hpp"
#include "portsim/simulate.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Sustainable sustainable(const Scenario& scenario) { return find_sustainable(valid(scenario)); }

std::uint64_t failures(const Scenario& scenario) { return simulate(valid(scenario)).failed; }

Rate per_second_rate(std::uint64_t mantissa, std::uint8_t decimals) {
  return {mantissa, decimals, RateUnit::per_second};
}

bool finds_nothing(const Scenario& scenario) {
  const Sustainable found = sustainable(scenario);
  return !found.max_rate && !found.max_delay && !found.min_ports;
}

TEST_CASE("the published case would do with 16.5625520573/s, 198 s or 4803 ports") {
  const Sustainable found = sustainable(main_case());
  CHECK(found.max_rate == per_second_rate(165'625'520'573, 10));
  CHECK(found.max_delay == 198s);
  CHECK(found.min_ports == 4803U);
}

TEST_CASE("a sustainable value fails nothing in the whole window, the next one does") {
  Scenario scenario = main_case();
  made_up(scenario).rate = per_second_rate(165'625'520'573, 10);
  CHECK(failures(scenario) == 0);
  made_up(scenario).rate = per_second_rate(165'625'520'574, 10);
  CHECK(failures(scenario) > 0);

  scenario = main_case();
  scenario.time_wait = 198s;
  CHECK(failures(scenario) == 0);
  scenario.time_wait = 199s;
  CHECK(failures(scenario) > 0);

  scenario = main_case();
  give_ports(scenario, 4803);
  CHECK(failures(scenario) == 0);
  give_ports(scenario, 4802);
  CHECK(failures(scenario) > 0);
}

TEST_CASE("batches need whole batches of ports") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = BatchArrivals{500};
  const Sustainable found = sustainable(scenario);
  CHECK(found.min_ports == 5000U);
  // Seven batches fit: one every 240.12 s / 7.
  CHECK(found.max_rate == per_second_rate(145'760'453'106, 10));
  CHECK(found.max_delay == 174s);
  made_up(scenario).arrivals = BatchArrivals{3978};
  CHECK_FALSE(sustainable(scenario).max_rate);
  CHECK_FALSE(sustainable(scenario).max_delay);
  CHECK(sustainable(scenario).min_ports == 2U * 3978U);
}

TEST_CASE("the rate is that of requests when connections are kept alive") {
  Scenario scenario = main_case();
  made_up(scenario).requests_per_connection = 4;
  CHECK(sustainable(scenario).max_rate == per_second_rate(662'502'082'292, 10));
  CHECK(sustainable(scenario).max_delay == 300s);
}

TEST_CASE("ports that other programs hold are part of the smallest pool") {
  Scenario scenario = main_case();
  scenario.ports_in_use = 100;
  CHECK(sustainable(scenario).min_ports == 4903U);
}

TEST_CASE("a pool that would take more than all ports is not given") {
  Scenario scenario = main_case();
  made_up(scenario).rate = per_second_rate(272, 0);
  CHECK(sustainable(scenario).min_ports == 65313U);
  made_up(scenario).rate = per_second_rate(273, 0);
  CHECK_FALSE(sustainable(scenario).min_ports);
  CHECK_FALSE(sustainable(scenario).max_delay);
  CHECK(sustainable(scenario).max_rate);
}

TEST_CASE("without TIME_WAIT on this side the delay is of no help and no harm") {
  Scenario scenario = main_case();
  close_by(scenario, Closer::server);
  CHECK(sustainable(scenario).max_delay == 300s);
  CHECK(sustainable(scenario).min_ports == 3U);
  CHECK(sustainable(scenario).max_rate == per_second_rate(331'416'666'666, 7));
  give_ports(scenario, 2);
  CHECK_FALSE(sustainable(scenario).max_delay);
}

TEST_CASE("a port that is held for no time sustains every legal rate") {
  Scenario scenario = main_case();
  close_by(scenario, Closer::reset);
  scenario.lifetime = Distribution::constant(0s);
  scenario.rtt = Distribution::constant(0s);
  const Sustainable found = sustainable(scenario);
  CHECK(found.max_rate == per_second_rate(1'000'000'000, 0));
  CHECK(found.max_delay == 300s);
  CHECK(found.min_ports == 1U);
}

TEST_CASE("a window shorter than the hold sustains the pool within it") {
  Scenario scenario = main_case();
  scenario.duration = 100s;
  // Attempt 3977 (from 0) falls on the end of the window, which is not part of it.
  CHECK(sustainable(scenario).max_rate == per_second_rate(3977, 2));
  CHECK(sustainable(scenario).min_ports == 2000U);
}

TEST_CASE("a failure within the warm-up counts") {
  Scenario scenario = main_case();
  scenario.warm_up = 300s;
  scenario.duration = 400s;
  CHECK(failures(scenario) == 0);
  CHECK(sustainable(scenario).max_delay == 198s);
}

TEST_CASE("retries change nothing where nothing fails") {
  Scenario scenario = main_case();
  scenario.retry = {RetryPolicy::Kind::fixed, 1s, 3};
  CHECK(sustainable(scenario).max_rate == per_second_rate(165'625'520'573, 10));
}

TEST_CASE("of a random load nothing is sustainable for certain") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = PoissonArrivals{};
  CHECK(finds_nothing(scenario));
  scenario = main_case();
  scenario.lifetime = {{{1.0, Exponential{100ms}}}};
  CHECK(finds_nothing(scenario));
  scenario = main_case();
  scenario.closers[static_cast<std::size_t>(Closer::server)] = 1;
  CHECK(finds_nothing(scenario));
  scenario = main_case();
  scenario.loss = 0.01;
  CHECK(finds_nothing(scenario));
}

TEST_CASE("a random duration that no connection comes to is of no matter") {
  Scenario scenario = main_case();
  scenario.client_close_delay = {{{1.0, Exponential{100ms}}}};
  CHECK(sustainable(scenario).max_delay == 198s);
}

TEST_CASE("an on-off load has sustainable values, and they fail nothing") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = OnOffArrivals{60s, 60s};
  made_up(scenario).rate = per_second_rate(40, 0);
  const Sustainable found = sustainable(scenario);
  // The hold of 240.12 s spans two cycles; at its height it holds what two ON and 0.12 s bring: 4805.
  CHECK(found.min_ports == 4805U);
  REQUIRE(found.max_delay);
  REQUIRE(found.max_rate);
  scenario.time_wait = *found.max_delay;
  CHECK(failures(scenario) == 0);
  scenario.time_wait += 1s;
  CHECK(failures(scenario) > 0);
  scenario.time_wait = 240s;
  made_up(scenario).rate = *found.max_rate;
  CHECK(failures(scenario) == 0);
  made_up(scenario).rate.mantissa += 1;
  CHECK(failures(scenario) > 0);
}

// Small scenarios with a tiny pool, so that each value and its neighbour can be run in full.
Scenario random_scenario(std::mt19937_64& generator) {
  const auto any = [&](int low, int high) {
    return low + static_cast<int>(generator() % static_cast<std::uint64_t>(high - low + 1));
  };
  Scenario scenario = main_case();
  GeneratedLoad& load = made_up(scenario);
  load.rate.mantissa = static_cast<std::uint64_t>(any(1, 400));
  load.rate.decimals = static_cast<std::uint8_t>(any(2, 3));
  const int kind = any(0, 2);
  if (kind == 1) {
    load.arrivals = BatchArrivals{static_cast<std::uint64_t>(any(1, 4))};
  } else if (kind == 2) {
    load.arrivals = OnOffArrivals{std::chrono::seconds(any(1, 60)), std::chrono::seconds(any(0, 60))};
  }
  load.requests_per_connection = static_cast<std::uint32_t>(any(1, 2));
  close_by(scenario, static_cast<Closer>(any(0, 4)));
  scenario.time_wait = std::chrono::seconds(any(30, 300));
  scenario.duration = std::chrono::seconds(any(1, 1200));
  scenario.ports_in_use = static_cast<std::uint32_t>(any(0, 3));
  give_ports(scenario,
             static_cast<std::uint16_t>(scenario.ports_in_use + static_cast<std::uint32_t>(any(1, 12))));
  return scenario;
}

TEST_CASE("the largest delay and the smallest pool are exact for any load that is not random") {
  std::mt19937_64 generator(5);
  int with_delay = 0;
  int at_the_limit = 0;
  for (int i = 0; i < 200; ++i) {
    const Scenario scenario = random_scenario(generator);
    const Sustainable found = sustainable(scenario);
    INFO("case " << i);
    Scenario other = scenario;
    other.time_wait = found.max_delay.value_or(30s);
    REQUIRE((failures(other) == 0) == found.max_delay.has_value());
    with_delay += found.max_delay ? 1 : 0;
    at_the_limit += found.max_delay == 300s ? 1 : 0;
    if (found.max_delay && *found.max_delay < 300s) {
      other.time_wait += 1s;
      REQUIRE(failures(other) > 0);
    }
    other = scenario;
    REQUIRE(found.min_ports);
    give_ports(other, static_cast<std::uint16_t>(*found.min_ports));
    REQUIRE(failures(other) == 0);
    if (*found.min_ports > scenario.ports_in_use + 1) {
      give_ports(other, static_cast<std::uint16_t>(*found.min_ports - 1));
      REQUIRE(failures(other) > 0);
    }
  }
  CHECK(with_delay > 50);
  CHECK(with_delay - at_the_limit > 10);
}

TEST_CASE("the largest rate fails nothing, and one that is larger in the twelfth digit does") {
  std::mt19937_64 generator(6);
  int given = 0;
  for (int i = 0; i < 120; ++i) {
    Scenario scenario = random_scenario(generator);
    const Sustainable found = sustainable(scenario);
    INFO("case " << i);
    if (!found.max_rate) {
      made_up(scenario).rate = per_second_rate(1, 9);
      REQUIRE(failures(scenario) > 0);
      continue;
    }
    if (per_second(*found.max_rate).numerator / per_second(*found.max_rate).denominator > 30) {
      continue;  // too long to run in full
    }
    ++given;
    made_up(scenario).rate = *found.max_rate;
    REQUIRE(failures(scenario) == 0);
    while (made_up(scenario).rate.mantissa < 100'000'000'000 && made_up(scenario).rate.decimals < 18) {
      made_up(scenario).rate.mantissa *= 10;
      made_up(scenario).rate.decimals += 1;
    }
    made_up(scenario).rate.mantissa += 1;
    REQUIRE(failures(scenario) > 0);
  }
  CHECK(given > 50);
}

Scenario recorded(std::vector<RecordedConnection> rows) {
  Scenario scenario = main_case();
  scenario.load = RecordedLoad{{{.path = "rows.csv"}},
                               std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
  return scenario;
}

RecordedConnection row(Duration start) {
  RecordedConnection connection;
  connection.start = TimePoint(start);
  return connection;
}

TEST_CASE("a recorded load has a largest delay and a smallest pool, but no rate") {
  std::vector<RecordedConnection> rows;
  for (int i = 0; i < 10; ++i) {
    rows.push_back(row(std::chrono::seconds(50 * i)));
  }
  Scenario scenario = recorded(rows);
  give_ports(scenario, 3);
  scenario.ports_in_use = 1;
  const Sustainable found = sustainable(scenario);
  CHECK_FALSE(found.max_rate);
  CHECK(found.max_delay == 99s);      // two ports: a hold of at most 100 s
  CHECK(found.min_ports == 5U + 1U);  // 240.12 s spans five rows
}

TEST_CASE("a recorded connection that is held for no time needs a port of its own for that instant") {
  std::vector<RecordedConnection> rows{row(0s), row(0s), row(0s)};
  rows.back().closer = Closer::refused;
  Scenario scenario = recorded(rows);
  scenario.rtt = Distribution::constant(0s);
  CHECK(sustainable(scenario).min_ports == 3U);
}

TEST_CASE("a recorded load is random where its rows leave something to chance") {
  std::vector<RecordedConnection> rows{row(0s), row(1s)};
  Scenario scenario = recorded(rows);
  scenario.lifetime = {{{1.0, Exponential{1s}}}};
  CHECK(finds_nothing(scenario));
  for (RecordedConnection& each : rows) {
    each.lifetime = 2s;
  }
  scenario.load = recorded(rows).load;
  CHECK(sustainable(scenario).min_ports == 2U);
  scenario.closers[static_cast<std::size_t>(Closer::server)] = 1;
  CHECK(finds_nothing(scenario));
  for (RecordedConnection& each : rows) {
    each.closer = Closer::reset;
  }
  scenario.load = recorded(rows).load;
  CHECK(sustainable(scenario).min_ports == 2U);
}

TEST_CASE("a single recorded connection needs one port, even for no time at all") {
  std::vector<RecordedConnection> rows{row(0s)};
  CHECK(sustainable(recorded(rows)).max_delay == 300s);
  CHECK(sustainable(recorded(rows)).min_ports == 1U);
  rows.front().closer = Closer::refused;
  Scenario scenario = recorded(rows);
  scenario.rtt = Distribution::constant(0s);
  CHECK(sustainable(scenario).min_ports == 1U);
}

// True when a run with the values of `found` fails nothing, and one with a tenth of a percent more load or
// less pool does.
bool is_close(const Scenario& scenario, const Sustainable& found) {
  const std::uint64_t mantissa = found.max_rate->mantissa;
  Scenario rate = scenario;
  made_up(rate).rate = *found.max_rate;
  Scenario higher = rate;
  made_up(higher).rate.mantissa = mantissa + mantissa / 1000;
  Scenario ports = scenario;
  give_ports(ports, static_cast<std::uint16_t>(*found.min_ports));
  Scenario fewer = scenario;
  give_ports(fewer, static_cast<std::uint16_t>(*found.min_ports - *found.min_ports / 1000 - 1));
  return failures(rate) == 0 && failures(higher) > 0 && failures(ports) == 0 && failures(fewer) > 0;
}

TEST_CASE("on a timer wheel the load that just does is found by runs") {
  Scenario scenario = main_case();
  scenario.stack.timer_hz = 250;
  scenario.timer_offset = 1188ms;
  const Sustainable found = sustainable(scenario);
  REQUIRE(found.max_rate);
  REQUIRE(found.min_ports);
  CHECK(is_close(scenario, found));
  CHECK(found.max_delay == 182s);  // its end lies up to 16.384 s later
}

TEST_CASE("where TIME_WAIT is reused the load that just does is found by runs") {
  Scenario scenario = main_case();
  scenario.duration = 2min;
  give_ports(scenario, 400);
  scenario.stack.time_wait_reuse = TimeWaitReuse{.age = 1s};
  const Sustainable found = sustainable(scenario);
  REQUIRE(found.max_rate);
  CHECK(is_close(scenario, found));
  CHECK(found.max_delay == 300s);
}

}  // namespace
}  // namespace portsim
