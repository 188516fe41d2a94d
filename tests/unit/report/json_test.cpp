// The JSON of a run: its keys, their order, its numbers digit by digit.
#include <rapidjson/document.h>

#include <chrono>
#include <string>
#include <vector>

#include "catch.hpp"
#include "report/json_writer.hpp"
#include "sample_report.hpp"

using namespace portsim;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

rapidjson::Document parsed(const std::string& json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(json.c_str());
  REQUIRE_FALSE(document.HasParseError());
  REQUIRE(document.IsObject());
  return document;
}

std::vector<std::string> keys(const rapidjson::Value& object) {
  std::vector<std::string> names;
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    names.emplace_back(member->name.GetString());
  }
  return names;
}

/// The digits after `"key": `, up to the comma or line end: what a parser to doubles would not keep.
std::string digits_of(const std::string& json, const std::string& key) {
  const std::string mark = '"' + key + "\": ";
  const std::size_t start = json.find(mark);
  REQUIRE(start != std::string::npos);
  const std::size_t first = start + mark.size();
  return json.substr(first, json.find_first_of(",\n", first) - first);
}

using Names = std::vector<std::string>;

const Names kStates{"SYN_SENT",   "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2",
                    "CLOSE_WAIT", "CLOSING",     "LAST_ACK",   "TIME_WAIT"};

}  // namespace

TEST_CASE("the keys of a run come in the order of the contract") {
  const rapidjson::Document json = parsed(json_of(overload_report()));
  CHECK(keys(json) == Names{"schema",
                            "version",
                            "scenario",
                            "capacity",
                            "exhausted",
                            "application_error",
                            "first_failure",
                            "attempts",
                            "connected",
                            "refused",
                            "timed_out",
                            "failed",
                            "failure_ratio",
                            "callers",
                            "callers_failed",
                            "outages",
                            "ports_in_use",
                            "states",
                            "hold_mean_s",
                            "early_releases",
                            "fin_wait_2_timeouts",
                            "fin_timeouts",
                            "draws_capped",
                            "search",
                            "reuse_interval_min_s",
                            "server_sessions",
                            "drain_s",
                            "sustainable",
                            "theory",
                            "advice",
                            "best_advice"});
  CHECK(keys(json["first_failure"]) == Names{"time_s", "attempt", "states"});
  CHECK(keys(json["first_failure"]["states"]) == kStates);
  CHECK(keys(json["outages"]) == Names{"count", "total_s", "longest_s", "list", "list_truncated"});
  CHECK(keys(json["outages"]["list"][0]) == Names{"start_s", "end_s", "failed"});
  CHECK(keys(json["ports_in_use"]) == Names{"peak", "mean", "at_end"});
  CHECK(keys(json["states"]) == kStates);
  CHECK(keys(json["states"]["TIME_WAIT"]) == Names{"peak", "mean", "at_end", "entered"});
  CHECK(keys(json["search"]) == Names{"mean", "max"});
  CHECK(keys(json["server_sessions"]) == Names{"peak", "limit", "event_2009_s"});
  CHECK(keys(json["sustainable"]) == Names{"max_rate_per_s", "max_delay_s", "min_ports"});
  CHECK(keys(json["theory"]) == Names{"offered_load", "fluid_failure_ratio", "first_failure_s", "erlang_b"});
  CHECK(json["advice"].IsArray());
  CHECK(json["advice"].Size() == 2);
  CHECK(std::string(json["best_advice"].GetString()) == "--ports 1024-5826");
}

TEST_CASE("the JSON of a run ends with one line end") {
  const std::string json = json_of(overload_report());
  REQUIRE(json.size() > 2);
  CHECK(json.substr(json.size() - 2) == "}\n");
}

TEST_CASE("counts are integers, times exact decimals, quotients the nearest double") {
  const std::string json = json_of(overload_report());
  CHECK(digits_of(json, "capacity") == "3977");
  CHECK(digits_of(json, "attempt") == "3978");
  CHECK(digits_of(json, "time_s") == "198.85");
  CHECK(digits_of(json, "failed") == "12345");
  CHECK(digits_of(json, "failure_ratio") == "0.17145833333333332");
  CHECK(digits_of(json, "total_s") == "617.25");
  CHECK(digits_of(json, "longest_s") == "41.3");
  CHECK(digits_of(json, "hold_mean_s") == "240.12");
  CHECK(digits_of(json, "drain_s") == "201.02");
  CHECK(digits_of(json, "max_rate_per_s") == "16.5625520573");
  CHECK(digits_of(json, "max_delay_s") == "198");
  CHECK(digits_of(json, "fluid_failure_ratio") == "0.17187239713476596");
  CHECK(digits_of(json, "offered_load") == "4802.4");
  CHECK(digits_of(json, "first_failure_s") == "198.85");
  CHECK(digits_of(json, "erlang_b") == "null");
  CHECK(digits_of(json, "reuse_interval_min_s") == "0.03");
}

TEST_CASE("numbers that no double holds keep every digit") {
  Report report = overload_report();
  report.result.attempts = 18'446'744'073'709'551'615U;
  report.result.first_failure->time = at(Duration{9'007'199'254'740'993});
  report.result.drain = Duration{1};
  report.remedies->sustainable.max_rate = Rate{999'999'999'999, 12, RateUnit::per_second};
  const std::string json = json_of(report);
  CHECK(digits_of(json, "attempts") == "18446744073709551615");
  CHECK(digits_of(json, "time_s") == "9007199.254740993");
  CHECK(digits_of(json, "drain_s") == "0.000000001");
  CHECK(digits_of(json, "max_rate_per_s") == "0.999999999999");
}

TEST_CASE("a mean hold is one exact quotient of the sum in nanoseconds") {
  Report report = overload_report();
  report.result.holds = 3;
  report.result.hold_sum_ns = Uint128{1'000'000'000};
  CHECK(digits_of(json_of(report), "hold_mean_s") == "0.3333333333333333");
}

TEST_CASE("what did not happen is null") {
  Report report = calm_report();
  report.result.hold_sum_ns.reset();
  report.result.drain.reset();
  report.remedies = Remedies{};
  const rapidjson::Document json = parsed(json_of(report));
  for (const char* key :
       {"application_error", "first_failure", "hold_mean_s", "reuse_interval_min_s", "drain_s"}) {
    INFO(key);
    CHECK(json[key].IsNull());
  }
  CHECK_FALSE(json["exhausted"].GetBool());
  CHECK(json["server_sessions"]["event_2009_s"].IsNull());
  for (const char* key : {"max_rate_per_s", "max_delay_s", "min_ports"}) {
    INFO(key);
    CHECK(json["sustainable"][key].IsNull());
  }
}

TEST_CASE("a run without attempts has failure ratio 0 and no search cost") {
  const rapidjson::Document json = parsed(json_of(empty_report()));
  CHECK(json["failure_ratio"].GetDouble() == 0);
  CHECK(json["search"]["mean"].IsNull());
  CHECK(json["search"]["max"].IsNull());
  CHECK(json["hold_mean_s"].IsNull() == true);
  CHECK(json["outages"]["list"].Empty());
}

TEST_CASE("an outage that is still open says so, and no other does") {
  Report report = overload_report();
  report.result.outages.list.push_back({at(3590s), at(1h), 200, true});
  const rapidjson::Document json = parsed(json_of(report));
  const auto& list = json["outages"]["list"];
  REQUIRE(list.Size() == 2);
  CHECK_FALSE(list[0].HasMember("open"));
  REQUIRE(list[1].HasMember("open"));
  CHECK(list[1]["open"].GetBool());
  CHECK(list[1]["end_s"].GetDouble() == 3600);
}

TEST_CASE("a stack without a session limit has a null limit") {
  Scenario scenario = main_case();
  scenario.session_limit.reset();
  CHECK(parsed(json_of(empty_report(scenario)))["server_sessions"]["limit"].IsNull());
}

TEST_CASE("the fingerprint stands between drain and sustainable, and only when asked for") {
  Report report = overload_report();
  CHECK_FALSE(parsed(json_of(report)).HasMember("fingerprint"));
  report.with_fingerprint = true;
  const rapidjson::Document json = parsed(json_of(report));
  CHECK(std::string(json["fingerprint"].GetString()) == "0123456789abcdef");
  const Names names = keys(json);
  const auto place = std::find(names.begin(), names.end(), "fingerprint");
  CHECK(*(place - 1) == "drain_s");
  CHECK(*(place + 1) == "sustainable");
}

TEST_CASE("without a search for limits neither sustainable nor advice is written") {
  Report report = overload_report();
  report.remedies.reset();
  const rapidjson::Document json = parsed(json_of(report));
  CHECK_FALSE(json.HasMember("sustainable"));
  CHECK_FALSE(json.HasMember("advice"));
}

TEST_CASE("advice tells the change as an option and by the machine's own setting, the least first") {
  const rapidjson::Document json = parsed(json_of(overload_report()));
  REQUIRE(json["advice"].Size() == 2);
  const auto& least = json["advice"][0];
  CHECK(std::string(least["subject"].GetString()) == "ports");
  CHECK(least["now"].GetInt() == 3977);
  CHECK(least["value"].GetInt() == 4803);
  CHECK(std::string(least["option"].GetString()) == "--ports 1024-5826");
  CHECK(std::string(least["settings"][0]["form"].GetString()) == "registry");
  CHECK(std::string(least["settings"][0]["name"].GetString()) == "MaxUserPort");
  CHECK(least["command"].IsNull());
  CHECK(json["advice"][1]["value"].GetInt() == 198);
}

TEST_CASE("the scenario is echoed as text under its options' names") {
  const rapidjson::Document json = parsed(json_of(overload_report()));
  CHECK(keys(json["scenario"]) == Names{"rate", "time_wait_reuse", "stack"});
  CHECK(keys(json["scenario"]["stack"]) == Names{"scope", "fin_waits_s"});
  CHECK(std::string(json["scenario"]["stack"]["fin_waits_s"].GetString()) == "[3, 6]");
  CHECK(std::string(json["scenario"]["rate"].GetString()) == "20/s");
  CHECK(std::string(json["scenario"]["time_wait_reuse"].GetString()) == "1, \"2\"");
}

TEST_CASE("text that is not UTF-8 does not make the JSON invalid") {
  CHECK(valid_utf8("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  CHECK(valid_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
  CHECK(valid_utf8("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  CHECK(valid_utf8("\xC3") == "\xEF\xBF\xBD");                                  // cut off
  CHECK(valid_utf8("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
  CHECK(valid_utf8("\xF4\x90\x80\x80").find("\xF4") == std::string::npos);      // above U+10FFFF
  Report report = overload_report();
  report.scenario_echo = {{"replay", "bad\xFFname\n"}};
  CHECK_THAT(json_of(report), ContainsSubstring("\"replay\": \"bad\xEF\xBF\xBDname\\n\""));
}
