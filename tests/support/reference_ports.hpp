// Which local ports are held, and which one the next attempt gets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "reference_life.hpp"

namespace portsim::reference {

/// What an attempt wants.
struct PortWish {
  std::uint64_t caller = 0;
  std::uint64_t try_number = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  BindMode bind = BindMode::none;
  std::uint16_t local_port = 0;  ///< 0: the stack picks
};

/// What the attempt gets.
struct PortGrant {
  std::uint16_t port = 0;  ///< 0: none
  std::uint64_t ports_looked_at = 0;
  std::optional<Nanoseconds> since_release;  ///< of the port in its key; always empty under tuple scope
  bool gave_up = false;                      ///< no port, though the search could have found one
  bool beside_bind = false;  ///< a bound socket held a port of the address that connect() had to leave out
};

/// The wish of a caller's try; `recorded` is its row of the log, null for a load that is made up.
[[nodiscard]] PortWish wish_of(const Scenario& scenario, std::uint64_t caller, std::uint64_t try_number,
                               const RecordedConnection* recorded);

/// The ports that connections may use, ascending: ranges less reserved ports less ports in use.
[[nodiscard]] std::vector<std::uint16_t> pool_of(const Scenario& scenario);

/// How many connections can hold a port at once.
[[nodiscard]] std::uint64_t capacity_of(const Scenario& scenario);

/// All local ports of the host.
class Ports {
 public:
  Ports(const Scenario& scenario, const Draws& draws);

  /// Searches a port for `wish` and holds it.
  PortGrant take(const PortWish& wish, Nanoseconds now);

  /// Frees the port that `wish` got.
  void release(const PortWish& wish, std::uint16_t port, Nanoseconds now);

 private:
  /// Source and destination; those that the scope does not tell apart are 0.
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  using PortFlags = std::vector<bool>;  ///< by port

  /// A port that a search found: its place among the ports searched, and how many were looked at for it.
  struct Found {
    std::size_t index = 0;
    std::uint64_t looks = 0;
  };

  [[nodiscard]] Key key_of(const PortWish& wish) const;
  [[nodiscard]] bool is_bound_first(const PortWish& wish) const;
  std::uint64_t number_of(const Key& key);
  [[nodiscard]] bool is_usable(const PortWish& wish, std::uint16_t port) const;

  [[nodiscard]] std::uint64_t draw(const PortWish& wish, std::uint64_t i, std::uint64_t bound) const;
  [[nodiscard]] std::uint64_t of_key(std::uint64_t x, std::uint32_t i, std::uint64_t bound) const;

  std::optional<Found> search(const PortWish& wish, std::uint64_t key);
  [[nodiscard]] std::optional<Found> search_upwards(const PortWish& wish, std::size_t start) const;
  std::optional<Found> search_sequentially(const PortWish& wish);
  [[nodiscard]] std::optional<Found> search_at_random(const PortWish& wish) const;
  std::optional<Found> search_by_hash(const PortWish& wish, std::uint64_t key);
  std::optional<Found> search_by_double_hash(const PortWish& wish, std::uint64_t key);
  std::optional<Found> search_by_increments(const PortWish& wish);
  [[nodiscard]] std::optional<Found> search_one_parity(const PortWish& wish, std::size_t start) const;
  std::optional<Found> search_own_parity_first(const PortWish& wish, std::uint64_t key);
  [[nodiscard]] std::optional<Found> search_other_parity_first(const PortWish& wish) const;

  const Scenario& scenario_;
  Draws draws_;
  PortFlags in_pool_ = PortFlags(65536);
  std::vector<std::uint16_t> searched_;  ///< in the order of the search
  std::vector<Key> keys_met_;            ///< the number of a key is its place here
  std::map<Key, PortFlags> held_;
  std::map<std::uint32_t, PortFlags> held_by_bind_;  ///< by source: ports held by explicitly bound sockets
  std::map<std::pair<Key, std::uint16_t>, Nanoseconds> last_release_;
  std::uint64_t cursor_ = 0;                            ///< the host's
  std::map<std::uint64_t, std::uint64_t> table_;        ///< double_hash: counters, by their number
  std::map<std::uint64_t, std::uint64_t> key_cursors_;  ///< parity_first: cursors, by the key's number
};

}  // namespace portsim::reference
