// Every small case there is, on a clock of a few nanoseconds: nothing is left to the luck of a draw.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "small_case.hpp"

namespace portsim {
namespace {

constexpr std::array kClosers{Closer::client,      Closer::server,  Closer::both,    Closer::reset,
                              Closer::unreachable, Closer::refused, Closer::shutdown};

constexpr std::array kRetries{RetryPolicy{}, RetryPolicy{RetryPolicy::Kind::fixed, Duration{1}, 3},
                              RetryPolicy{RetryPolicy::Kind::backoff, Duration{1}, 3}};

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
        scenario.load =
            RecordedLoad{{{.path = "ports.csv"}},
                         std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
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

TEST_CASE("every selection, scope and way to bind, 1 to 5 ports, with and without a gap in them") {
  struct Addresses {
    std::uint32_t sources;
    std::uint32_t destinations;
    std::optional<double> skew;
  };
  const std::array<Addresses, 4> addresses{{{1, 1, {}}, {2, 1, {}}, {2, 2, {}}, {1, 3, 0.5}}};
  std::uint64_t cases = 0;
  for (int selection = 0; selection < 9; ++selection) {
    for (int scope_and_bind = 0; scope_and_bind < 3 * 3; ++scope_and_bind) {
      for (std::uint16_t ports = 1; ports <= 5; ++ports) {
        for (int gap = 0; gap < 2; ++gap) {
          for (const Addresses& those : addresses) {
            for (std::uint64_t seed = 1; seed <= 4; ++seed) {
              Scenario scenario =
                  small_host(static_cast<std::uint16_t>(ports + gap), kRetries[seed % kRetries.size()]);
              if (gap == 1) {
                const auto reserved = static_cast<std::uint16_t>(10 + ports / 2);
                scenario.reserved_ports = {{reserved, reserved}};
              }
              scenario.selection = static_cast<Selection>(selection);
              scenario.scope = static_cast<Scope>(scope_and_bind % 3);
              scenario.bind = static_cast<BindMode>(scope_and_bind / 3);
              scenario.source_addresses = those.sources;
              scenario.destinations = those.destinations;
              scenario.destination_skew = those.skew;
              scenario.seed = seed;
              // Some leave at once and some stay until the end, so that the ports in use have holes.
              scenario.closers[static_cast<std::size_t>(Closer::reset)] = 1;
              scenario.time_wait = Duration{30};
              scenario.load = GeneratedLoad{{1'000'000'000, 0, RateUnit::per_second}, BatchArrivals{2}, 1};
              scenario.duration = Duration{24};
              check(scenario, cases);
            }
          }
        }
      }
    }
  }
  REQUIRE(cases == std::uint64_t{9} * 9 * 5 * 2 * 4 * 4);
}

TEST_CASE("four attempts from two addresses to two destinations on 2 ports, bound in every way") {
  // Each row: one of 2 sources, of 2 destinations, and of what the program does before connect().
  constexpr std::size_t kRows = 4;
  constexpr std::size_t kWays = std::size_t{2} * 2 * 3;
  std::uint64_t cases = 0;
  for (const Selection selection : {Selection::sequential, Selection::parity_first}) {
    Scenario scenario = small_host(2, kRetries[0]);
    scenario.scope = Scope::tuple;
    scenario.selection = selection;
    scenario.duration = Duration{6};
    for (std::size_t mix = 0; mix < kWays * kWays * kWays * kWays; ++mix) {
      std::vector<RecordedConnection> rows(kRows);
      std::size_t rest = mix;
      for (std::size_t i = 0; i < kRows; ++i, rest /= kWays) {
        const std::size_t way = rest % kWays;
        rows[i].start = TimePoint{Duration{i == 3 ? 2 : 0}};  // the first is gone before the last
        rows[i].closer = i == 0 ? Closer::reset : Closer::client;
        rows[i].source = static_cast<std::uint32_t>(way % 2);
        rows[i].destination = static_cast<std::uint32_t>(way / 2 % 2);
        rows[i].bind = way / 4 == 1 ? BindMode::port0 : BindMode::none;
        rows[i].local_port = way / 4 == 2 ? 10 : 0;
      }
      scenario.load = RecordedLoad{{{.path = "binds.csv"}},
                                   std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
      check(scenario, cases);
    }
  }
  REQUIRE(cases == std::uint64_t{2} * 12 * 12 * 12 * 12);
}

TEST_CASE("every selection on pools from 63 to 4,097 ports, filled until they overflow") {
  std::uint64_t cases = 0;
  for (const std::uint16_t ports : std::array<std::uint16_t, 5>{63, 64, 65, 129, 4097}) {
    for (int selection = 0; selection < 9; ++selection) {
      for (const BindMode bind : {BindMode::none, BindMode::port0}) {
        Scenario scenario = small_host(ports, kRetries[0]);
        scenario.scope = Scope::tuple;
        scenario.selection = static_cast<Selection>(selection);
        scenario.bind = bind;
        scenario.destinations = 2;
        scenario.destination_skew = 0.8;
        scenario.lifetime = {{{1.0, Exponential{Duration{2 * ports}}}}};
        scenario.load = GeneratedLoad{{1'000'000'000, 0, RateUnit::per_second}, DeterministicArrivals{}, 1};
        scenario.duration = Duration{(bind == BindMode::none ? 4 : 3) * ports / 2};
        REQUIRE(check(scenario, cases) > 0);
      }
    }
  }
  REQUIRE(cases == std::uint64_t{5} * 9 * 2);
}

}  // namespace portsim
