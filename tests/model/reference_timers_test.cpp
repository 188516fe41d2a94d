// The judge of the engine judged: its timers against a loop over ticks, hand-computed ends and the holds that
// were measured on Linux 6.18 at 250 Hz.
#include "reference_timers.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "reference_case.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;
using reference::Timers;

Timers wheel(std::uint32_t hz, Duration offset) {
  Scenario scenario = linux_host(1, offset);
  scenario.stack.timer_hz = hz;
  return {scenario, Draws{1, 1}};
}

/// Steps through the ticks of the kernel's clock until one comes at which the timer's level is looked at.
std::int64_t end_by_stepping(std::int64_t armed, std::int64_t wait, std::int64_t offset, std::int64_t jiffy) {
  std::int64_t tick = 0;  // the last one not after `armed`
  while (offset + tick * jiffy > armed) {
    --tick;
  }
  while (offset + (tick + 1) * jiffy <= armed) {
    ++tick;
  }
  std::int64_t length = 0;  // in ticks, the nearest whole number
  while (2 * (length + 1) * jiffy - jiffy <= 2 * wait) {
    ++length;
  }
  std::int64_t level_tick = 1;
  for (std::int64_t longest = 63; length >= longest; longest *= 8) {
    level_tick *= 8;
  }
  std::int64_t end = tick + length + 1;
  while (end % level_tick != 0) {
    ++end;
  }
  return offset + end * jiffy;
}

/// How long the one connection of `scenario`, which starts at 5 s, holds its port: the shortest and the
/// longest time in ms over all places of the grid.
std::string range_of_holds(Scenario scenario) {
  std::int64_t shortest = INT64_MAX;
  std::int64_t longest = 0;
  for (auto offset = 0ms; offset < 2048ms; offset += 1ms) {
    scenario.timer_offset = offset;
    const std::int64_t hold = (releases(scenario).at(0) - Duration{5s}).count() / 1'000'000;
    shortest = std::min(shortest, hold);
    longest = std::max(longest, hold);
  }
  return std::to_string(shortest) + " to " + std::to_string(longest);
}

/// A host of which the peer never answers, with Linux's schedule for a number of retries.
Scenario silent_peer(std::uint32_t linear_timeouts, std::uint32_t retries) {
  Scenario scenario = linux_host(1);
  scenario.stack.syn_waits.assign(linear_timeouts, 1s);
  for (auto wait = 1s; wait <= 64s; wait *= 2) {
    scenario.stack.syn_waits.emplace_back(wait);
  }
  scenario.stack.syn_give_up = std::chrono::seconds{(1 << (retries + 1)) - 1};
  close_by(scenario, Closer::unreachable);
  replay(scenario, std::vector<Duration>{5s});
  return scenario;
}

/// A host that closes a connection whose peer never does.
Scenario half_closed(Duration timeout) {
  Scenario scenario = linux_host(1);
  scenario.fin_wait_2_timeout = timeout;
  scenario.stack.fin_wait_2_split = 60s;
  scenario.lifetime = Distribution::constant(0s);
  std::vector<RecordedConnection> rows{row_at(5s)};
  rows[0].peer_close_delay = kLongestDelay;
  replay(scenario, rows);
  return scenario;
}

}  // namespace

TEST_CASE("the reference's wheel ends timers at the tick that stepping through the ticks finds") {
  std::uint64_t cases = 0;
  for (const std::uint32_t hz : {1'000'000'000U, 333'333'333U, 142'857'143U}) {  // 1, 3 and 7 ns
    const std::int64_t jiffy = (1'000'000'000 + hz / 2) / hz;
    for (const std::int64_t offset : {-700, -1, 0, 1, 2, 5, 63, 511}) {
      const Timers timers = wheel(hz, Duration{offset});
      for (std::int64_t armed = 0; armed < 40; ++armed) {
        for (std::int64_t wait = 0; wait < 80; ++wait) {
          const std::int64_t waits[] = {wait, 63 * jiffy - 40 + wait, 504 * jiffy - 40 + wait,
                                        4032 * jiffy - 40 + wait};
          for (const std::int64_t each : waits) {
            const std::int64_t length = std::max<std::int64_t>(each, 0);
            ++cases;
            REQUIRE(timers.end_of(armed, length) == end_by_stepping(armed, length, offset, jiffy));
          }
        }
      }
    }
  }
  REQUIRE(cases == std::uint64_t{3} * 8 * 40 * 80 * 4);
}

TEST_CASE("the reference's timers end where a calculation by hand puts them") {
  const auto end = [](std::uint32_t hz, Duration offset, Duration armed, Duration wait) {
    return wheel(hz, offset).end_of(armed.count(), wait.count());
  };
  CHECK(end(250, 0s, 0s, 60s) == 61'440'000'000);  // 30 x 512 jiffies of 4 ms
  CHECK(end(250, 0s, 1439ms, 60s) == 61'440'000'000);
  CHECK(end(250, 0s, 1440ms, 60s) == 63'488'000'000);  // 60 s are not over before the next one
  CHECK(end(250, 1188ms, 0s, 60s) == 60'580'000'000);  // 1.188 + 29 x 2.048
  CHECK(end(250, 0s, 0s, 10s) == 10'240'000'000);
  CHECK(end(250, 0s, 0s, 1s) == 1'024'000'000);
  CHECK(end(250, 0s, 0s, 0s) == 4'000'000);
  CHECK(end(250, 0s, 0s, 248ms) == 252'000'000);  // 62 jiffies: the lowest level
  CHECK(end(250, 0s, 0s, 249'999'999ns) == 252'000'000);
  CHECK(end(250, 0s, 0s, 250ms) == 256'000'000);  // rounded up to 63
  CHECK(end(250, 1s, 0s, 4ms) == 8'000'000);      // armed before the grid begins
  CHECK(end(250, 1s, 1ns, 4ms) == 8'000'000);
  CHECK(end(1000, 0s, 0s, 60s) == 61'440'000'000);  // 15 x 4096 jiffies of 1 ms
  CHECK(end(100, 0s, 0s, 60s) == 61'440'000'000);   // 12 x 512 jiffies of 10 ms
  CHECK(end(300, 0s, 0s, 60s) == 61'439'993'856);   // 36 x 512 jiffies of 3,333,333 ns
  CHECK(Timers{}.end_of(7, 60) == 67);
}

TEST_CASE("TIME_WAIT ends on one grid for all connections, at most 2.048 s late") {
  Scenario scenario = linux_host(200, 1188ms);
  std::vector<Duration> starts;
  for (auto start = 0ms; start < 10s; start += 50ms) {
    starts.emplace_back(start);
  }
  replay(scenario, starts);
  std::set<Duration> batches;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const Duration end = releases(scenario)[i];
    const Duration time_wait = end - starts[i] - 1s;
    CHECK((time_wait > 60s && time_wait <= 62'048ms));
    CHECK(((end - 1188ms) % 2048ms == 0ns));
    batches.insert(end);
  }
  CHECK(batches.size() == 6);  // 10 s and the grid's own 2.048 s
}

TEST_CASE("the origin of the grid is drawn from the seed where the scenario names none") {
  std::set<std::int64_t> origins;
  Scenario scenario = linux_host(1);
  scenario.timer_offset.reset();
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::int64_t end =
        Timers(scenario, Draws{seed, 1}).end_of(0, Duration{60s}.count()) - Duration{60s}.count();
    REQUIRE(end > -4'000'000);  // the present jiffy counts as a whole one
    REQUIRE(end <= 2'048'000'000);
    origins.insert(end);
  }
  CHECK(origins.size() == 500);
  CHECK(*origins.begin() < 50'000'000);
  CHECK(*origins.rbegin() > 2'000'000'000);
}

TEST_CASE("a SYN without answer holds its port as long as was measured") {
  CHECK(range_of_holds(silent_peer(4, 1)) == "3049 to 3080");
  CHECK(range_of_holds(silent_peer(4, 2)) == "7113 to 7144");
  CHECK(range_of_holds(silent_peer(4, 3)) == "19337 to 19592");
  CHECK(range_of_holds(silent_peer(0, 1)) == "3017 to 3048");
  CHECK(range_of_holds(silent_peer(0, 2)) == "7049 to 7304");
  CHECK(range_of_holds(silent_peer(0, 3)) == "15241 to 15496");
}

TEST_CASE("FIN_WAIT_2 lasts tcp_fin_timeout, or twice what it is above 60 s") {
  CHECK(range_of_holds(half_closed(10s)) == "10001 to 10256");
  CHECK(range_of_holds(half_closed(60s)) == "60001 to 62048");
  CHECK(range_of_holds(half_closed(61s)) == "2025 to 2056");
  CHECK(range_of_holds(half_closed(70s)) == "20241 to 20496");
  CHECK(range_of_holds(half_closed(90s)) == "60721 to 62768");
}

TEST_CASE("a peer's FIN at the end of the FIN_WAIT_2 timeout is late unless the timer is one exact timer") {
  struct Case {
    bool has_wheel;
    Duration timeout;
    Duration last_in_time;
  };
  // Offset 0, armed at 5 s: 10 s end at 15.104 s = 59 x 0.256 s; 70 s at 15.104 s and 10.24 s later.
  for (const Case& each : {Case{true, 10s, 10'104ms - 1ns}, Case{true, 70s, 20'344ms - 1ns},
                           Case{false, 10s, 10s}, Case{false, 70s, 20s - 1ns}}) {
    for (const Duration beyond : {0ns, 1ns}) {
      Scenario scenario = half_closed(each.timeout);
      if (!each.has_wheel) {
        scenario.stack.timer_hz.reset();
      }
      std::vector<RecordedConnection> rows{row_at(5s)};
      rows[0].peer_close_delay = each.last_in_time + beyond;
      replay(scenario, rows);
      scenario.duration = 60s;
      const Result result = reference_simulate(valid(scenario), 1000);
      INFO(each.has_wheel << " " << each.timeout.count() << " " << beyond.count());
      CHECK(result.states[client_index(TcpState::time_wait)].entered == (beyond == 0ns ? 1 : 0));
      CHECK(result.fin_wait_2_timeouts == (beyond == 0ns ? 0 : 1));
      CHECK(result.states[client_index(TcpState::fin_wait_2)].entered == 1);
    }
  }
}

TEST_CASE("lost SYNs and FINs wait on the wheel, and the repetitions of the peer's FIN do not") {
  Scenario scenario = linux_host(1);
  scenario.loss = 0.5;
  scenario.stack.syn_waits = {1s, 2s};
  scenario.stack.fin_waits = {1s, 2s};
  std::set<Duration> openings;
  std::set<Duration> peers;
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    scenario.seed = seed;
    replay(scenario, std::vector<Duration>{0s});
    const reference::Life life = reference_record(valid(scenario)).connections.at({0, 0}).life;
    openings.insert(Duration{*life.phases.at(0).ends});
    if (life.phases.size() == 5) {
      peers.insert(Duration{*life.phases[3].ends - *life.phases[2].ends});
    }
  }
  // W(0, 1 s) = 1.024 s, and 2.016 s from there; the peer repeats after 1 s.
  CHECK(openings == std::set<Duration>{0s, 1024ms, 3040ms});
  CHECK(peers == std::set<Duration>{0s, 1s});
}

}  // namespace portsim
