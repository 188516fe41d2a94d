// Replays the connect() calls of a real Linux kernel (data/kernel/ORIGIN.md) and compares what failed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "portsim/simulate.hpp"
#include "scenario/settings.hpp"
#include "trace/csv_cells.hpp"
#include "trace/csv_log.hpp"
#include "trace/line_reader.hpp"

using namespace portsim;

namespace {

const std::string kData = std::string(PORTSIM_VALIDATION_DATA) + "/kernel/";

using Row = std::map<std::string, std::string>;

std::vector<Row> measured_rows() {
  LineReader reader(kData + "rows.csv");
  std::vector<std::string> names;
  std::vector<std::string> cells;
  std::vector<Row> rows;
  while (reader.next()) {
    REQUIRE(split_csv_line(reader.line(), cells));
    if (names.empty()) {
      names = cells;
      continue;
    }
    REQUIRE(cells.size() == names.size());
    rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) {
      rows.back()[names[i]] = cells[i];
    }
  }
  REQUIRE(reader.error().empty());
  return rows;
}

std::uint64_t count(const Row& row, const std::string& column) {
  return std::strtoull(row.at(column).c_str(), nullptr, 10);
}

/// The kernel's load, pool and delay in a simulation whose TIME_WAIT ends after exactly 60 s. The window ends
/// behind the last attempt.
Result replay(const Row& row) {
  auto load = read_csv_log(kData + row.at("run_id") + ".csv.gz");
  REQUIRE(std::holds_alternative<RecordedLoad>(load));
  const std::vector<Setting> settings{
      {"profile", "nt4", ""},
      {"delay", "60", ""},
      {"rtt", "0", ""},
      {"ports", row.at("first_port") + "-" + row.at("last_port"), ""},
  };
  const auto scenario = build_scenario({settings}, std::get<RecordedLoad>(std::move(load)));
  if (const auto* faults = std::get_if<std::vector<Fault>>(&scenario)) {
    FAIL(row.at("run_id") << ": " << faults->front().what);
  }
  Result result = simulate(std::get<ValidScenario>(scenario));
  REQUIRE(result.capacity == count(row, "pool_size"));
  REQUIRE(result.attempts == count(row, "attempts"));
  return result;
}

std::vector<Row> rows_where(bool is_overloaded) {
  std::vector<Row> rows = measured_rows();
  std::erase_if(rows, [&](const Row& row) {
    const double load = std::strtod(row.at("load").c_str(), nullptr);
    REQUIRE((load <= 0.96 || load >= 1.1));
    return (load >= 1.1) != is_overloaded;
  });
  return rows;
}

}  // namespace

TEST_CASE("nothing fails where a real kernel had no failure at a load of at most 0.96") {
  const std::vector<Row> rows = rows_where(false);
  for (const Row& row : rows) {
    INFO(row.at("run_id"));
    REQUIRE(count(row, "failures_total") == 0);
    const Result result = replay(row);
    CHECK(result.failed == 0);
    CHECK(result.connected == result.attempts);
    CHECK_FALSE(result.first_failure);
  }
  std::cout << "kernel runs without a failure: " << rows.size() << '\n';
  CHECK(rows.size() == 14);
}

TEST_CASE("the first failing attempt is within one of a real kernel's at a load of at least 1.1") {
  const std::vector<Row> rows = rows_where(true);
  std::size_t same = 0;
  for (const Row& row : rows) {
    INFO(row.at("run_id"));
    const std::uint64_t measured = count(row, "first_failing_attempt");
    REQUIRE(measured == count(row, "connections_before_first_failure") + 1);
    const Result result = replay(row);
    REQUIRE(result.first_failure);
    const std::uint64_t simulated = result.first_failure->attempt;
    CHECK(std::max(simulated, measured) - std::min(simulated, measured) <= 1);
    same += simulated == measured ? 1U : 0U;
  }
  std::cout << "kernel runs with failures: " << rows.size() << ", the same first failing attempt in " << same
            << '\n';
  CHECK(rows.size() == 18);
}
