#include "engine/port_space.hpp"

#include <algorithm>
#include <utility>

#include "base/ensure.hpp"
#include "engine/load_wishes.hpp"

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

bool lends_ports(const Stack& stack) { return stack.time_wait_reuse || stack.gives_out_time_wait; }

}  // namespace

std::vector<std::uint16_t> PortSpace::places(const ValidScenario& scenario) {
  return PortSearch::arrange(scenario->selection, searched_ports(scenario));
}

std::size_t PortSpace::count_places(const ValidScenario& scenario) {
  return scenario->selection == Selection::parity_first
             ? static_cast<std::size_t>(count_ports(scenario->ports))
             : scenario.pool().size();
}

IndexSet PortSpace::usable_places(const ValidScenario& scenario, const std::vector<std::uint16_t>& places) {
  const auto size = static_cast<std::uint32_t>(places.size());
  const std::vector<std::uint16_t>& pool = scenario.pool();
  IndexSet usable(size);
  for (std::uint32_t place = 0; pool.size() < size && place < size; ++place) {
    if (!std::binary_search(pool.begin(), pool.end(), places[place])) {
      usable.erase(place);
    }
  }
  return usable;
}

PortSpace::Layout PortSpace::lay_out(const ValidScenario& scenario) {
  Layout layout{.ports = places(scenario), .lowest = 0, .place_of = {}};
  const auto size = static_cast<std::uint32_t>(layout.ports.size());
  const auto [lowest, highest] = std::minmax_element(layout.ports.begin(), layout.ports.end());
  layout.lowest = *lowest;
  layout.place_of.resize(std::size_t{*highest} - *lowest + 1, size);
  for (std::uint32_t place = 0; place < size; ++place) {
    layout.place_of[layout.ports[place] - layout.lowest] = place;
  }
  return layout;
}

PortSpace::PortSpace(const ValidScenario& scenario, const Draws& draws)
    : scope_(scenario->scope),
      autobind_reuse_(scenario->stack.autobind_reuse && scope_ == Scope::tuple),
      layout_(std::make_shared<const Layout>(lay_out(scenario))),
      all_usable_(usable_places(scenario, layout_->ports)),
      search_(scenario->selection, size(), draws, 0) {
  const LoadWishes wishes = wishes_of(*scenario);
  are_occupants_kept_ = wishes.shares || lends_ports(scenario->stack);
  are_addresses_kept_ = wishes.binds && (scope_ == Scope::tuple || are_occupants_kept_);
}

PortSpace PortSpace::of_host(std::uint32_t host) const {
  ensure(keys_.empty(), "a host was copied with its connections");
  PortSpace other = *this;
  other.host_ = host;
  other.search_.belong_to(host);
  return other;
}

std::uint32_t PortSpace::address_number(const PortRequest& request) const {
  return scope_ == Scope::host ? 0 : request.source;
}

std::uint32_t PortSpace::key_number(const PortRequest& request) {
  const std::uint32_t number = address_number(request);
  const std::uint64_t identity =
      scope_ == Scope::tuple ? std::uint64_t{number} << 32 | request.destination : number;
  const auto [entry, is_new] = key_numbers_.try_emplace(identity, static_cast<std::uint32_t>(keys_.size()));
  if (is_new) {
    Key& key = keys_.emplace_back(Key{.address = number});
    give_table(key);
    if (scope_ != Scope::tuple) {
      key.last_release.resize(size());
    }
    if (are_addresses_kept_) {
      Address& address = address_of(number);
      address.keys.push_back(entry->second);
      for (std::uint32_t place = 0; place < size(); ++place) {
        if (address.binders[place] > 0) {
          key.table->usable.erase(place);
        }
      }
    }
  } else if (Key& key = keys_[entry->second]; !key.table) {
    give_table(key);
  }
  return entry->second;
}

/// A table in which all ports are free.
void PortSpace::give_table(Key& key) {
  if (!spare_tables_.empty()) {
    key.table = std::move(spare_tables_.back());
    spare_tables_.pop_back();
    return;
  }
  key.table = Table{.usable = all_usable_, .held = std::vector<bool>(size())};
  if (are_occupants_kept_) {
    key.table->lent.resize(size());
  }
}

PortSpace::Address& PortSpace::address_of(std::uint32_t number) {
  const auto [entry, is_new] =
      addresses_.try_emplace(number, Address{.unused = all_usable_, .shareable = all_usable_});
  if (is_new) {
    entry->second.users.resize(size());
    entry->second.jealous.resize(size());
    entry->second.binders.resize(size());
  }
  return entry->second;
}

PortSpace::Answer PortSpace::find(const PortRequest& request) {
  const std::uint32_t key = key_number(request);
  Searcher searcher = request.searcher;
  searcher.key = std::uint64_t{host_} << 32 | key;
  const std::optional<Found> found =
      request.port != 0 ? find_number(request, key) : search(request, key, searcher);
  if (!found) {
    return {.port = {}, .looked_at = cost_of_failure(request), .occupant = {}};
  }
  Answer answer{.port = HeldPort{.key = key,
                                 .place = found->place,
                                 .address = address_number(request),
                                 .is_bound = request.is_bound(),
                                 .reuse_address = request.reuse_address},
                .looked_at = found->looked_at,
                .occupant = {}};
  if (are_occupants_kept_ && keys_[key].table->held[found->place]) {
    answer.occupant = occupants_.at(identity(*answer.port));
  }
  return answer;
}

std::optional<Found> PortSpace::search(const PortRequest& request, std::uint32_t key,
                                       const Searcher& searcher) {
  if (are_addresses_kept_ && request.bind == BindMode::port0) {
    return search_for_bind(request, searcher);
  }
  return search_.find(keys_[key].table->usable, searcher);
}

std::optional<Found> PortSpace::search_for_bind(const PortRequest& request, const Searcher& searcher) {
  const Address& address = address_of(address_number(request));
  if (scope_ != Scope::tuple) {
    return search_.find(address.unused, searcher);
  }
  std::optional<Found> found = search_.find_for_bind(address.unused, searcher);
  if (!found && may_share(request)) {
    found = search_.find_for_bind(address.shareable, searcher);
    if (found) {
      found->looked_at += size();
    }
  }
  return found;
}

bool PortSpace::may_share(const PortRequest& request) const {
  return autobind_reuse_ && request.reuse_address;
}

std::uint64_t PortSpace::cost_of_failure(const PortRequest& request) const {
  if (request.port != 0) {
    return 1;
  }
  const bool searches_twice = request.bind == BindMode::port0 && may_share(request);
  return std::uint64_t{size()} * (searches_twice ? 2 : 1);
}

// bind() to a certain port: with SO_REUSEADDR it may be one whose connections all have set that.
std::optional<Found> PortSpace::find_number(const PortRequest& request, std::uint32_t key) {
  const std::vector<std::uint32_t>& place_of = layout_->place_of;
  const auto number =
      static_cast<std::size_t>(request.port) - layout_->lowest;  // of one below: a huge number
  const std::uint32_t place = number < place_of.size() ? place_of[number] : size();
  if (place == size()) {
    return std::nullopt;
  }
  bool is_found = keys_[key].table->usable.contains(place);
  if (are_addresses_kept_) {
    const Address& address = address_of(address_number(request));
    is_found = (request.reuse_address ? address.shareable : address.unused).contains(place);
  }
  return is_found ? std::optional(Found{.place = place, .looked_at = 1}) : std::nullopt;
}

std::optional<Duration> PortSpace::hold(const HeldPort& port, std::uint32_t slot, TimePoint now) {
  Key& key = keys_[port.key];
  if (!key.table) {
    give_table(key);  // the occupant was the last to hold a port
  }
  Table& table = *key.table;
  ensure(!table.held[port.place], "a port was given out twice");
  table.held[port.place] = true;
  ++key.users;
  if (are_occupants_kept_) {
    occupants_[identity(port)] = slot;
  }
  if (are_addresses_kept_) {
    count_user(port);
  }
  refresh(port.key, port.place);
  if (key.last_release.empty() || !key.last_release[port.place]) {
    return std::nullopt;
  }
  return now - *key.last_release[port.place];
}

void PortSpace::make_usable(const HeldPort& held) {
  keys_[held.key].table->lent[held.place] = true;
  refresh(held.key, held.place);
}

void PortSpace::release(const HeldPort& held, TimePoint now) {
  Key& key = keys_[held.key];
  Table& table = *key.table;
  ensure(table.held[held.place], "a free port was released");
  table.held[held.place] = false;
  --key.users;
  if (are_occupants_kept_) {
    table.lent[held.place] = false;
    occupants_.erase(identity(held));
  }
  if (are_addresses_kept_) {
    discount_user(held);
  }
  refresh(held.key, held.place);
  if (!key.last_release.empty()) {
    key.last_release[held.place] = now;
  }
  if (key.users == 0 && scope_ == Scope::tuple && !are_addresses_kept_) {
    spare_tables_.push_back(std::move(*key.table));
    key.table.reset();
  }
}

void PortSpace::count_user(const HeldPort& port) {
  Address& address = address_of(port.address);
  ++address.users[port.place];
  address.unused.erase(port.place);
  if (!port.reuse_address) {
    ++address.jealous[port.place];
    address.shareable.erase(port.place);
  }
  if (port.is_bound && ++address.binders[port.place] == 1) {
    refresh_address(address, port.place);
  }
}

void PortSpace::discount_user(const HeldPort& port) {
  Address& address = address_of(port.address);
  if (--address.users[port.place] == 0) {
    address.unused.insert(port.place);
  }
  if (!port.reuse_address && --address.jealous[port.place] == 0) {
    address.shareable.insert(port.place);
  }
  if (port.is_bound && --address.binders[port.place] == 0) {
    refresh_address(address, port.place);
  }
}

void PortSpace::refresh_address(const Address& address, std::uint32_t place) {
  for (const std::uint32_t key : address.keys) {
    refresh(key, place);
  }
}

// What makes a port usable by connect(), in one place. Under host and address scope a port has one user: that
// it is bound adds nothing.
void PortSpace::refresh(std::uint32_t number, std::uint32_t place) {
  Table& table = *keys_[number].table;
  const bool is_taken = table.held[place] && !(are_occupants_kept_ && table.lent[place]);
  const bool is_bound =
      are_addresses_kept_ && scope_ == Scope::tuple && address_of(keys_[number].address).binders[place] > 0;
  if (is_taken || is_bound) {
    table.usable.erase(place);
  } else {
    table.usable.insert(place);
  }
}

}  // namespace portsim
