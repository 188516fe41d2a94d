// The order in which a stack looks for a free port: RFC 6056 and what real stacks do.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/stack.hpp"

namespace portsim {

/// Who searches, and among the ports of which key of the uniqueness scope.
struct Searcher {
  std::uint64_t caller = 0;
  std::uint32_t try_number = 0;
  std::uint64_t key = 0;  ///< the lower half counts the keys of a host
};

/// A place in the pool that a search found, and how many it looked at, itself included.
struct Found {
  std::uint32_t place = 0;
  std::uint64_t looked_at = 0;
};

/// True when a search begins behind the port that was given last, whoever asks.
[[nodiscard]] bool gives_ports_in_turn(Selection selection);

/// Searches by one algorithm, with what the algorithm remembers between searches. Ports are known by
/// their place in `arrange`'s order; no search looks at more ports than the pool has.
class PortSearch {
 public:
  /// `size` places (> 0).
  PortSearch(Selection selection, std::uint32_t size, const Draws& draws, std::uint32_t host = 0);

  /// Begins anew as the search of another host. A searcher's key must tell hosts apart.
  void belong_to(std::uint32_t host);

  /// `ports` (ascending) in the order of their places.
  [[nodiscard]] static std::vector<std::uint16_t> arrange(Selection selection,
                                                          std::vector<std::uint16_t> ports);

  /// The search that begins behind the port that was given last, by value, so that a loop has at hand where
  /// that is, whatever it writes.
  class InTurn {
   public:
    explicit InTurn(std::uint32_t size) : size_(size) {}

    /// Where the next search begins.
    [[nodiscard]] std::uint32_t cursor() const { return cursor_; }
    void begin_at(std::uint32_t place) { cursor_ = place; }

    /// `usable` has a place.
    template <typename Places>
    [[nodiscard]] Found find(const Places& usable) {
      const Found found = upwards(usable, cursor_, size_);
      pass(found.place, 1);
      return found;
    }

    /// The ports from place `from` on were given in turn, without a search; they do not go beyond the last
    /// one.
    void pass(std::uint32_t from, std::uint32_t ports) { cursor_ = from + ports < size_ ? from + ports : 0; }

   private:
    std::uint32_t size_;
    std::uint32_t cursor_ = 0;
  };

  /// Where ports are given in turn.
  [[nodiscard]] InTurn& in_turn() { return in_turn_; }

  /// Where the search of `caller` begins at the first try, if that depends on nobody else.
  [[nodiscard]] std::optional<std::uint32_t> own_start(std::uint64_t caller) const {
    return selection_ == Selection::random_start
               ? std::optional(scale(Draws::bits(first_draws_, caller), size_))
               : std::nullopt;
  }

  /// Finds a place in `usable`. Empty when the algorithm finds none; then what it remembers is unchanged.
  /// The sets are `IndexSet` and `FreePlaces::At`.
  template <typename Places>
  [[nodiscard]] std::optional<Found> find(const Places& usable, const Searcher& searcher) {
    if (usable.is_empty()) {
      return std::nullopt;
    }
    if (gives_in_turn_) {
      return in_turn_.find(usable);
    }
    return selection_ == Selection::random_start ? upwards(usable, draw(searcher, 0, size_), size_)
                                                 : find_otherwise(usable, searcher);
  }

  /// The search of Linux's bind() to port 0: the parity that connect() leaves for last comes first, from a
  /// fresh random start.
  template <typename Places>
  [[nodiscard]] std::optional<Found> find_for_bind(const Places& usable, const Searcher& searcher);

 private:
  /// `bits` as a number in [0, bound).
  [[nodiscard]] static std::uint32_t scale(std::uint64_t bits, std::uint32_t bound) {
    return static_cast<std::uint32_t>((bits >> 32) * bound >> 32);
  }

  /// A number in [0, bound) that the searcher draws.
  [[nodiscard]] std::uint32_t draw(const Searcher& searcher, std::uint32_t index, std::uint32_t bound) const {
    // Each try of a caller has draws of its own: no search looks at more than 2^16 ports.
    const std::uint32_t number = searcher.try_number << 16 | index;
    const std::uint64_t key = number == 0 ? first_draws_ : draws_.key(Purpose::port_search, number);
    return scale(Draws::bits(key, searcher.caller), bound);
  }
  /// Where the next search of a key begins, on Linux.
  [[nodiscard]] std::uint32_t& cursor_of(std::uint64_t key, std::uint32_t range);
  /// A number in [0, bound) that belongs to the key.
  [[nodiscard]] std::uint32_t of_key(std::uint64_t key, std::uint32_t index, std::uint32_t bound) const;

  template <typename Places>
  [[nodiscard]] std::optional<Found> find_otherwise(const Places& usable, const Searcher& searcher);
  template <typename Places>
  [[nodiscard]] static Found upwards(const Places& usable, std::uint32_t start, std::uint32_t size) {
    const std::uint32_t place = usable.next_around(start);
    const std::uint32_t distance = place >= start ? place - start : place + size - start;
    return Found{.place = place, .looked_at = std::uint64_t{distance} + 1};
  }
  template <typename Places>
  [[nodiscard]] std::optional<Found> pick_at_random(const Places& usable, const Searcher& searcher) const;
  template <typename Places>
  [[nodiscard]] std::optional<Found> random_increments(const Places& usable, const Searcher& searcher);
  template <typename Places>
  [[nodiscard]] std::optional<Found> one_parity(const Places& usable, std::uint32_t first_place,
                                                std::uint32_t count, std::uint32_t start) const;
  template <typename Places>
  [[nodiscard]] std::optional<Found> both_parities(const Places& usable, std::uint32_t start,
                                                   bool own_parity_first) const;
  template <typename Places>
  [[nodiscard]] std::optional<Found> parity_first(const Places& usable, const Searcher& searcher);

  Selection selection_;
  bool gives_in_turn_;
  std::uint32_t size_;
  Draws draws_;
  std::uint64_t first_draws_;  ///< the key of every caller's first draw at the first try
  InTurn in_turn_;             ///< where ports are given in turn
  std::uint32_t cursor_ = 0;   ///< what other searches add to
  std::unordered_map<std::uint64_t, std::uint32_t>
      cursors_;                             ///< the same for each counter of the double hash
  std::vector<std::uint32_t> key_cursors_;  ///< Linux's, for each key
};

}  // namespace portsim
