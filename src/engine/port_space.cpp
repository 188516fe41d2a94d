#include "engine/port_space.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/ensure.hpp"

namespace portsim {
namespace {

/// The ports among which a search steps, ascending. Linux steps over reserved ports and those of other
/// programs, so that they keep their parity; elsewhere they are as if they did not exist.
std::vector<std::uint16_t> searched_ports(const ValidScenario& scenario) {
  if (scenario->selection != Selection::parity_first) {
    return scenario.pool();
  }
  std::vector<std::uint16_t> ports;
  for (const PortRange& range : scenario->ports) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      ports.push_back(static_cast<std::uint16_t>(port));
    }
  }
  std::sort(ports.begin(), ports.end());
  return ports;
}

bool binds(const Scenario& scenario) {
  if (const auto* log = std::get_if<RecordedLoad>(&scenario.load)) {
    return std::any_of(log->connections->begin(), log->connections->end(),
                       [&](const RecordedConnection& row) {
                         return row.local_port != 0 || row.bind.value_or(scenario.bind) == BindMode::port0;
                       });
  }
  return scenario.bind == BindMode::port0;
}

}  // namespace

PortSpace::PortSpace(const ValidScenario& scenario, const Draws& draws)
    : scope_(scenario->scope),
      is_bind_used_(scope_ == Scope::tuple && binds(*scenario)),
      ports_(PortSearch::arrange(scenario->selection, searched_ports(scenario))),
      all_usable_(static_cast<std::uint32_t>(ports_.size())),
      search_(scenario->selection, static_cast<std::uint32_t>(ports_.size()), draws) {
  const std::vector<std::uint16_t>& pool = scenario.pool();
  for (std::uint32_t place = 0; place < ports_.size(); ++place) {
    if (!std::binary_search(pool.begin(), pool.end(), ports_[place])) {
      all_usable_.erase(place);
    }
  }
}

std::uint32_t PortSpace::key_number(const PortRequest& request) {
  std::uint64_t identity = 0;
  switch (scope_) {
    case Scope::host: break;
    case Scope::address: identity = request.source; break;
    case Scope::tuple: identity = std::uint64_t{request.source} << 32 | request.destination; break;
  }
  const auto [entry, is_new] = key_numbers_.try_emplace(identity, static_cast<std::uint32_t>(keys_.size()));
  if (is_new) {
    Key key{.usable = all_usable_, .source = request.source, .held = {}};
    if (scope_ != Scope::tuple) {
      key.last_release.resize(ports_.size());
    } else if (is_bind_used_) {
      key.held.resize(ports_.size());
      Address& address = address_of(request.source);
      address.keys.push_back(entry->second);
      for (std::uint32_t place = 0; place < ports_.size(); ++place) {
        if (address.binders[place] > 0) {
          key.usable.erase(place);
        }
      }
    }
    keys_.push_back(std::move(key));
  }
  return entry->second;
}

PortSpace::Address& PortSpace::address_of(std::uint32_t source) {
  const auto [entry, is_new] = addresses_.try_emplace(source, Address{.unused = all_usable_});
  if (is_new) {
    entry->second.users.resize(ports_.size());
    entry->second.binders.resize(ports_.size());
  }
  return entry->second;
}

PortSpace::Answer PortSpace::take(const PortRequest& request, TimePoint now) {
  const std::uint32_t number = key_number(request);
  const std::optional<Found> found = search(request, number);
  if (!found) {
    return {.port = {}, .looked_at = request.port != 0 ? 1 : ports_.size(), .since_last_release = {}};
  }
  Key& key = keys_[number];
  const HeldPort held{.key = number,
                      .place = found->place,
                      .source = request.source,
                      .is_bound = request.port != 0 || request.bind == BindMode::port0};
  key.usable.erase(found->place);
  if (is_bind_used_) {
    hold_for_address(held);
  }
  Answer answer{.port = held, .looked_at = found->looked_at, .since_last_release = {}};
  if (!key.last_release.empty() && key.last_release[found->place]) {
    answer.since_last_release = now - *key.last_release[found->place];
  }
  return answer;
}

std::optional<Found> PortSpace::search(const PortRequest& request, std::uint32_t key) {
  Searcher searcher = request.searcher;
  searcher.key = key;
  if (request.port != 0) {
    return take_number(request, keys_[key]);
  }
  if (is_bind_used_ && request.bind == BindMode::port0) {
    return search_.find_for_bind(address_of(request.source).unused, searcher);
  }
  return search_.find(keys_[key].usable, searcher);
}

// bind() to a certain port, without SO_REUSEADDR: no other connection of the address may have it.
std::optional<Found> PortSpace::take_number(const PortRequest& request, const Key& key) {
  const auto place = std::find(ports_.begin(), ports_.end(), request.port);
  if (place == ports_.end()) {
    return std::nullopt;
  }
  const auto index = static_cast<std::uint32_t>(place - ports_.begin());
  const IndexSet& free = is_bind_used_ ? address_of(request.source).unused : key.usable;
  return free.contains(index) ? std::optional(Found{.place = index, .looked_at = 1}) : std::nullopt;
}

void PortSpace::hold_for_address(const HeldPort& held) {
  Address& address = address_of(held.source);
  keys_[held.key].held[held.place] = true;
  address.unused.erase(held.place);
  ++address.users[held.place];
  if (held.is_bound && ++address.binders[held.place] == 1) {
    for (const std::uint32_t key : address.keys) {
      keys_[key].usable.erase(held.place);
    }
  }
}

void PortSpace::release_for_address(const HeldPort& held) {
  Address& address = address_of(held.source);
  keys_[held.key].held[held.place] = false;
  if (--address.users[held.place] == 0) {
    address.unused.insert(held.place);
  }
  if (held.is_bound && --address.binders[held.place] == 0) {
    for (const std::uint32_t key : address.keys) {
      if (!keys_[key].held[held.place]) {
        keys_[key].usable.insert(held.place);
      }
    }
  } else if (address.binders[held.place] == 0) {
    keys_[held.key].usable.insert(held.place);
  }
}

void PortSpace::release(const HeldPort& held, TimePoint now) {
  Key& key = keys_[held.key];
  ensure(!key.usable.contains(held.place), "a free port was released");
  if (is_bind_used_) {
    release_for_address(held);
  } else {
    key.usable.insert(held.place);
  }
  if (!key.last_release.empty()) {
    key.last_release[held.place] = now;
  }
}

}  // namespace portsim
