// From options to the written report: `portsim --rate 20/s --delay 240`, whose values two independent
// calculations gave.
#include "catch.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"
#include "sample_report.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/settings.hpp"

using namespace portsim;
using Catch::Matchers::ContainsSubstring;

namespace {

Report report_of(const std::vector<Setting>& settings) {
  auto built = build_scenario({settings});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  const auto& scenario = std::get<ValidScenario>(built);
  Result result = simulate(scenario);
  Remedies remedies = find_remedies(scenario, result);
  return {"1.2.3",  describe(*scenario), describe_stack(scenario->stack), {},
          scenario, std::move(result),   closed_forms(scenario),          std::move(remedies),
          false};
}

const Report& main_job() {
  static const Report report = report_of({{"rate", "20/s", "--rate 20/s"}, {"delay", "240", "--delay 240"}});
  return report;
}

}  // namespace

TEST_CASE("the main job's JSON has the values of the contract") {
  const std::string json = json_of(main_job());
  for (const char* field :
       {"\"capacity\": 3977,",
        "\"exhausted\": true,",
        "\"application_error\": \"WSAENOBUFS (10055)\",",
        "\"time_s\": 198.85,\n    \"attempt\": 3978,",
        "\"attempts\": 72000,",
        "\"connected\": 59655,",
        "\"refused\": 0,",
        "\"timed_out\": 0,",
        "\"failed\": 12345,",
        "\"failure_ratio\": 0.17145833333333332,",
        "\"count\": 15,",
        "\"total_s\": 617.25,",
        "\"longest_s\": 41.3,",
        "\"start_s\": 198.85,\n        \"end_s\": 240.15,\n        \"failed\": 826",
        "\"list_truncated\": false",
        "\"peak\": 3977,\n    \"mean\": 3866.7266277777776,\n    \"at_end\": 3977",
        "\"peak\": 1,\n      \"mean\": 0.16570833333333335,\n      \"at_end\": 0,\n      \"entered\": 59655",
        "\"hold_mean_s\": 240.12,",
        "\"drain_s\": 201.02,",
        "\"max_rate_per_s\": 16.5625520573,",
        "\"max_delay_s\": 198,",
        "\"min_ports\": 4803\n",
        "\"offered_load\": 4802.4,",
        "\"fluid_failure_ratio\": 0.17187239713476596,",
        "\"first_failure_s\": 198.85,",
        "\"erlang_b\": null"}) {
    CHECK_THAT(json, ContainsSubstring(field));
  }
}

TEST_CASE("the main job's text answers first") {
  CHECK(first_line(main_job()) ==
        "Ports run out at 198.85 s: 17.1 % of attempts fail with WSAENOBUFS (10055).");
  CHECK_THAT(text_of(main_job()),
             ContainsSubstring("first failure       at 198.85 s, with 3,975 TIME_WAIT, 2 ESTABLISHED\n"));
}

TEST_CASE("at a delay of 30 s the same load fails nothing") {
  const Report report = report_of({{"rate", "20/s", "--rate 20/s"}, {"delay", "30", "--delay 30"}});
  CHECK_THAT(first_line(report), Catch::Matchers::StartsWith("Ports do not run out: at most 603 of 3,977"));
}

TEST_CASE("a window that ends just before the failure warns of it") {
  const Report report = report_of({{"rate", "20/s", ""}, {"delay", "240", ""}, {"duration", "198s", ""}});
  const std::vector<std::string> texts = warnings(report);
  REQUIRE(texts.size() == 2);
  CHECK_THAT(texts[0], ContainsSubstring("attempt 3,978 fails at 198.85 s"));
  CHECK_THAT(texts[1], ContainsSubstring("shorter than one hold (240.12 s)"));
}
