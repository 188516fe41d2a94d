#include "engine/timers.hpp"

#include "catch.hpp"
#include "main_case.hpp"

using namespace portsim;
using namespace std::chrono_literals;

namespace {

Timers timers(std::optional<std::uint32_t> hz, Duration offset) {
  Scenario scenario = main_case();
  scenario.stack.timer_hz = hz;
  scenario.timer_offset = offset;
  return Timers(scenario, Draws(1, 1));
}

}  // namespace

TEST_CASE("without a wheel a timer ends on time") {
  CHECK(timers(std::nullopt, 0s).wait(TimePoint{5ns}, 60s) == Duration{60s});
  CHECK(timers(std::nullopt, 0s).grid(60s) == Duration{});
}

TEST_CASE("the grid of a timer widens with its length") {
  const Timers linux_timers = timers(250, 0s);
  CHECK(linux_timers.grid(1s) == Duration{32ms});
  CHECK(linux_timers.grid(5s) == Duration{256ms});
  CHECK(linux_timers.grid(10s) == Duration{256ms});
  CHECK(linux_timers.grid(20s) == Duration{2048ms});
  CHECK(linux_timers.grid(60s) == Duration{2048ms});
  CHECK(timers(1000, 0s).grid(60s) == Duration{4096ms});
}

TEST_CASE("a tick of 300 a second is 3333333 ns") {
  CHECK(timers(300, 0s).grid(Duration{}) == Duration{3'333'333});
}

TEST_CASE("a timer never ends before its time, and always on the grid") {
  const Duration offset = 1188ms;
  const Timers linux_timers = timers(250, offset);
  for (const Duration delay : {Duration{1s}, Duration{5s}, Duration{60s}, Duration{61s}}) {
    for (Duration now{}; now < 9s; now += 37'123'457ns) {
      const Duration wait = linux_timers.wait(TimePoint{now}, delay);
      CHECK(wait > delay - 4ms);
      CHECK(wait <= delay + linux_timers.grid(delay) + 4ms);
      CHECK((now + wait - offset) % linux_timers.grid(delay) == Duration{});
    }
  }
}

TEST_CASE("a timer that is armed before the grid's origin is rounded like any other") {
  CHECK(timers(250, 2s).wait(TimePoint{}, 60s) == timers(250, 2s + 2048ms).wait(TimePoint{2048ms}, 60s));
}

TEST_CASE("the origin is drawn within one period of the grid of TIME_WAIT") {
  Scenario scenario = main_case();
  scenario.stack.timer_hz = 250;
  scenario.time_wait = 60s;
  Duration least = Duration::max();
  Duration most{};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Duration wait = Timers(scenario, Draws(seed, 1)).wait(TimePoint{}, 60s);
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  CHECK(least >= 60s);
  CHECK(least < 60s + 100ms);
  CHECK(most > 62s - 100ms);
  CHECK(most <= 60s + 2052ms);
}
