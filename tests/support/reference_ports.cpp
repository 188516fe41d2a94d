#include "reference_ports.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <variant>

namespace portsim::reference {
namespace {

std::set<std::uint16_t> ports_in(const std::vector<PortRange>& ranges) {
  std::set<std::uint16_t> ports;
  for (const PortRange& range : ranges) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      ports.insert(static_cast<std::uint16_t>(port));
    }
  }
  return ports;
}

/// 0 .. `bound` - 1, by the top half of 64 random bits.
std::uint64_t pick(std::uint64_t bits, std::uint64_t bound) { return (bits >> 32) * bound >> 32; }

/// The number of ports that a Linux search looks at in its two passes.
std::size_t even_part(std::size_t ports) { return ports == 1 ? 1 : ports / 2 * 2; }

}  // namespace

PortWish wish_of(const Scenario& scenario, std::uint64_t caller, std::uint64_t try_number,
                 const RecordedConnection* recorded) {
  PortWish wish;
  wish.caller = caller;
  wish.try_number = try_number;
  wish.bind = scenario.bind;
  if (recorded != nullptr) {
    wish.source = recorded->source;
    wish.destination = recorded->destination;
    wish.bind = recorded->bind.value_or(scenario.bind);
    wish.local_port = recorded->local_port;
    return wish;
  }
  std::uint64_t destination = caller % scenario.destinations;
  std::uint64_t turn = caller / scenario.destinations;
  if (scenario.destination_skew.has_value() && scenario.destinations > 1) {
    const double share = *scenario.destination_skew;
    const auto before = static_cast<std::uint64_t>(std::floor(static_cast<double>(caller) * share));
    const auto after = static_cast<std::uint64_t>(std::floor(static_cast<double>(caller + 1) * share));
    const bool is_hot = after > before;
    const std::uint64_t others = caller - before;
    destination = is_hot ? 0 : 1 + others % (scenario.destinations - 1);
    turn = is_hot ? before : others / (scenario.destinations - 1);
  }
  wish.source = static_cast<std::uint32_t>(turn % scenario.source_addresses);
  wish.destination = static_cast<std::uint32_t>(destination);
  return wish;
}

std::vector<std::uint16_t> pool_of(const Scenario& scenario) {
  std::set<std::uint16_t> ports = ports_in(scenario.ports);
  for (const std::uint16_t port : ports_in(scenario.reserved_ports)) {
    ports.erase(port);
  }
  for (std::uint32_t i = 0; i < scenario.ports_in_use; ++i) {
    ports.erase(ports.begin());
  }
  return {ports.begin(), ports.end()};
}

std::uint64_t capacity_of(const Scenario& scenario) {
  std::uint64_t sources = scenario.source_addresses;
  std::uint64_t destinations = scenario.bind == BindMode::port0 ? 1 : scenario.destinations;
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    std::set<std::uint64_t> sources_named;
    std::set<std::uint64_t> destinations_named;
    for (const RecordedConnection& row : *recorded->connections) {
      sources_named.insert(row.source);
      destinations_named.insert(row.destination);
    }
    sources = *sources_named.rbegin() + 1;
    destinations = *destinations_named.rbegin() + 1;
  }
  const std::uint64_t ports = pool_of(scenario).size();
  switch (scenario.scope) {
    case Scope::host: return ports;
    case Scope::address: return ports * sources;
    case Scope::tuple: return ports * sources * destinations;
  }
  return 0;
}

Ports::Ports(const Scenario& scenario, const Draws& draws)
    : scenario_(scenario), draws_(draws), searched_(pool_of(scenario)) {
  for (const std::uint16_t port : searched_) {
    in_pool_[port] = true;
  }
  if (scenario.selection == Selection::parity_first) {
    const std::set<std::uint16_t> all = ports_in(scenario.ports);
    searched_.assign(all.begin(), all.end());
  }
  if (scenario.selection == Selection::descending) {
    std::reverse(searched_.begin(), searched_.end());
  }
  const bool starts_at_the_first_port =
      scenario.selection == Selection::sequential || scenario.selection == Selection::descending;
  cursor_ = starts_at_the_first_port ? 0 : of_key(0, 1, searched_.size());
}

PortGrant Ports::take(const PortWish& wish, Nanoseconds now) {
  const Key key = key_of(wish);
  const std::uint64_t number = number_of(key);
  PortGrant grant;
  if (wish.local_port != 0) {
    grant.ports_looked_at = 1;
    grant.port = is_usable(wish, wish.local_port) ? wish.local_port : std::uint16_t{0};
  } else if (const std::optional<Found> found = search(wish, number)) {
    grant.ports_looked_at = found->looks;
    grant.port = searched_.at(found->index);
  } else {
    grant.ports_looked_at = searched_.size();
    grant.gave_up = std::any_of(searched_.begin(), searched_.end(),
                                [&](std::uint16_t port) { return is_usable(wish, port); });
  }
  const auto bound = held_by_bind_.find(wish.source);
  grant.beside_bind = !is_bound_first(wish) && bound != held_by_bind_.end() &&
                      std::find(bound->second.begin(), bound->second.end(), true) != bound->second.end();
  if (grant.port == 0) {
    return grant;
  }
  held_.try_emplace(key, 65536).first->second.at(grant.port) = true;
  if (is_bound_first(wish)) {
    held_by_bind_.try_emplace(wish.source, 65536).first->second.at(grant.port) = true;
  }
  const auto released = last_release_.find({key, grant.port});
  if (released != last_release_.end() && scenario_.scope != Scope::tuple) {
    grant.since_release = now - released->second;
  }
  return grant;
}

void Ports::release(const PortWish& wish, std::uint16_t port, Nanoseconds now) {
  const Key key = key_of(wish);
  held_.at(key).at(port) = false;
  if (is_bound_first(wish)) {
    held_by_bind_.at(wish.source).at(port) = false;
  }
  last_release_[{key, port}] = now;
}

Ports::Key Ports::key_of(const PortWish& wish) const {
  switch (scenario_.scope) {
    case Scope::host: return {0, 0};
    case Scope::address: return {wish.source, 0};
    case Scope::tuple: return {wish.source, wish.destination};
  }
  return {};
}

/// True if the port is bound before connect(), which ties it to the whole source address.
bool Ports::is_bound_first(const PortWish& wish) const {
  return scenario_.scope == Scope::tuple && (wish.bind == BindMode::port0 || wish.local_port != 0);
}

std::uint64_t Ports::number_of(const Key& key) {
  const auto met = std::find(keys_met_.begin(), keys_met_.end(), key);
  const auto number = static_cast<std::uint64_t>(met - keys_met_.begin());
  if (met == keys_met_.end()) {
    keys_met_.push_back(key);
  }
  return number;
}

bool Ports::is_usable(const PortWish& wish, std::uint16_t port) const {
  if (!in_pool_[port]) {
    return false;
  }
  for (const auto& [key, held] : held_) {
    const bool is_rival = is_bound_first(wish) ? key.first == wish.source : key == key_of(wish);
    if (is_rival && held[port]) {
      return false;
    }
  }
  const auto bound = held_by_bind_.find(wish.source);
  return bound == held_by_bind_.end() || !bound->second[port];
}

std::uint64_t Ports::draw(const PortWish& wish, std::uint64_t i, std::uint64_t bound) const {
  const auto index = static_cast<std::uint32_t>(wish.try_number << 16 | i);
  return pick(Draws::bits(draws_.key(Purpose::port_search, index), wish.caller), bound);
}

std::uint64_t Ports::of_key(std::uint64_t x, std::uint32_t i, std::uint64_t bound) const {
  return pick(Draws::bits(draws_.key(Purpose::port_cursor, i), x), bound);
}

std::optional<Ports::Found> Ports::search(const PortWish& wish, std::uint64_t key) {
  switch (scenario_.selection) {
    case Selection::sequential:
    case Selection::sequential_from_random:
    case Selection::descending: return search_sequentially(wish);
    case Selection::random_start: return search_upwards(wish, draw(wish, 0, searched_.size()));
    case Selection::random_pick: return search_at_random(wish);
    case Selection::hash: return search_by_hash(wish, key);
    case Selection::double_hash: return search_by_double_hash(wish, key);
    case Selection::random_increment: return search_by_increments(wish);
    case Selection::parity_first:
      return is_bound_first(wish) ? search_other_parity_first(wish) : search_own_parity_first(wish, key);
  }
  return std::nullopt;
}

std::optional<Ports::Found> Ports::search_upwards(const PortWish& wish, std::size_t start) const {
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    const std::size_t index = (start + i) % searched_.size();
    if (is_usable(wish, searched_[index])) {
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

/// From the port after the one given last.
std::optional<Ports::Found> Ports::search_sequentially(const PortWish& wish) {
  const std::optional<Found> found = search_upwards(wish, cursor_);
  if (found.has_value()) {
    cursor_ = (found->index + 1) % searched_.size();
  }
  return found;
}

std::optional<Ports::Found> Ports::search_at_random(const PortWish& wish) const {
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    const std::size_t index = draw(wish, i, searched_.size());
    if (is_usable(wish, searched_[index])) {
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

std::optional<Ports::Found> Ports::search_by_hash(const PortWish& wish, std::uint64_t key) {
  const std::size_t ports = searched_.size();
  const std::optional<Found> found = search_upwards(wish, (cursor_ + of_key(key, 2, ports)) % ports);
  if (found.has_value()) {
    cursor_ = (cursor_ + found->looks) % ports;
  }
  return found;
}

std::optional<Ports::Found> Ports::search_by_double_hash(const PortWish& wish, std::uint64_t key) {
  const std::size_t ports = searched_.size();
  const std::uint64_t counter = of_key(key, 3, 65536);
  if (!table_.contains(counter)) {
    table_[counter] = of_key(counter, 4, ports);
  }
  std::uint64_t& cursor = table_[counter];
  const std::optional<Found> found = search_upwards(wish, (cursor + of_key(key, 2, ports)) % ports);
  if (found.has_value()) {
    cursor = (cursor + found->looks) % ports;
  }
  return found;
}

std::optional<Ports::Found> Ports::search_by_increments(const PortWish& wish) {
  std::size_t index = cursor_;
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    index = (index + draw(wish, i, 500) + 1) % searched_.size();
    if (is_usable(wish, searched_[index])) {
      cursor_ = index;
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

/// Every second index from `start`: half of the searched ports, or the only one.
std::optional<Ports::Found> Ports::search_one_parity(const PortWish& wish, std::size_t start) const {
  const std::size_t both_passes = even_part(searched_.size());
  const std::size_t looks = std::max<std::size_t>(both_passes / 2, 1);
  for (std::size_t i = 0; i < looks; ++i) {
    std::size_t index = start + 2 * i;
    if (index >= searched_.size()) {
      index -= both_passes;
    }
    if (is_usable(wish, searched_[index])) {
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

/// connect() of Linux: the even indices from the key's cursor, then the odd ones.
std::optional<Ports::Found> Ports::search_own_parity_first(const PortWish& wish, std::uint64_t key) {
  const std::size_t both_passes = even_part(searched_.size());
  if (!key_cursors_.contains(key)) {
    key_cursors_[key] = of_key(key, 5, both_passes);
  }
  std::uint64_t& cursor = key_cursors_[key];
  const std::size_t start = cursor % both_passes / 2 * 2;
  std::uint64_t looks_before = 0;
  std::optional<Found> found = search_one_parity(wish, start);
  if (!found.has_value() && searched_.size() > 1) {
    looks_before = both_passes / 2;
    found = search_one_parity(wish, start + 1);
  }
  if (!found.has_value()) {
    return std::nullopt;
  }
  const std::uint64_t distance = 2 * (found->looks - 1);
  cursor = (cursor + std::max(distance, 2 * draw(wish, 0, 8)) + 2) % both_passes;
  return Found{found->index, looks_before + found->looks};
}

/// bind() to port 0 of Linux: from a random place, the odd indices before the even ones.
std::optional<Ports::Found> Ports::search_other_parity_first(const PortWish& wish) const {
  const std::size_t half = std::max<std::size_t>(searched_.size() / 2, 1);
  const std::size_t start = draw(wish, 0, searched_.size()) / 2 % half * 2;
  if (searched_.size() == 1) {
    return search_one_parity(wish, 0);
  }
  if (const std::optional<Found> found = search_one_parity(wish, start + 1)) {
    return found;
  }
  if (const std::optional<Found> found = search_one_parity(wish, start)) {
    return Found{found->index, half + found->looks};
  }
  return std::nullopt;
}

}  // namespace portsim::reference
