// Every small case of what ends TIME_WAIT early and of ports that several connections want.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "small_case.hpp"

namespace portsim {
namespace {

/// Splits `number` into digits of the base, the lowest first.
template <std::size_t kDigits>
std::array<std::size_t, kDigits> digits(std::size_t number, std::size_t base) {
  std::array<std::size_t, kDigits> result{};
  for (std::size_t& digit : result) {
    digit = number % base;
    number /= base;
  }
  return result;
}

constexpr std::size_t power(std::size_t base, int exponent) {
  return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

std::vector<RecordedConnection> rows_at(const std::vector<std::int64_t>& starts) {
  std::vector<RecordedConnection> rows(starts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].start = TimePoint{Duration{starts[i]}};
  }
  return rows;
}

constexpr RetryPolicy kNoRetry{};

}  // namespace

TEST_CASE("every cap from 0 to 3 on three connections, every rule, each way into TIME_WAIT") {
  constexpr std::array kClosers{Closer::client, Closer::both, Closer::shutdown};
  struct Timeout {
    std::optional<Duration> timeout;
    std::optional<Duration> split;
  };
  const std::array<Timeout, 3> timeouts{
      {{{}, {}}, {Duration{2}, {}}, {Duration{3}, Duration{2}}}};  // the peer's FIN takes 1 or 4 ns
  std::uint64_t cases = 0;
  for (int rule = 0; rule < 3; ++rule) {
    for (std::uint64_t cap = 0; cap <= 3; ++cap) {
      for (const Timeout& timeout : timeouts) {
        Scenario scenario = small_host(2, kNoRetry);
        scenario.stack.cap_rule = static_cast<CapRule>(rule);
        scenario.stack.max_time_wait = cap;
        scenario.fin_wait_2_timeout = timeout.timeout;
        scenario.stack.fin_wait_2_split = timeout.split;
        scenario.duration = Duration{7};
        for (std::size_t mix = 0; mix < power(kClosers.size() * 2, 3); ++mix) {
          const auto ways = digits<3>(mix, kClosers.size() * 2);
          for_each_pattern(3, 3, [&](const std::vector<std::int64_t>& starts) {
            std::vector<RecordedConnection> rows = rows_at(starts);
            for (std::size_t i = 0; i < rows.size(); ++i) {
              rows[i].closer = kClosers[ways[i] / 2];
              rows[i].peer_close_delay = Duration{ways[i] % 2 == 0 ? 1 : 4};
            }
            check_rows(scenario, std::move(rows), cases);
          });
        }
      }
    }
  }
  REQUIRE(cases == 3 * 4 * 3 * power(6, 3) * 10);
}

TEST_CASE("every age from 0 to 4 ns at which a port is reused, every scope, bound in every way") {
  std::uint64_t cases = 0;
  for (int scope = 0; scope < 3; ++scope) {
    for (const std::int64_t age : {0, 1, 2, 4}) {
      for (const std::int64_t tick : {0, 3}) {
        Scenario scenario = small_host(1, kNoRetry);
        scenario.scope = static_cast<Scope>(scope);
        scenario.stack.time_wait_reuse = TimeWaitReuse{Duration{age}, false};
        scenario.stack.age_tick = Duration{tick};
        scenario.lifetime = Distribution::constant(Duration{0});
        scenario.rtt = Distribution::constant(Duration{0});
        scenario.duration = Duration{8};
        for (std::size_t mix = 0; mix < power(5, 3); ++mix) {
          const auto ways = digits<3>(mix, 5);
          for_each_pattern(3, 6, [&](const std::vector<std::int64_t>& starts) {
            std::vector<RecordedConnection> rows = rows_at(starts);
            for (std::size_t i = 0; i < rows.size(); ++i) {
              rows[i].bind = ways[i] < 3 ? static_cast<BindMode>(ways[i]) : BindMode::none;
              rows[i].local_port = ways[i] < 3 ? 0 : 10;
              rows[i].reuse_address = ways[i] == 4;
            }
            check_rows(scenario, std::move(rows), cases);
          });
        }
      }
    }
  }
  REQUIRE(cases == 3 * 4 * 2 * power(5, 3) * 56);
}

TEST_CASE("every way in which three connections to two destinations can share ports by SO_REUSEADDR") {
  std::uint64_t cases = 0;
  for (const Selection selection :
       {Selection::sequential, Selection::random_start, Selection::parity_first}) {
    for (std::uint16_t ports = selection == Selection::sequential ? 1 : 2; ports <= 2; ++ports) {
      for (const bool has_timestamps : {true, false}) {
        Scenario scenario = small_host(ports, kNoRetry);
        scenario.scope = Scope::tuple;
        scenario.selection = selection;
        scenario.stack.autobind_reuse = true;
        scenario.timestamps = has_timestamps;
        scenario.duration = Duration{8};
        for (std::size_t mix = 0; mix < power(12, 3); ++mix) {
          const auto ways = digits<3>(mix, 12);
          for_each_pattern(3, 3, [&](const std::vector<std::int64_t>& instants) {
            std::vector<RecordedConnection> rows = rows_at(instants);
            for (std::size_t i = 0; i < rows.size(); ++i) {
              rows[i].start = TimePoint{Duration{2 * instants[i]}};  // established, closing, in TIME_WAIT
              rows[i].destination = static_cast<std::uint32_t>(ways[i] % 2);
              rows[i].reuse_address = ways[i] / 2 % 2 == 1;
              rows[i].bind = ways[i] / 4 == 1 ? BindMode::port0 : BindMode::none;
              rows[i].local_port = ways[i] / 4 == 2 ? 10 : 0;
            }
            check_rows(scenario, std::move(rows), cases);
          });
        }
      }
    }
  }
  REQUIRE(cases == (2 + 1 + 1) * 2 * power(12, 3) * 10);  // selections differ from two ports on
}

TEST_CASE("every order in which four connections to two destinations are given ports in TIME_WAIT") {
  std::uint64_t cases = 0;
  for (const Scope scope : {Scope::host, Scope::address}) {
    for (std::uint16_t ports = 1; ports <= 2; ++ports) {
      Scenario scenario = small_host(ports, kNoRetry);
      scenario.scope = scope;
      scenario.stack.gives_out_time_wait = true;
      scenario.lifetime = Distribution::constant(Duration{0});
      scenario.rtt = Distribution::constant(Duration{0});
      scenario.duration = Duration{8};
      for (std::size_t mix = 0; mix < power(4, 4); ++mix) {
        const auto ways = digits<4>(mix, 4);
        for_each_pattern(4, 5, [&](const std::vector<std::int64_t>& starts) {
          std::vector<RecordedConnection> rows = rows_at(starts);
          for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].destination = static_cast<std::uint32_t>(ways[i] % 2);
            rows[i].closer = ways[i] / 2 == 0 ? Closer::client : Closer::reset;
          }
          check_rows(scenario, std::move(rows), cases);
        });
      }
    }
  }
  REQUIRE(cases == 2 * 2 * power(4, 4) * 70);
}

TEST_CASE("every closer on a timer wheel, timers from 0 to two levels up, the grid at every half tick") {
  constexpr std::array kClosers{Closer::client, Closer::both, Closer::unreachable, Closer::shutdown,
                                Closer::server};
  constexpr Duration kHalfTick{5'000};  // at 100,000 Hz
  std::uint64_t cases = 0;
  for (const Closer closer : kClosers) {
    for (int offset = 0; offset <= 16; ++offset) {
      for (const int length : {0, 1, 2, 125, 126, 127, 1007, 1008}) {
        for (const std::optional<Duration> split :
             {std::optional<Duration>{}, {Duration{0}}, {2 * kHalfTick}}) {
          Scenario scenario = small_host(2, kNoRetry);
          scenario.stack.timer_hz = 100'000;
          scenario.timer_offset = offset * kHalfTick;
          scenario.stack.syn_waits = {length * kHalfTick, 3 * kHalfTick, kHalfTick};
          scenario.stack.syn_give_up = 130 * kHalfTick;
          scenario.stack.fin_waits = {kHalfTick, length * kHalfTick};
          scenario.fin_wait_2_timeout = length * kHalfTick;
          scenario.stack.fin_wait_2_split = split;
          scenario.time_wait = length * kHalfTick;
          scenario.stack.time_wait = scenario.time_wait;
          scenario.loss = 0.3;
          scenario.peer_close_delay = Distribution::constant(125 * kHalfTick);
          scenario.duration = 2020 * kHalfTick + Duration{1};
          std::vector<std::int64_t> starts;
          for (int i = 0; i < 8; ++i) {
            starts.push_back(i < 4 ? i * kHalfTick.count() : i * 250 * kHalfTick.count() - i % 2);
          }
          scenario.load = recorded(starts, [closer](std::size_t) { return closer; });
          check(scenario, cases, 100 * kHalfTick);
        }
      }
    }
  }
  REQUIRE(cases == std::uint64_t{5} * 17 * 8 * 3);
}

}  // namespace portsim
