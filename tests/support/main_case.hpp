// The published case as a scenario struct, from which tests change what they are about.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "portsim/scenario.hpp"
#include "stacks/stacks.hpp"

namespace portsim {

/// `--rate 20/s --delay 240` over one hour: Windows NT 4.0, 3,977 ports, each held for 240.12 s.
[[nodiscard]] inline Scenario main_case() {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.stack = default_stack();
  scenario.load = GeneratedLoad{{20, 0, RateUnit::per_second}, DeterministicArrivals{}, 1};
  scenario.ports = scenario.stack.ports;
  scenario.time_wait = 240s;
  scenario.fin_wait_2_timeout = scenario.stack.fin_wait_2_timeout;
  scenario.lifetime = Distribution::constant(100ms);
  scenario.rtt = Distribution::constant(10ms);
  scenario.peer_close_delay = Distribution::constant(0s);
  scenario.client_close_delay = Distribution::constant(0s);
  scenario.closers[static_cast<std::size_t>(Closer::client)] = 1;
  scenario.session_limit = scenario.stack.session_limit;
  scenario.duration = 1h;
  return scenario;
}

/// The made-up load of `scenario`.
[[nodiscard]] inline GeneratedLoad& made_up(Scenario& scenario) {
  return std::get<GeneratedLoad>(scenario.load);
}

/// Makes `closer` the only one.
inline void close_by(Scenario& scenario, Closer closer) {
  scenario.closers = {};
  scenario.closers[static_cast<std::size_t>(closer)] = 1;
}

/// Makes `size` ports from 1024 on the pool.
inline void give_ports(Scenario& scenario, std::uint16_t size) {
  scenario.ports = {{1024, static_cast<std::uint16_t>(1023 + size)}};
}

/// The scenario as a valid one; throws with the first fault when it is not.
[[nodiscard]] inline ValidScenario valid(Scenario scenario) {
  auto checked = validate(std::move(scenario));
  if (auto* faults = std::get_if<std::vector<Fault>>(&checked)) {
    throw std::invalid_argument(faults->empty() ? "invalid"
                                                : faults->front().where + ": " + faults->front().what);
  }
  return std::get<ValidScenario>(std::move(checked));
}

}  // namespace portsim
