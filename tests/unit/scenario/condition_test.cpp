#include "scenario/condition.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Condition condition(const char* text) { return std::get<Condition>(parse_condition(text)); }
Condition target(const char* text) { return std::get<Condition>(parse_target(text)); }

Result result_with(std::uint64_t failed, Duration first, Duration longest) {
  Result result;
  result.attempts = 1000;
  result.failed = failed;
  result.outages.longest = longest;
  if (failed > 0) {
    result.first_failure = FirstFailure{.time = TimePoint{first}, .attempt = 1, .states = {}};
  }
  return result;
}

TEST_CASE("a condition compares one number of a result with a limit") {
  const Result result = result_with(10, 60s, 5s);
  CHECK(holds(condition("exhausted"), result));
  CHECK(holds(condition(" failure_ratio >= 0.01 "), result));
  CHECK_FALSE(holds(condition("failure_ratio>0.01"), result));
  CHECK(holds(condition("failed<=10"), result));
  CHECK_FALSE(holds(condition("failed<10"), result));
  CHECK(holds(condition("first_failure<=1min"), result));
  CHECK(holds(condition("longest_outage>4999ms"), result));
  CHECK_FALSE(holds(condition("longest_outage>5s"), result));
}

TEST_CASE("a first failure that never came is no early one as a condition, and late enough as a target") {
  const Result calm = result_with(0, 0s, 0s);
  CHECK_FALSE(holds(condition("first_failure<1h"), calm));
  CHECK_FALSE(holds(condition("first_failure>=1h"), calm));
  CHECK(meets(target("first_failure>=1h"), calm));
  CHECK_FALSE(meets(target("first_failure>=1h"), result_with(1, 1h - 1ns, 1s)));
  CHECK(meets(target("first_failure>=1h"), result_with(1, 1h, 1s)));
}

TEST_CASE("a target asks for what is better") {
  for (const char* good : {"failed<=0", "failed<1", "failure_ratio<1e-3", "failure_ratio<=0",
                           "first_failure>1s", "longest_outage<=0s"}) {
    CAPTURE(good);
    CHECK(holds_value(parse_target(good)));
  }
  for (const char* bad : {"exhausted", "failed>=1", "failure_ratio>0.1", "first_failure<1h", "failed<0",
                          "failure_ratio<0", "longest_outage<0s", "failure_ratio", "sessions<3", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(holds_value(parse_target(bad)));
  }
}

TEST_CASE("the targets that only a run without failure meets are known") {
  for (const char* none : {"failed<=0", "failed<1", "failure_ratio<=0", "longest_outage<=0s"}) {
    CAPTURE(none);
    CHECK(asks_for_no_failure(target(none)));
  }
  for (const char* some : {"failed<=1", "failure_ratio<1e-9", "first_failure>=1h", "longest_outage<1s"}) {
    CAPTURE(some);
    CHECK_FALSE(asks_for_no_failure(target(some)));
  }
  CHECK(asks_for_no_failure(no_failure()));
}

}  // namespace
}  // namespace portsim
