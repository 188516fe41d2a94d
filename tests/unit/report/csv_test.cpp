// The CSV of a run: the JSON's scalars under dotted names.
#include "report/csv.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "sample_report.hpp"

using namespace portsim;
using Cells = std::vector<std::string>;

namespace {

/// Reads the rows of `csv`, quoted cells included (RFC 4180).
std::vector<Cells> rows_of(const std::string& csv) {
  std::vector<Cells> rows(1, Cells(1));
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char letter = csv[i];
    std::string& cell = rows.back().back();
    if (quoted && letter == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
      cell += csv[++i];
    } else if (letter == '"') {
      quoted = !quoted;
    } else if (!quoted && letter == ',') {
      rows.back().emplace_back();
    } else if (!quoted && letter == '\n') {
      rows.emplace_back(1);
    } else {
      cell += letter;
    }
  }
  REQUIRE(rows.back() == Cells{""});  // the last line is ended
  rows.pop_back();
  return rows;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The scalars of a JSON value with dotted names, in order; numbers as their own digits.
void flatten(const rapidjson::Value& object, const std::string& prefix, Pairs& pairs) {
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    const std::string name = prefix + member->name.GetString();
    const rapidjson::Value& value = member->value;
    if (value.IsObject()) {
      flatten(value, name + '.', pairs);
    } else if (value.IsBool()) {
      pairs.emplace_back(name, value.GetBool() ? "true" : "false");
    } else if (value.IsString()) {  // numbers too: parsed as strings
      pairs.emplace_back(name, value.GetString());
    } else if (value.IsNull()) {
      pairs.emplace_back(name, "");
    }
  }
}

Pairs json_scalars(const Report& report) {
  rapidjson::Document json;
  const std::string text = json_of(report);
  json.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.c_str());
  REQUIRE_FALSE(json.HasParseError());
  Pairs pairs;
  flatten(json, "", pairs);
  return pairs;
}

Pairs csv_scalars(const Report& report) {
  const std::vector<Cells> rows = rows_of(csv_of(report));
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[0].size() == rows[1].size());
  Pairs pairs;
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    pairs.emplace_back(rows[0][i], rows[1][i]);
  }
  return pairs;
}

}  // namespace

TEST_CASE("the columns of a run are the JSON's scalars under dotted names, in order") {
  Report report = overload_report();
  report.with_fingerprint = true;
  CHECK(csv_scalars(report) == json_scalars(report));
}

TEST_CASE("a run without failure has the same columns as one with, the cells empty") {
  const Pairs calm = csv_scalars(calm_report());
  const Pairs overload = csv_scalars(overload_report());
  REQUIRE(calm.size() == overload.size());
  for (std::size_t i = 0; i < calm.size(); ++i) {
    CHECK(calm[i].first == overload[i].first);
    if (calm[i].first.rfind("first_failure.", 0) == 0) {
      CHECK(calm[i].second.empty());
      CHECK_FALSE(overload[i].second.empty());
    }
  }
}

TEST_CASE("lists stay out of the CSV") {
  for (const auto& [name, value] : csv_scalars(overload_report())) {
    INFO(name);
    CHECK(name.find("list.") == std::string::npos);
    CHECK(name.find("advice.") == std::string::npos);
    CHECK(name.find("start_s") == std::string::npos);
  }
}

TEST_CASE("the row of a sweep is that of a run without its scenario") {
  const Report report = overload_report();
  Pairs wanted = csv_scalars(report);
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(),
                              [](const auto& pair) { return pair.first.rfind("scenario.", 0) == 0; }),
               wanted.end());
  Pairs found;
  for (const Scalar& field : scalars(report, FieldSet::without_scenario)) {
    found.emplace_back(field.name, field.value.text);
  }
  CHECK(found == wanted);
}

TEST_CASE("a cell is quoted only where RFC 4180 asks for it") {
  CHECK(csv_cell("20/s") == "20/s");
  CHECK(csv_cell("WSAENOBUFS (10055)") == "WSAENOBUFS (10055)");
  CHECK(csv_cell("uniform:1s,2s") == "\"uniform:1s,2s\"");
  CHECK(csv_cell("a \"b\"") == "\"a \"\"b\"\"\"");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
  CHECK(csv_cell("") == "");
}
