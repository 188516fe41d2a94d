// Which local ports are held, and which one the next attempt gets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "reference_connection.hpp"

namespace portsim::reference {

/// Why connect() failed with a port that was bound or found.
enum class Refusal : std::uint8_t {
  none,
  port_in_use,       ///< by a connection of the same key
  pair_waits,        ///< the port is in TIME_WAIT for the same source and destination
  pair_waits_still,  ///< it was when it went to another connection, and its time is not over
};

/// What an attempt gets.
struct PortGrant {
  std::uint16_t port = 0;  ///< 0: none
  std::uint64_t ports_looked_at = 0;
  std::optional<ConnectionId> loser;  ///< the connection that has to be closed first
  bool gave_up = false;               ///< no port, though the search could have found one
  Refusal refusal = Refusal::none;
  bool is_shared = false;    ///< bind() let it have a port that others of the address have
  bool beside_bind = false;  ///< a bound socket held a port of the address that connect() had to leave out
};

/// The ports that connections may use, ascending: ranges less reserved ports less ports in use.
[[nodiscard]] std::vector<std::uint16_t> pool_of(const Scenario& scenario);

/// How many connections can hold a port at once, over all hosts.
[[nodiscard]] std::uint64_t capacity_of(const Scenario& scenario);

/// All local ports of one host. The connections that hold them are the caller's; their phases are read anew
/// in every search.
class Ports {
 public:
  /// `host`: its number, from 0.
  Ports(const Scenario& scenario, const Draws& draws, std::uint32_t host);

  /// Searches a port for `wish`. The port is not held yet.
  PortGrant choose(const PortWish& wish, Nanoseconds now);

  /// Marks the port of `connection` as held by it, which must stay where it is until the release. Gives the
  /// time since the port's last release in its key; always empty under tuple scope.
  std::optional<Nanoseconds> hold(const Connection& connection, Nanoseconds now);

  /// Frees the port of `connection`.
  void release(const Connection& connection, Nanoseconds now);

 private:
  /// Source and destination; those that the scope does not tell apart are 0.
  using Key = std::pair<std::uint32_t, std::uint32_t>;

  /// What one search looks for.
  struct Search {
    PortWish wish;
    Nanoseconds now = 0;
    bool shares_bound_ports = false;  ///< with connections that all have SO_REUSEADDR
  };

  /// A port that a search found: its place among the ports searched, and how many were looked at for it.
  struct Found {
    std::size_t index = 0;
    std::uint64_t looks = 0;
  };

  void choose_the_port_asked_for(const PortWish& wish, Nanoseconds now, PortGrant& grant);
  void choose_by_search(const PortWish& wish, Nanoseconds now, std::uint64_t key, PortGrant& grant);
  void connect_shared(const PortWish& wish, std::uint16_t port, PortGrant& grant) const;
  void connect_found(const PortWish& wish, Nanoseconds now, std::uint16_t port, PortGrant& grant);

  [[nodiscard]] Key key_of(const PortWish& wish) const;
  [[nodiscard]] bool is_tied_to_source(const PortWish& wish) const;
  [[nodiscard]] bool are_rivals(const PortWish& a, const PortWish& b) const;
  std::uint64_t number_of(const Key& key);
  [[nodiscard]] const std::vector<const Connection*>& users_of(std::uint16_t port) const;
  [[nodiscard]] const Connection* user_of_key(const PortWish& wish, std::uint16_t port) const;
  [[nodiscard]] bool is_usable(const Search& search, std::uint16_t port) const;
  [[nodiscard]] bool is_tolerated(const Search& search, const Connection& user) const;

  [[nodiscard]] std::uint64_t draw(const PortWish& wish, std::uint64_t i, std::uint64_t bound) const;
  [[nodiscard]] std::uint64_t of_key(std::uint64_t x, std::uint32_t i, std::uint64_t bound) const;

  std::optional<Found> search(const Search& search, std::uint64_t key);
  [[nodiscard]] std::optional<Found> search_upwards(const Search& search, std::size_t start) const;
  std::optional<Found> search_sequentially(const Search& search);
  [[nodiscard]] std::optional<Found> search_at_random(const Search& search) const;
  std::optional<Found> search_by_hash(const Search& search, std::uint64_t key);
  std::optional<Found> search_by_double_hash(const Search& search, std::uint64_t key);
  std::optional<Found> search_by_increments(const Search& search);
  [[nodiscard]] std::optional<Found> search_one_parity(const Search& search, std::size_t start) const;
  std::optional<Found> search_own_parity_first(const Search& search, std::uint64_t key);
  [[nodiscard]] std::optional<Found> search_other_parity_first(const Search& search) const;

  const Scenario& scenario_;
  Draws draws_;
  std::uint64_t host_;
  std::vector<std::uint16_t> pool_;                          ///< ascending
  std::vector<bool> is_in_pool_ = std::vector<bool>(65536);  ///< by port
  std::vector<std::uint16_t> searched_;                      ///< in the order of the search
  std::vector<Key> keys_met_;                                ///< the place of a key gives its number
  std::vector<std::vector<const Connection*>> users_;        ///< by port, from the lowest of the pool
  std::map<std::uint32_t, std::uint64_t> bound_;  ///< by source: connections that tie their port to it
  std::map<std::pair<Key, std::uint16_t>, Nanoseconds> last_release_;
  /// gives_out_time_wait: by port, source and destination.
  std::map<std::tuple<std::uint16_t, std::uint32_t, std::uint32_t>, Nanoseconds> refused_until_;
  std::uint64_t cursor_ = 0;                            ///< the host's
  std::map<std::uint64_t, std::uint64_t> table_;        ///< double_hash: counters, by their number
  std::map<std::uint64_t, std::uint64_t> key_cursors_;  ///< parity_first: cursors, by the key's number
};

}  // namespace portsim::reference
