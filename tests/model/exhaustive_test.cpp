// Every small case there is, on a clock of a few nanoseconds: nothing is left to the luck of a draw.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "comparison.hpp"

namespace portsim {
namespace {

constexpr std::array kClosers{Closer::client,      Closer::server,  Closer::both,    Closer::reset,
                              Closer::unreachable, Closer::refused, Closer::shutdown};

constexpr std::array kRetries{RetryPolicy{}, RetryPolicy{RetryPolicy::Kind::fixed, Duration{1}, 3},
                              RetryPolicy{RetryPolicy::Kind::backoff, Duration{1}, 3}};

/// A host on which every phase lasts a nanosecond or a few.
Scenario small_host(std::uint16_t ports, const RetryPolicy& retry) {
  Scenario scenario;
  scenario.stack.name = "nt4";
  scenario.stack.ports = {{1024, 5000}};
  scenario.stack.time_wait_limits = {Duration{0}, kLongestDelay, Duration{1}};
  scenario.stack.time_wait_knob = "TcpTimedWaitDelay";
  scenario.stack.syn_waits = {Duration{1}, Duration{2}};
  scenario.stack.fin_waits = {Duration{1}, Duration{2}};
  scenario.stack.application_error = "WSAENOBUFS (10055)";
  scenario.ports = {{10, static_cast<std::uint16_t>(10 + ports - 1)}};
  scenario.time_wait = Duration{3};
  scenario.stack.time_wait = scenario.time_wait;
  scenario.lifetime = Distribution::constant(Duration{1});
  scenario.rtt = Distribution::constant(Duration{1});
  scenario.peer_close_delay = Distribution::constant(Duration{1});
  scenario.client_close_delay = Distribution::constant(Duration{1});
  scenario.closers[static_cast<std::size_t>(Closer::client)] = 1;
  scenario.retry = retry;
  scenario.session_limit = 1;
  return scenario;
}

/// Calls use(starts) for every ascending list of `length` starts out of 0 .. `instants` - 1.
void for_each_pattern(std::size_t length, std::int64_t instants,
                      const std::function<void(const std::vector<std::int64_t>&)>& use) {
  std::vector<std::int64_t> starts(length, 0);
  for (;;) {
    use(starts);
    std::size_t i = length;
    while (i > 0 && starts[i - 1] == instants - 1) {
      --i;
    }
    if (i == 0) {
      return;
    }
    const std::int64_t next = starts[i - 1] + 1;
    for (std::size_t j = i - 1; j < length; ++j) {
      starts[j] = next;
    }
  }
}

/// Compares engine and reference on one scenario and counts it.
void check(const Scenario& scenario, std::uint64_t& cases) {
  const ValidScenario valid = must_be_valid(scenario);
  ReferenceRun run;
  if (const auto text = disagreement(valid, 1000, Duration{2}, run)) {
    FAIL("case " << cases << "\n" << *text);
  }
  ++cases;
}

RecordedLoad recorded(const std::vector<std::int64_t>& starts,
                      const std::function<Closer(std::size_t)>& closer) {
  std::vector<RecordedConnection> rows(starts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].start = TimePoint{Duration{starts[i]}};
    rows[i].closer = closer(i);
  }
  return {{"pattern.csv"}, std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
}

}  // namespace

TEST_CASE("every closer, 1 to 4 ports, every pattern of up to 5 attempts, every retry policy") {
  std::uint64_t cases = 0;
  for (const Closer closer : kClosers) {
    for (std::uint16_t ports = 1; ports <= 4; ++ports) {
      for (const RetryPolicy& retry : kRetries) {
        Scenario scenario = small_host(ports, retry);
        scenario.duration = Duration{9};
        for (std::size_t length = 1; length <= 5; ++length) {
          for_each_pattern(length, 6, [&](const std::vector<std::int64_t>& starts) {
            scenario.load = recorded(starts, [closer](std::size_t) { return closer; });
            check(scenario, cases);
          });
        }
      }
    }
  }
  REQUIRE(cases == std::uint64_t{7} * 4 * 3 * (6 + 21 + 56 + 126 + 252));
}

TEST_CASE("every mix of closers among three attempts on 1 or 2 ports") {
  std::uint64_t cases = 0;
  for (std::uint16_t ports = 1; ports <= 2; ++ports) {
    for (const RetryPolicy& retry : kRetries) {
      Scenario scenario = small_host(ports, retry);
      scenario.duration = Duration{7};
      scenario.warm_up = Duration{1};
      scenario.fin_wait_2_timeout = Duration{0};
      for (std::size_t mix = 0; mix < std::size_t{7} * 7 * 7; ++mix) {
        const std::array<Closer, 3> closers{kClosers[mix % 7], kClosers[mix / 7 % 7], kClosers[mix / 49]};
        for_each_pattern(3, 4, [&](const std::vector<std::int64_t>& starts) {
          scenario.load = recorded(starts, [&closers](std::size_t i) { return closers[i]; });
          check(scenario, cases);
        });
      }
    }
  }
  REQUIRE(cases == std::uint64_t{2} * 3 * 7 * 7 * 7 * 20);
}

TEST_CASE("every way to ask for local ports among four attempts on 2 ports") {
  std::uint64_t cases = 0;
  for (const RetryPolicy& retry : kRetries) {
    Scenario scenario = small_host(2, retry);
    scenario.duration = Duration{8};
    for (std::size_t ports = 0; ports < std::size_t{3} * 3 * 3 * 3; ++ports) {
      for_each_pattern(4, 4, [&](const std::vector<std::int64_t>& starts) {
        std::vector<RecordedConnection> rows(starts.size());
        std::size_t rest = ports;
        for (std::size_t i = 0; i < rows.size(); ++i, rest /= 3) {
          constexpr std::array<std::uint16_t, 4> kAsked{0, 10, 11,
                                                        12};  // the stack's choice, two free, one not
          rows[i].start = TimePoint{Duration{starts[i]}};
          rows[i].closer = i % 2 == 0 ? Closer::reset : Closer::client;
          rows[i].local_port = kAsked[rest % 3];
        }
        scenario.load = RecordedLoad{
            {"ports.csv"}, std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
        check(scenario, cases);
      });
    }
  }
  REQUIRE(cases == std::uint64_t{3} * 81 * 35);
}

TEST_CASE("every phase length from 0 to 2 ns for every closer, and every timeout beside it") {
  std::uint64_t cases = 0;
  for (const Closer closer : kClosers) {
    for (int lengths = 0; lengths < 3 * 3 * 3 * 3; ++lengths) {
      for (int timeouts = 0; timeouts < 4 * 4; ++timeouts) {
        Scenario scenario = small_host(2, kRetries[1]);
        scenario.rtt = Distribution::constant(Duration{lengths % 3});
        scenario.lifetime = Distribution::constant(Duration{lengths / 3 % 3});
        scenario.peer_close_delay = Distribution::constant(Duration{lengths / 9 % 3});
        scenario.client_close_delay = scenario.peer_close_delay;
        scenario.time_wait = Duration{lengths / 27};
        scenario.stack.time_wait = scenario.time_wait;
        if (timeouts % 4 > 0) {
          scenario.connect_timeout = Duration{timeouts % 4};
        }
        if (timeouts / 4 > 0) {
          scenario.fin_wait_2_timeout = Duration{timeouts / 4 - 1};
        }
        scenario.duration = Duration{10};
        scenario.load = recorded({0, 0, 0, 1, 2, 4, 4, 5}, [closer](std::size_t) { return closer; });
        check(scenario, cases);
      }
    }
  }
  REQUIRE(cases == std::uint64_t{7} * 81 * 16);
}

TEST_CASE("every small made-up load: deterministic, batches, on and off, windows of 1 to 10 ns") {
  std::uint64_t cases = 0;
  std::vector<Arrivals> all{DeterministicArrivals{}};
  for (std::uint64_t size = 1; size <= 4; ++size) {
    all.emplace_back(BatchArrivals{size});
  }
  for (std::int64_t on = 1; on <= 4; ++on) {
    for (std::int64_t off = 0; off <= 2; ++off) {
      all.emplace_back(OnOffArrivals{Duration{on}, Duration{off}});
    }
  }
  // One connection in 1 ns, in 1.43 ns and in 2 ns.
  constexpr std::array kRates{Rate{1'000'000'000, 0, RateUnit::per_second},
                              Rate{700'000'000, 0, RateUnit::per_second},
                              Rate{500'000'000, 0, RateUnit::per_second}};
  for (const Arrivals& arrivals : all) {
    for (const Rate& rate : kRates) {
      for (std::uint32_t requests = 1; requests <= 2; ++requests) {
        for (std::uint16_t ports = 1; ports <= 3; ++ports) {
          for (std::int64_t duration = 1; duration <= 10; ++duration) {
            for (const RetryPolicy& retry : kRetries) {
              Scenario scenario = small_host(ports, retry);
              scenario.load = GeneratedLoad{rate, arrivals, requests};
              scenario.duration = Duration{duration};
              scenario.warm_up = Duration{duration / 3};
              check(scenario, cases);
            }
          }
        }
      }
    }
  }
  REQUIRE(cases == std::uint64_t{17} * 3 * 2 * 3 * 10 * 3);
}

}  // namespace portsim
