#include "report/saved_run.hpp"

#include "catch.hpp"
#include "sample_report.hpp"

namespace portsim {
namespace {

SavedRun saved(const std::string& json) {
  auto read = read_saved_run(json);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    FAIL(*problem);
  }
  return std::get<SavedRun>(std::move(read));
}

std::string with(std::string json, const std::string& old_text, const std::string& new_text) {
  const std::size_t place = json.find(old_text);
  REQUIRE(place != std::string::npos);
  return json.replace(place, old_text.size(), new_text);
}

std::vector<std::string> texts(const std::string& was, const std::string& is, double tolerance = 0) {
  std::vector<std::string> lines;
  for (const Difference& difference : differences(saved(was), saved(is), tolerance)) {
    lines.push_back(difference_text(difference));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a result is the same as itself, in every value that it holds") {
  const std::string json = json_of(overload_report());
  CHECK(differences(saved(json), saved(json), 0).empty());
  CHECK(saved(json).find("failed")->text == "12345");
  CHECK(saved(json).find("first_failure.states.TIME_WAIT")->text == "3975");
  CHECK(saved(json).holds("first_failure"));
  CHECK_FALSE(saved(json).holds("first"));
  CHECK(saved(json).listed_outages() == overload_report().result.outages.list.size());
}

TEST_CASE("a saved result gives back its scenario as options") {
  Report report = empty_report();
  report.scenario_echo = {{"rate", "20/s"}, {"ports-in-use", "3"}};
  report.stack_echo = {{"ports", "1024-5000"}};
  const SavedRun run = saved(json_of(report));
  CHECK(run.scenario ==
        std::vector<std::pair<std::string, std::string>>{{"rate", "20/s"}, {"ports_in_use", "3"}});
  CHECK(run.stack == report.stack_echo);
}

TEST_CASE("a difference says what was, what is, and by how much") {
  const std::string json = json_of(overload_report());
  CHECK(texts(with(json, "\"failed\": 12345", "\"failed\": 12000"), json) ==
        Lines{"failed: was 12000, is 12345 (+345, +2.88 %)"});
  CHECK(texts(with(json, "\"failed\": 12345", "\"failed\": 0"), json) ==
        Lines{"failed: was 0, is 12345 (+12345)"});
  CHECK(texts(json, with(json, "\"exhausted\": true", "\"exhausted\": false")) ==
        Lines{"exhausted: was true, is false"});
}

TEST_CASE("a number may differ by the tolerance, a text may not") {
  const std::string json = json_of(overload_report());
  const std::string more = with(json, "\"failed\": 12345", "\"failed\": 12357");
  CHECK(texts(json, more, 0.001).empty());
  CHECK(texts(json, more, 0.0009).size() == 1);
  CHECK(texts(json, with(json, "WSAENOBUFS", "EADDRNOTAVAIL"), 0.9).size() == 1);
}

TEST_CASE("without a tolerance every digit counts, those too that a double could not hold") {
  const std::string json = json_of(overload_report());
  const std::string large = with(json, "\"attempts\": 72000", "\"attempts\": 9007199254740993");
  const std::string near = with(json, "\"attempts\": 72000", "\"attempts\": 9007199254740992");
  CHECK(texts(large, near).size() == 1);
  CHECK(texts(large, near, 1e-15).empty());
}

TEST_CASE("what came and what went is a difference, but not a field that an older result did not know") {
  const std::string calm = json_of(calm_report());
  const std::string overload = json_of(overload_report());
  const Lines now_fails = texts(calm, overload);
  CHECK(std::find(now_fails.begin(), now_fails.end(), "first_failure: was null, is present") !=
        now_fails.end());
  CHECK(std::find(now_fails.begin(), now_fails.end(), "outages.list.0.start_s: was missing, is 198.85") !=
        now_fails.end());
  CHECK(texts(overload, with(overload, "\"failed\": 12345,", "")) == Lines{"failed: was 12345, is missing"});
  CHECK(texts(with(overload, "\"failed\": 12345,", ""), overload).empty());
}

TEST_CASE("the version of portsim is not compared") {
  Report report = overload_report();
  report.version = "0.0.1";
  CHECK(texts(json_of(report), json_of(overload_report())).empty());
}

TEST_CASE("what is no result says why") {
  const auto problem = [](const std::string& text) {
    const auto read = read_saved_run(text);
    const auto* found = std::get_if<std::string>(&read);
    return found == nullptr ? "none" : *found;
  };
  CHECK(problem("") == "is not JSON: line 1: The document is empty.");
  CHECK(problem("{\n\"schema\": }") == "is not JSON: line 2: Invalid value.");
  CHECK(problem("[]") == "is no result of portsim: it has no schema");
  CHECK(problem("{\"schema\": 1.5}") == "has the schema 1.5, and not portsim.run/1");
  CHECK(problem("{\"schema\": \"portsim.profiles/1\"}") ==
        "has the schema portsim.profiles/1, and not portsim.run/1");
  CHECK(problem("{\"schema\": \"portsim.run/1\"}") == "holds no scenario that could be run again");
}

}  // namespace portsim
