#include "report/sweep_table.hpp"

#include "catch.hpp"
#include "sample_report.hpp"

namespace portsim {
namespace {

const std::vector<SweepColumn> kColumns{{"delay_s", 3}, {"lifetime_s", 7}};

std::vector<FieldValue> values(const std::string& delay, const std::string& lifetime) {
  return {{FieldValue::Kind::number, delay}, {FieldValue::Kind::text, lifetime}};
}

/// A report with a translator, whose fields the others lack.
Report nat_report() {
  Report report = calm_report();
  report.result.nat.emplace();
  return report;
}

}  // namespace

TEST_CASE("a row of CSV holds the options that vary, then the scalars of the result without the scenario") {
  const SweepTable table(SweepForm::csv, kColumns, overload_report());
  const std::string row = table.row(values("240", "exp:1s,2"), overload_report());
  CHECK(table.head().starts_with("delay_s,lifetime_s,schema,version,capacity,exhausted,"));
  CHECK(table.head().find("scenario") == std::string::npos);
  CHECK(row.starts_with("240,\"exp:1s,2\",portsim.run/1,"));
  CHECK(row.starts_with(table.row_start(values("240", "exp:1s,2"))));
  CHECK(std::count(row.begin(), row.end(), '\n') == 1);
}

TEST_CASE("a row of JSON Lines is one object in one line, under the names of the CSV") {
  const SweepTable table(SweepForm::json_lines, kColumns, overload_report());
  const std::string row = table.row(values("240", "exp:\"1s"), overload_report());
  CHECK(table.head().empty());
  CHECK(row.starts_with(R"({"delay_s":240,"lifetime_s":"exp:\"1s","schema":"portsim.run/1",)"));
  CHECK(row.find(R"("first_failure.time_s":198.85,)") != std::string::npos);
  CHECK(row.starts_with(table.row_start(values("240", "exp:\"1s"))));
  CHECK(row.ends_with("}\n"));
  CHECK(std::count(row.begin(), row.end(), '\n') == 1);
}

TEST_CASE("where rows have different fields, each has all columns, and null where it has no value") {
  const SweepTable table(SweepForm::csv, {}, nat_report());
  const std::string head = table.head();
  const std::string row = table.row({}, calm_report());
  CHECK(head.find("nat.capacity") != std::string::npos);
  CHECK(std::count(row.begin(), row.end(), ',') == std::count(head.begin(), head.end(), ','));
  CHECK(table.columns().size() == static_cast<std::size_t>(std::count(head.begin(), head.end(), ',') + 1));
}

TEST_CASE("the rows of a table are aligned before the last one is known") {
  const SweepTable table(SweepForm::table, kColumns, overload_report());
  const std::string head = table.head();
  CHECK(table.row(values("30", "0.1"), calm_report()).size() == head.size());
  CHECK(table.row(values("240", "exp:30s"), overload_report()).size() == head.size());
}

TEST_CASE("a table with colours shows the share of failures in red, and where there are none as it is") {
  const SweepTable plain(SweepForm::table, kColumns, overload_report());
  const SweepTable colored(SweepForm::table, kColumns, overload_report(), true);
  CHECK(colored.head() == plain.head());
  CHECK(colored.row(values("30", "1"), calm_report()) == plain.row(values("30", "1"), calm_report()));
  const std::string row = colored.row(values("30", "1"), overload_report());
  const std::size_t begin = row.find("\x1b[1;31m");
  REQUIRE(begin != std::string::npos);
  CHECK(row.find(" %\x1b[0m", begin) < begin + 20);
}

TEST_CASE("a row starts in a way that no other settings have") {
  for (const SweepForm form : {SweepForm::csv, SweepForm::json_lines}) {
    const SweepTable table(form, kColumns, overload_report());
    CHECK_FALSE(
        table.row(values("24", "1"), overload_report()).starts_with(table.row_start(values("2", "1"))));
    CHECK_FALSE(
        table.row(values("2", "10"), overload_report()).starts_with(table.row_start(values("2", "1"))));
  }
}

}  // namespace portsim
