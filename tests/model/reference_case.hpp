// Hosts and logs for cases that are computed by hand.
#pragma once

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "main_case.hpp"
#include "reference_simulator.hpp"

namespace portsim {

/// A host with `ports` ports from 1024, taken in ascending order, whose connections last 1 s from SYN to FIN,
/// without RTT, and then 10 s in TIME_WAIT; timers are exact. The load is set by `replay`.
[[nodiscard]] inline Scenario plain_host(std::uint16_t ports) {
  using namespace std::chrono_literals;
  Scenario scenario = main_case();
  scenario.stack.time_wait_limits = {Duration{0}, kLongestDelay, Duration{1}};
  scenario.fin_wait_2_timeout.reset();
  scenario.rtt = Distribution::constant(0s);
  scenario.lifetime = Distribution::constant(1s);
  scenario.time_wait = 10s;
  give_ports(scenario, ports);
  return scenario;
}

/// The same with the timers of a Linux kernel at 250 Hz, whose grid begins at `offset`.
[[nodiscard]] inline Scenario linux_host(std::uint16_t ports, Duration offset = Duration{0}) {
  Scenario scenario = plain_host(ports);
  scenario.scope = Scope::tuple;
  scenario.time_wait = std::chrono::seconds{60};
  scenario.stack.timer_hz = 250;
  scenario.timer_offset = offset;
  return scenario;
}

/// A connection of a log that starts at `start`.
[[nodiscard]] inline RecordedConnection row_at(Duration start) {
  RecordedConnection row;
  row.start = TimePoint{start};
  return row;
}

/// Makes `rows` the load, in a window that ends 1 s after the last start.
inline void replay(Scenario& scenario, std::vector<RecordedConnection> rows) {
  scenario.duration = rows.back().start.time_since_epoch() + std::chrono::seconds{1};
  scenario.load = RecordedLoad{{{.path = "hand.csv"}},
                               std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
}

/// Makes one connection at each of `starts` the load.
inline void replay(Scenario& scenario, const std::vector<Duration>& starts) {
  std::vector<RecordedConnection> rows;
  for (const Duration start : starts) {
    rows.push_back(row_at(start));
  }
  replay(scenario, std::move(rows));
}

/// The ports of the attempts in order; 0: failed.
[[nodiscard]] inline std::vector<int> ports_given(const Scenario& scenario) {
  std::vector<int> ports;
  for (const reference::Attempt& attempt : reference_record(valid(scenario)).attempts) {
    ports.push_back(attempt.grant.port);
  }
  return ports;
}

/// When the connections of a log give their ports back, in order of the log; all must get one and free it.
[[nodiscard]] inline std::vector<Duration> releases(const Scenario& scenario) {
  std::vector<Duration> times;
  for (const auto& [id, connection] : reference_record(valid(scenario)).connections) {
    times.emplace_back(connection.released.value());
  }
  return times;
}

}  // namespace portsim
