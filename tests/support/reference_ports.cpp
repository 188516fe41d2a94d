#include "reference_ports.hpp"

#include <algorithm>
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
  const bool is_one_for_all_destinations =
      scenario.bind == BindMode::port0 && !(scenario.reuse_address && scenario.stack.autobind_reuse);
  std::uint64_t destinations = is_one_for_all_destinations ? 1 : scenario.destinations;
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    std::set<std::uint64_t> sources_named;
    std::set<std::uint64_t> destinations_named;
    for (const RecordedConnection& row : *recorded->connections) {
      sources_named.insert(row.source);
      destinations_named.insert(row.destination);
    }
    sources = scenario.nat.has_value() ? 1 : *sources_named.rbegin() + 1;
    destinations = *destinations_named.rbegin() + 1;
  }
  const std::uint64_t ports = pool_of(scenario).size() * hosts_of(scenario);
  switch (scenario.scope) {
    case Scope::host: return ports;
    case Scope::address: return ports * sources;
    case Scope::tuple: return ports * sources * destinations;
  }
  return 0;
}

Ports::Ports(const Scenario& scenario, const Draws& draws, std::uint32_t host)
    : scenario_(scenario), draws_(draws), host_(host), pool_(pool_of(scenario)), searched_(pool_) {
  for (const std::uint16_t port : pool_) {
    is_in_pool_[port] = true;
  }
  users_.resize(std::size_t{1} + pool_.back() - pool_.front());
  if (scenario.selection == Selection::parity_first) {
    const std::set<std::uint16_t> all = ports_in(scenario.ports);
    searched_.assign(all.begin(), all.end());
  }
  if (scenario.selection == Selection::descending) {
    std::reverse(searched_.begin(), searched_.end());
  }
  const bool starts_at_the_first_port =
      scenario.selection == Selection::sequential || scenario.selection == Selection::descending;
  cursor_ = starts_at_the_first_port ? 0 : of_key(host_, 1, searched_.size());
}

PortGrant Ports::choose(const PortWish& wish, Nanoseconds now) {
  const std::uint64_t key = number_of(key_of(wish));
  PortGrant grant;
  if (wish.local_port != 0) {
    choose_the_port_asked_for(wish, now, grant);
  } else {
    choose_by_search(wish, now, key, grant);
  }
  const auto bound = bound_.find(wish.source);
  grant.beside_bind = !is_tied_to_source(wish) && bound != bound_.end() && bound->second > 0;
  return grant;
}

/// bind() to a port, then connect().
void Ports::choose_the_port_asked_for(const PortWish& wish, Nanoseconds now, PortGrant& grant) {
  grant.ports_looked_at = 1;
  if (!wish.reuse_address) {
    grant.port = is_usable({wish, now}, wish.local_port) ? wish.local_port : std::uint16_t{0};
  } else if (is_usable({wish, now, true}, wish.local_port)) {
    connect_shared(wish, wish.local_port, grant);
  }
}

void Ports::choose_by_search(const PortWish& wish, Nanoseconds now, std::uint64_t key, PortGrant& grant) {
  const Search plain{wish, now};
  if (const std::optional<Found> found = search(plain, key)) {
    grant.ports_looked_at = found->looks;
    connect_found(wish, now, searched_.at(found->index), grant);
    return;
  }
  grant.ports_looked_at = searched_.size();
  if (is_tied_to_source(wish) && wish.reuse_address && scenario_.stack.autobind_reuse) {
    if (const std::optional<Found> found = search({wish, now, true}, key)) {
      grant.ports_looked_at += found->looks;
      connect_shared(wish, searched_.at(found->index), grant);
      return;
    }
    grant.ports_looked_at += searched_.size();
  }
  grant.gave_up =
      std::any_of(pool_.begin(), pool_.end(), [&](std::uint16_t port) { return is_usable(plain, port); });
}

/// connect() with a port that bind() let it share.
void Ports::connect_shared(const PortWish& wish, std::uint16_t port, PortGrant& grant) const {
  const Connection* const rival = user_of_key(wish, port);
  if (rival == nullptr) {
    grant.port = port;
    grant.is_shared = !users_of(port).empty();
  } else if (rival->phase().is_mini_socket && scenario_.timestamps) {
    grant.port = port;
    grant.loser = rival->wish.id();
  } else {
    grant.refusal = Refusal::port_in_use;
  }
}

/// connect() with a port that the plain search found: free, or held by a TIME_WAIT that it may take.
void Ports::connect_found(const PortWish& wish, Nanoseconds now, std::uint16_t port, PortGrant& grant) {
  const Connection* const rival = user_of_key(wish, port);
  if (scenario_.stack.gives_out_time_wait && !wish.is_bound()) {
    if (rival != nullptr && rival->wish.source == wish.source &&
        rival->wish.destination == wish.destination) {
      grant.refusal = Refusal::pair_waits;
      return;
    }
    const auto refused = refused_until_.find({port, wish.source, wish.destination});
    if (refused != refused_until_.end() && now < refused->second) {
      grant.refusal = Refusal::pair_waits_still;
      return;
    }
    if (rival != nullptr) {
      refused_until_[{port, rival->wish.source, rival->wish.destination}] = *rival->phase().ends;
    }
  }
  grant.port = port;
  if (rival != nullptr) {
    grant.loser = rival->wish.id();
  }
}

std::optional<Nanoseconds> Ports::hold(const Connection& connection, Nanoseconds now) {
  const PortWish& wish = connection.wish;
  users_.at(connection.port - pool_.front()).push_back(&connection);
  bound_[wish.source] += is_tied_to_source(wish) ? 1 : 0;
  const auto released = last_release_.find({key_of(wish), connection.port});
  if (released == last_release_.end() || scenario_.scope == Scope::tuple) {
    return std::nullopt;
  }
  return now - released->second;
}

void Ports::release(const Connection& connection, Nanoseconds now) {
  const PortWish& wish = connection.wish;
  std::vector<const Connection*>& users = users_.at(connection.port - pool_.front());
  users.erase(std::find(users.begin(), users.end(), &connection));
  bound_[wish.source] -= is_tied_to_source(wish) ? 1 : 0;
  last_release_[{key_of(wish), connection.port}] = now;
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
bool Ports::is_tied_to_source(const PortWish& wish) const {
  return scenario_.scope == Scope::tuple && wish.is_bound();
}

/// True if the two cannot have one port side by side, unless something is said for it.
bool Ports::are_rivals(const PortWish& a, const PortWish& b) const {
  return key_of(a) == key_of(b) || (a.source == b.source && (is_tied_to_source(a) || is_tied_to_source(b)));
}

std::uint64_t Ports::number_of(const Key& key) {
  const auto met = std::find(keys_met_.begin(), keys_met_.end(), key);
  const auto number = static_cast<std::uint64_t>(met - keys_met_.begin());
  if (met == keys_met_.end()) {
    keys_met_.push_back(key);
  }
  return host_ << 32 | number;
}

const std::vector<const Connection*>& Ports::users_of(std::uint16_t port) const {
  return users_.at(port - pool_.front());
}

/// The connection of the wish's own key that has the port, or null.
const Connection* Ports::user_of_key(const PortWish& wish, std::uint16_t port) const {
  for (const Connection* user : users_of(port)) {
    if (key_of(user->wish) == key_of(wish)) {
      return user;
    }
  }
  return nullptr;
}

bool Ports::is_usable(const Search& search, std::uint16_t port) const {
  return is_in_pool_[port] &&
         std::none_of(users_of(port).begin(), users_of(port).end(), [&](const Connection* user) {
           return are_rivals(search.wish, user->wish) && !is_tolerated(search, *user);
         });
}

/// True if the search does not mind that a rival has the port.
bool Ports::is_tolerated(const Search& search, const Connection& user) const {
  if (search.shares_bound_ports) {
    return user.wish.reuse_address;
  }
  if (search.wish.is_bound() || is_tied_to_source(user.wish)) {
    return false;
  }
  return is_old_enough_to_reuse(scenario_, user, search.now) ||
         (scenario_.stack.gives_out_time_wait && user.is_in_time_wait());
}

std::uint64_t Ports::draw(const PortWish& wish, std::uint64_t i, std::uint64_t bound) const {
  const auto index = static_cast<std::uint32_t>(wish.try_number << 16 | i);
  return pick(Draws::bits(draws_.key(Purpose::port_search, index), wish.caller), bound);
}

std::uint64_t Ports::of_key(std::uint64_t x, std::uint32_t i, std::uint64_t bound) const {
  return pick(Draws::bits(draws_.key(Purpose::port_cursor, i), x), bound);
}

std::optional<Ports::Found> Ports::search(const Search& search, std::uint64_t key) {
  switch (scenario_.selection) {
    case Selection::sequential:
    case Selection::sequential_from_random:
    case Selection::descending: return search_sequentially(search);
    case Selection::random_start: return search_upwards(search, draw(search.wish, 0, searched_.size()));
    case Selection::random_pick: return search_at_random(search);
    case Selection::hash: return search_by_hash(search, key);
    case Selection::double_hash: return search_by_double_hash(search, key);
    case Selection::random_increment: return search_by_increments(search);
    case Selection::parity_first:
      return is_tied_to_source(search.wish) ? search_other_parity_first(search)
                                            : search_own_parity_first(search, key);
  }
  return std::nullopt;
}

std::optional<Ports::Found> Ports::search_upwards(const Search& search, std::size_t start) const {
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    const std::size_t index = (start + i) % searched_.size();
    if (is_usable(search, searched_[index])) {
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

/// From the port after the one given last.
std::optional<Ports::Found> Ports::search_sequentially(const Search& search) {
  const std::optional<Found> found = search_upwards(search, cursor_);
  if (found.has_value()) {
    cursor_ = (found->index + 1) % searched_.size();
  }
  return found;
}

std::optional<Ports::Found> Ports::search_at_random(const Search& search) const {
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    const std::size_t index = draw(search.wish, i, searched_.size());
    if (is_usable(search, searched_[index])) {
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

std::optional<Ports::Found> Ports::search_by_hash(const Search& search, std::uint64_t key) {
  const std::size_t ports = searched_.size();
  const std::optional<Found> found = search_upwards(search, (cursor_ + of_key(key, 2, ports)) % ports);
  if (found.has_value()) {
    cursor_ = (cursor_ + found->looks) % ports;
  }
  return found;
}

std::optional<Ports::Found> Ports::search_by_double_hash(const Search& search, std::uint64_t key) {
  const std::size_t ports = searched_.size();
  const std::uint64_t counter = of_key(key, 3, 65536);
  if (!table_.contains(counter)) {
    table_[counter] = of_key(counter, 4, ports);
  }
  std::uint64_t& cursor = table_[counter];
  const std::optional<Found> found = search_upwards(search, (cursor + of_key(key, 2, ports)) % ports);
  if (found.has_value()) {
    cursor = (cursor + found->looks) % ports;
  }
  return found;
}

std::optional<Ports::Found> Ports::search_by_increments(const Search& search) {
  std::size_t index = cursor_;
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    index = (index + draw(search.wish, i, 500) + 1) % searched_.size();
    if (is_usable(search, searched_[index])) {
      cursor_ = index;
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

/// Every second index from `start`: half of the searched ports, or the only one.
std::optional<Ports::Found> Ports::search_one_parity(const Search& search, std::size_t start) const {
  const std::size_t both_passes = even_part(searched_.size());
  const std::size_t looks = std::max<std::size_t>(both_passes / 2, 1);
  for (std::size_t i = 0; i < looks; ++i) {
    std::size_t index = start + 2 * i;
    if (index >= searched_.size()) {
      index -= both_passes;
    }
    if (is_usable(search, searched_[index])) {
      return Found{index, i + 1};
    }
  }
  return std::nullopt;
}

/// connect() of Linux: the even indices from the key's cursor, then the odd ones.
std::optional<Ports::Found> Ports::search_own_parity_first(const Search& search, std::uint64_t key) {
  const std::size_t both_passes = even_part(searched_.size());
  if (!key_cursors_.contains(key)) {
    key_cursors_[key] = of_key(key, 5, both_passes);
  }
  std::uint64_t& cursor = key_cursors_[key];
  const std::size_t start = cursor % both_passes / 2 * 2;
  std::uint64_t looks_before = 0;
  std::optional<Found> found = search_one_parity(search, start);
  if (!found.has_value() && searched_.size() > 1) {
    looks_before = both_passes / 2;
    found = search_one_parity(search, start + 1);
  }
  if (!found.has_value()) {
    return std::nullopt;
  }
  const std::uint64_t distance = 2 * (found->looks - 1);
  cursor = (cursor + std::max(distance, 2 * draw(search.wish, 0, 8)) + 2) % both_passes;
  return Found{found->index, looks_before + found->looks};
}

/// bind() to port 0 of Linux: from a random place, the odd indices before the even ones.
std::optional<Ports::Found> Ports::search_other_parity_first(const Search& search) const {
  const std::size_t half = std::max<std::size_t>(searched_.size() / 2, 1);
  const std::size_t start = draw(search.wish, 0, searched_.size()) / 2 % half * 2;
  if (searched_.size() == 1) {
    return search_one_parity(search, 0);
  }
  if (const std::optional<Found> found = search_one_parity(search, start + 1)) {
    return found;
  }
  if (const std::optional<Found> found = search_one_parity(search, start)) {
    return Found{found->index, half + found->looks};
  }
  return std::nullopt;
}

}  // namespace portsim::reference
