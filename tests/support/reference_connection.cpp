#include "reference_connection.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace portsim::reference {

std::uint32_t hosts_of(const Scenario& scenario) {
  if (!scenario.nat.has_value()) {
    return 1;
  }
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    std::uint32_t last = 0;
    for (const RecordedConnection& row : *recorded->connections) {
      last = std::max(last, row.source);
    }
    return last + 1;
  }
  return scenario.nat->hosts;
}

PortWish wish_of(const Scenario& scenario, std::uint64_t caller, std::uint64_t try_number,
                 const RecordedConnection* recorded) {
  PortWish wish;
  wish.caller = caller;
  wish.try_number = try_number;
  wish.bind = scenario.bind;
  wish.reuse_address = scenario.reuse_address;
  if (recorded != nullptr) {
    (scenario.nat.has_value() ? wish.host : wish.source) = recorded->source;
    wish.destination = recorded->destination;
    wish.bind = recorded->bind.value_or(scenario.bind);
    wish.local_port = recorded->local_port;
    wish.reuse_address = recorded->reuse_address.value_or(scenario.reuse_address);
    wish.is_loopback = recorded->is_loopback;
    return wish;
  }
  const std::uint64_t hosts = hosts_of(scenario);
  wish.host = static_cast<std::uint32_t>(caller % hosts);
  const std::uint64_t of_host = caller / hosts;
  std::uint64_t destination = of_host % scenario.destinations;
  std::uint64_t turn = of_host / scenario.destinations;
  if (scenario.destination_skew.has_value() && scenario.destinations > 1) {
    const double share = *scenario.destination_skew;
    const auto before = static_cast<std::uint64_t>(std::floor(static_cast<double>(of_host) * share));
    const auto after = static_cast<std::uint64_t>(std::floor(static_cast<double>(of_host + 1) * share));
    const bool is_hot = after > before;
    const std::uint64_t others = of_host - before;
    destination = is_hot ? 0 : 1 + others % (scenario.destinations - 1);
    turn = is_hot ? before : others / (scenario.destinations - 1);
  }
  wish.source = static_cast<std::uint32_t>(turn % scenario.source_addresses);
  wish.destination = static_cast<std::uint32_t>(destination);
  return wish;
}

bool is_old_enough_to_reuse(const Scenario& scenario, const Connection& connection, Nanoseconds now) {
  const std::optional<TimeWaitReuse>& reuse = scenario.stack.time_wait_reuse;
  if (!reuse.has_value() || !scenario.timestamps || !connection.is_in_time_wait() ||
      connection.wish.is_bound() || (reuse->loopback_only && !connection.wish.is_loopback)) {
    return false;
  }
  const Nanoseconds tick = scenario.stack.age_tick.count();
  const Nanoseconds counted_from = tick == 0 ? connection.since : connection.since / tick * tick + tick;
  return now >= counted_from + reuse->age.count();
}

}  // namespace portsim::reference
