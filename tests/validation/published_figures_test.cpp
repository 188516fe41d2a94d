// Figures that makers of stacks and other authors published, each from a pool, a delay and a rate alone
// (data/published-figures.csv, with sources). Without lifetime and RTT a port is held for the TIME_WAIT
// delay.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/advice.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"
#include "stacks/stacks.hpp"
#include "trace/csv_cells.hpp"
#include "trace/line_reader.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

using Row = std::map<std::string, std::string>;

std::vector<Row> published_rows() {
  LineReader reader(std::string(PORTSIM_VALIDATION_DATA) + "/published-figures.csv");
  std::vector<std::string> names;
  std::vector<std::string> cells;
  std::vector<Row> rows;
  while (reader.next()) {
    if (reader.line().starts_with('#')) {
      continue;
    }
    REQUIRE(split_csv_line(reader.line(), cells));
    if (names.empty()) {
      names = cells;
      continue;
    }
    REQUIRE(cells.size() == names.size());
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) {
      row[names[i]] = cells[i];
    }
  }
  REQUIRE(reader.error().empty());
  return rows;
}

std::uint64_t whole(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 10); }

// The rows of one quantity. An empty pool column: no pool limits it.
std::vector<Row> rows_about(const std::string& quantity) {
  std::vector<Row> rows = published_rows();
  std::erase_if(rows, [&](const Row& row) { return row.at("quantity") != quantity; });
  REQUIRE_FALSE(rows.empty());
  return rows;
}

// The pool and the delay of a row on a stack without limits, under `rate` connections a second.
Scenario scenario_of(const Row& row, std::uint64_t rate) {
  Scenario scenario = main_case();
  scenario.stack.name = row.at("stack");
  scenario.time_wait = std::chrono::seconds(whole(row.at("time_wait_s")));
  scenario.stack.time_wait = scenario.time_wait;
  scenario.stack.time_wait_limits = {0s, kLongestDelay, 1s};
  if (!row.at("ports").empty()) {
    give_ports(scenario, static_cast<std::uint16_t>(whole(row.at("ports"))));
  }
  scenario.stack.ports = scenario.ports;
  scenario.lifetime = Distribution::constant(0s);
  scenario.rtt = Distribution::constant(0s);
  made_up(scenario).rate = {rate, 0, RateUnit::per_second};
  return scenario;
}

// The same on Linux, whose timers' grid begins at `offset`, for a few delays.
Scenario on_linux(const Row& row, std::uint64_t rate, Duration offset) {
  Scenario scenario = scenario_of(row, rate);
  scenario.stack = *find_stack("linux");
  scenario.scope = scenario.stack.scope;
  scenario.selection = scenario.stack.selection;
  scenario.timer_offset = offset;
  scenario.duration = 4 * scenario.time_wait;
  return scenario;
}

// True when `value`, cut or rounded to the digits of the published text, is what was published.
bool equals_in_published_digits(double value, const std::string& published) {
  const auto point = published.find('.');
  const auto digits = point == std::string::npos ? 0 : published.size() - point - 1;
  const double scale = std::pow(10.0, static_cast<double>(digits));
  const double expected = std::round(std::strtod(published.c_str(), nullptr) * scale);
  return std::floor(value * scale) == expected || std::round(value * scale) == expected;
}

TEST_CASE("every published figure is of a quantity that is compared here") {
  const std::set<std::string> compared{"first_failing_simultaneous", "max_rate_per_s",
                                       "connections_per_window", "ports_free_at_60s", "time_wait_steady"};
  const std::vector<Row> rows = published_rows();
  CHECK(rows.size() == 14);
  for (const Row& row : rows) {
    INFO(row.at("id"));
    CHECK(compared.count(row.at("quantity")) == 1);
    CHECK_FALSE(row.at("source").empty());
  }
}

TEST_CASE("published largest rates are those that a run sustains") {
  for (const Row& row : rows_about("max_rate_per_s")) {
    INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
    const auto rate = find_sustainable(valid(scenario_of(row, 1))).max_rate;
    REQUIRE(rate);
    const double per_s = static_cast<double>(rate->mantissa) / std::pow(10.0, rate->decimals);
    const std::string& published = row.at("published");
    INFO(per_s << " per second, published " << published);
    if (row.at("tolerance") == "2%") {
      CHECK(per_s == Approx(std::strtod(published.c_str(), nullptr)).epsilon(0.02));
    } else {
      REQUIRE(row.at("tolerance") == "rounding");
      CHECK(equals_in_published_digits(per_s, published));
    }
  }
}

TEST_CASE("the attempt that fails first would be one of the published number of simultaneous ones") {
  for (const Row& row : rows_about("first_failing_simultaneous")) {
    INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
    const Result result = simulate(valid(scenario_of(row, 100)));
    REQUIRE(result.first_failure);
    REQUIRE(result.first_failure->time.time_since_epoch() < scenario_of(row, 100).time_wait);
    const std::string& published = row.at("published");
    const auto dots = published.find("..");
    REQUIRE(dots != std::string::npos);
    CHECK(result.first_failure->attempt >= whole(published));
    CHECK(result.first_failure->attempt <= whole(published.substr(dots + 2)));
  }
}

TEST_CASE("within one delay an overload makes the published number of connections") {
  for (const Row& row : rows_about("connections_per_window")) {
    INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
    Scenario scenario = scenario_of(row, 100);
    scenario.duration = scenario.time_wait;
    const Result result = simulate(valid(scenario));
    CHECK(result.exhausted());
    CHECK(result.connected == whole(row.at("published")));
  }
}

TEST_CASE("the ports that are left fall to the published number, and stay there") {
  for (const Row& row : rows_about("ports_free_at_60s")) {
    INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
    const std::uint64_t rate = whole(row.at("rate_per_s"));
    Scenario scenario = scenario_of(row, rate);
    for (const std::uint64_t second : {1U, 30U, 59U, 60U, 61U, 120U}) {
      scenario.duration = std::chrono::seconds(second);
      const Result result = simulate(valid(scenario));
      const std::uint64_t free = result.capacity - result.ports_in_use.at_end;
      const std::uint64_t taken = std::min(rate * second, result.capacity - whole(row.at("published")));
      REQUIRE(free == result.capacity - taken);
      REQUIRE_FALSE(result.exhausted());
    }
  }
}

// Rows 10, 12 and 14 are textbook figures for exactly 60 s. On a Linux kernel's wheel (HZ 250) a port is free
// at the first tick of 2.048 s after that.
TEST_CASE("on the timer wheel of Linux the largest whole rates are 455 and 483 per second") {
  const std::map<std::string, std::uint64_t> largest{{"10", 455}, {"12", 483}};
  for (const Row& row : rows_about("max_rate_per_s")) {
    if (largest.contains(row.at("id"))) {
      INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
      const std::uint64_t rate = largest.at(row.at("id"));
      CHECK(rate < whole(row.at("published")));
      for (const Duration offset : {0ms, 700ms, 1500ms}) {
        CHECK_FALSE(simulate(valid(on_linux(row, rate, offset))).exhausted());
        CHECK(simulate(valid(on_linux(row, rate + 1, offset))).exhausted());
      }
    }
  }
}

TEST_CASE("on the timer wheel of Linux the ports that would just do for ever run out at 60 s") {
  for (const Row& row : rows_about("ports_free_at_60s")) {
    INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
    const Result result = simulate(valid(on_linux(row, whole(row.at("rate_per_s")), 1000ms)));
    REQUIRE(result.first_failure);
    CHECK(result.first_failure->time == TimePoint{60s});
    CHECK(result.first_failure->attempt == whole(row.at("ports")) + 1);
  }
}

// More ports than one address has: what Little's law says, which the run confirms a hundredfold smaller.
TEST_CASE("the connections in TIME_WAIT reach the published number") {
  for (const Row& row : rows_about("time_wait_steady")) {
    INFO(row.at("id") << ": " << row.at("stack") << ", " << row.at("source"));
    const std::uint64_t published = whole(row.at("published"));
    const std::uint64_t rate = whole(row.at("rate_per_s"));
    CHECK(closed_forms(valid(scenario_of(row, rate))).offered_load == static_cast<double>(published));
    Scenario scenario = scenario_of(row, rate / 100);
    give_ports(scenario, 30'000);
    scenario.duration = 3 * scenario.time_wait;
    const Result result = simulate(valid(scenario));
    const auto& time_wait = result.states[client_index(TcpState::time_wait)];
    CHECK(time_wait.gauge.at_end == published / 100);
    CHECK(time_wait.gauge.peak == published / 100);
  }
}

}  // namespace
}  // namespace portsim
