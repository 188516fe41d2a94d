#include "engine/agenda.hpp"

#include <random>
#include <vector>

#include "catch.hpp"

using namespace portsim;

namespace {

TimePoint at(std::int64_t nanoseconds) { return TimePoint{Duration{nanoseconds}}; }

}  // namespace

TEST_CASE("a delay line gives events back by time, then by caller, in whatever order they came") {
  std::mt19937_64 random(1);
  for (const std::uint64_t spread : {1U, 3U, 1000U}) {
    DelayLine line;
    std::vector<Due> expected;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      // The base rises, so that most events go through the ring and some through the heap.
      const Due due{.time = at(static_cast<std::int64_t>(i / 2 + random() % spread)),
                    .caller = random() % 50};
      line.push(due);
      expected.push_back(due);
    }
    std::stable_sort(expected.begin(), expected.end());
    for (const Due& due : expected) {
      REQUIRE_FALSE(line.empty());
      REQUIRE(line.next_time() == due.time);
      const Due popped = line.pop();
      REQUIRE(popped.time == due.time);
      REQUIRE(popped.caller == due.caller);
    }
    CHECK(line.empty());
    CHECK(line.next_time() == DelayLine::kEmpty);
  }
}

TEST_CASE("an agenda merges its lines by time, then by caller") {
  Agenda agenda;
  CHECK(agenda.next_time() == DelayLine::kEmpty);
  agenda.push(0, {.time = at(5), .caller = 9, .slot = 1});
  agenda.push(7, {.time = at(5), .caller = 2, .slot = 2});
  agenda.push(3, {.time = at(4), .caller = 30, .slot = 3});
  agenda.check_balance(3);
  CHECK(agenda.pop().slot == 3);
  CHECK(agenda.pop().slot == 2);
  CHECK(agenda.pop().slot == 1);
  CHECK(agenda.next_time() == DelayLine::kEmpty);
  agenda.check_balance(0);
}
