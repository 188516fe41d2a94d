// Cases on a clock of a few nanoseconds, and all patterns of attempts on it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "comparison.hpp"

namespace portsim {

/// A host on which every phase lasts a nanosecond or a few.
inline Scenario small_host(std::uint16_t ports, const RetryPolicy& retry) {
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
inline void for_each_pattern(std::size_t length, std::int64_t instants,
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

/// Compares engine and reference on one scenario and counts it; gives the attempts that found no port. Rows
/// of `step` make the second timeline.
inline std::uint64_t check(const Scenario& scenario, std::uint64_t& cases, Duration step = Duration{2}) {
  const ValidScenario valid = must_be_valid(scenario);
  ReferenceRun run;
  if (const auto text = disagreement(valid, 1000, step, run)) {
    FAIL("case " << cases << "\n" << *text);
  }
  ++cases;
  return run.result.failed;
}

/// A log of one connection for each start.
inline RecordedLoad recorded(const std::vector<std::int64_t>& starts,
                             const std::function<Closer(std::size_t)>& closer) {
  std::vector<RecordedConnection> rows(starts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].start = TimePoint{Duration{starts[i]}};
    rows[i].closer = closer(i);
  }
  return {{{.path = "pattern.csv"}},
          std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
}

/// Compares engine and reference on `scenario` with `rows` as its load.
inline void check_rows(Scenario scenario, std::vector<RecordedConnection> rows, std::uint64_t& cases) {
  scenario.load = RecordedLoad{{{.path = "rows.csv"}},
                               std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
  check(scenario, cases);
}

}  // namespace portsim
