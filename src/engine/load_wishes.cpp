#include "engine/load_wishes.hpp"

#include <algorithm>
#include <variant>

namespace portsim {

LoadWishes wishes_of(const Scenario& scenario) {
  LoadWishes wishes;
  const auto add = [&](BindMode bind, std::uint16_t port, bool reuse_address) {
    const bool is_bound = port != 0 || bind == BindMode::port0;
    wishes.binds = wishes.binds || is_bound;
    wishes.connects = wishes.connects || !is_bound;
    wishes.names_ports = wishes.names_ports || port != 0;
    wishes.shares =
        wishes.shares || (reuse_address && is_bound && (port != 0 || scenario.stack.autobind_reuse));
  };
  const auto* log = std::get_if<RecordedLoad>(&scenario.load);
  if (log == nullptr || log->connections->empty()) {
    add(scenario.bind, 0, scenario.reuse_address);
    wishes.shortest_patience = scenario.connect_timeout;
    return wishes;
  }
  log->connections->for_each([&](const RecordedConnection& row) {
    add(row.bind.value_or(scenario.bind), row.local_port, row.reuse_address.value_or(scenario.reuse_address));
    wishes.is_loopback = wishes.is_loopback || row.is_loopback;
    const std::optional<Duration>& patience =
        row.connect_timeout ? row.connect_timeout : scenario.connect_timeout;
    if (patience) {
      wishes.shortest_patience = std::min(wishes.shortest_patience.value_or(*patience), *patience);
    }
  });
  return wishes;
}

}  // namespace portsim
