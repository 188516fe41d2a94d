#include "engine/census.hpp"

#include "catch.hpp"
#include "engine/outages.hpp"
#include "engine/timeline.hpp"

using namespace portsim;

namespace {

TimePoint at(std::int64_t nanoseconds) { return TimePoint{Duration{nanoseconds}}; }

}  // namespace

TEST_CASE("a value that is held for no time is not a peak") {
  Gauge gauge;
  gauge.increase(at(10));
  gauge.increase(at(10));
  gauge.decrease(at(10));
  gauge.settle(at(11));
  CHECK(gauge.peak() == 1);
  CHECK(gauge.area() == 1);
}

TEST_CASE("the area is the sum of value times nanoseconds") {
  Gauge gauge;
  gauge.increase(at(0));
  gauge.increase(at(100));
  gauge.decrease(at(130));
  gauge.settle(at(200));
  CHECK(gauge.area() == 100 + 2 * 30 + 70);
  CHECK(gauge.peak() == 2);
  gauge.restart();
  gauge.settle(at(210));
  CHECK(gauge.area() == 10);
  CHECK(gauge.peak() == 1);
}

TEST_CASE("an area does not overflow 64 bits") {
  Gauge gauge;
  for (int i = 0; i < 100; ++i) {
    gauge.increase(at(0));
  }
  gauge.settle(TimePoint{kLongestDelay});
  CHECK((gauge.area() == Uint128{100} * static_cast<std::uint64_t>(kLongestDelay.count())));
}

TEST_CASE("the census counts a phase of no length as entered, and not as held") {
  Census census(std::nullopt);
  census.move(at(5), TcpState::closed, TcpState::syn_sent);
  census.move(at(5), TcpState::syn_sent, TcpState::established);
  census.settle(at(8));
  Result result;
  census.report(result);
  const StateResult& syn_sent = result.states[client_index(TcpState::syn_sent)];
  CHECK(syn_sent.entered == 1);
  CHECK(syn_sent.gauge.peak == 0);
  CHECK(result.ports_in_use.peak == 1);
  CHECK(result.ports_in_use.area == 3);
  CHECK(result.server_sessions_peak == 1);
}

TEST_CASE("Event ID 2009 is logged when sessions exceed the limit for at least a nanosecond") {
  Census census(1);
  const auto establish = [&](std::int64_t when) {
    census.move(at(when), TcpState::closed, TcpState::syn_sent);
    census.move(at(when), TcpState::syn_sent, TcpState::established);
  };
  establish(1);
  establish(2);
  census.move(at(2), TcpState::established, TcpState::closed);  // two sessions, but for no time
  establish(7);
  census.settle(at(9));
  Result result;
  census.report(result);
  CHECK(result.server_sessions_peak == 2);
  CHECK(result.event_2009 == at(7));
}

TEST_CASE("an outage starts at the first failure and ends at the next success") {
  OutageTracker outages(1);
  outages.attempt_succeeded(at(1));
  outages.attempt_failed(at(2));
  outages.attempt_failed(at(3));
  outages.attempt_succeeded(at(7));
  outages.attempt_failed(at(10));
  const OutageResult result = outages.report(at(20));
  CHECK(result.count == 2);
  CHECK(result.total == Duration{15});
  CHECK(result.longest == Duration{10});
  REQUIRE(result.list.size() == 1);
  CHECK(result.list.front().failed == 2);
  CHECK(result.list.front().end == at(7));
  CHECK_FALSE(result.list.front().open);
  CHECK(result.list_truncated);
}

TEST_CASE("an outage that is open at the end is cut there and says so") {
  OutageTracker outages(10);
  outages.attempt_failed(at(10));
  const OutageResult result = outages.report(at(20));
  REQUIRE(result.list.size() == 1);
  CHECK(result.list.front().open);
  CHECK(result.list.front().end == at(20));
}

TEST_CASE("the last step of a timeline is shorter where the step does not fit") {
  std::vector<TimelineRow> rows;
  TimelineKeeper keeper(rows);
  Timeline timeline(Duration{4}, at(0), at(10), keeper);
  StateCounts states{};
  timeline.reach(at(2), {5, states, 1, 0});  // somebody else's checkpoint
  timeline.reach(at(4), {3, states, 2, 1});
  timeline.reach(at(8), {1, states, 2, 1});
  timeline.reach(at(10), {2, states, 7, 2});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].ports_in_use_max == 5);
  CHECK(rows[0].failed == 1);
  CHECK(rows[1].attempts == 0);
  CHECK(rows[2].end == at(10));
  CHECK(rows[2].attempts == 5);
  CHECK(rows[2].ports_in_use_max == 2);
}
