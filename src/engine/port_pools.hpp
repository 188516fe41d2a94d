// Who gets a port, and which, in bulk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/packed_numbers.hpp"
#include "engine/attempt_block.hpp"
#include "engine/ceiling.hpp"
#include "engine/course.hpp"
#include "engine/free_places.hpp"
#include "engine/instants.hpp"
#include "engine/port_search.hpp"
#include "engine/releases_ahead.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// What some searches for a port came to.
struct SearchTally {
  Uint128 looked_at = 0;                ///< ports, by all of them
  std::uint64_t most = 0;               ///< by one of them
  Duration shortest_interval = kNever;  ///< from a port's release to its next allocation

  /// As many `searches` that looked at as many `ports`.
  void add(std::uint64_t ports, std::uint64_t searches = 1) {
    looked_at += Uint128{ports} * searches;
    most = std::max(most, searches > 0 ? ports : 0);
  }
};

/// The ports of a run, by keys of the uniqueness scope: a local address with its ports, or with a remote
/// address, is a pool of its own. Which of them an attempt asks depends on its caller alone, whether it gets
/// a port on those that hold one of that pool. So the attempts of a block are taken one by one, with the
/// releases between them, which come from the list of all releases, in which each has its port beside it; all
/// else of a connection stays in bulk.
///
/// Of a single pool it is known first who gets a port (`Ceiling`), wherever all releases up to the last
/// attempt of the block are; then which. Of one that is searched upwards stretches of ports are given in one
/// go, as long as each is free when its turn comes: nearly always where the pool is not full and holds differ
/// little.
class PortPools {
 public:
  /// `places` in the order of the search; those beyond the scenario's pool are never free.
  PortPools(const ValidScenario& scenario, const std::vector<std::uint16_t>& places, std::size_t block);

  /// Works out which attempts get a port: their times are added to `taken`, the others are noted in the
  /// block. Attempt i would give its port back at `due`[i], later than it comes. Without `due` everyone gives
  /// it back as much later as `releases`, which are then those of `taken`, are shifted.
  ///
  /// Releases of earlier blocks are all in the list of `releases`, which has numbers, ranked or not. Where
  /// connections of the block may give their ports back within it, `has_short_holds` tells so.
  SearchTally serve(AttemptBlock& block, Instants& taken, Instants& releases, Duration shift,
                    const std::int64_t* due, bool has_short_holds, PortSearch& search);

  /// The ports that the connections of the block got, by numbers of this class.
  [[nodiscard]] const std::uint32_t* numbers() const { return numbers_.data(); }
  [[nodiscard]] std::uint32_t most_number() const {
    return static_cast<std::uint32_t>((most_keys_ << place_bits_) - 1);
  }
  [[nodiscard]] std::uint16_t port_of(std::uint32_t number) const { return places_[number & place_mask_]; }

  /// True when so many keys of so many places can be told apart.
  [[nodiscard]] static bool have_room_for(std::uint64_t keys, std::size_t places);

 private:
  struct Key {
    FreePlaces places;
    std::uint32_t free = 0;
  };

  /// What a block is made of while it is served.
  struct Walk {
    AttemptBlock& block;
    PortSearch& search;
    const std::int64_t* due = nullptr;
    bool has_short_holds = false;
    std::int64_t* room = nullptr;  ///< for the times of those that are served
    PackedNumbers own_numbers{};   ///< where the list of releases is theirs: for their numbers
    std::size_t served = 0;
    SearchTally tally{};
  };

  [[nodiscard]] static int place_bits(std::size_t places);
  std::uint32_t pop_soon();
  template <bool kOneKey>
  void give_back_until(Releases& releases, std::int64_t now);
  void await(const Walk& walk, std::size_t first, std::size_t end);
  std::size_t take_in_turn(Walk& walk, const std::int64_t* times, const std::int64_t* until,
                           std::size_t count);
  std::size_t give_in_turn(Walk& walk, const std::int64_t* times, const std::int64_t* until,
                           std::size_t first);
  std::size_t try_in_turn(Walk& walk, std::size_t attempt);
  template <typename Places>
  [[nodiscard]] Found find(Walk& walk, const Places& places, const Searcher& searcher) const;
  template <bool kOneKey>
  std::uint64_t take_one(Walk& walk, std::size_t attempt, std::int64_t until);
  void prefetch(const PortSearch& search, std::uint64_t caller);
  template <bool kOneKey>
  void take_all(Walk& walk, Releases releases);
  template <typename Places>
  static void give_back_known(Places& places, Releases& releases, std::int64_t now);
  [[nodiscard]] const std::int64_t* due_of_served(const Walk& walk);
  template <bool kInTurn, bool kShort>
  void give_ports_with(Walk& walk, Instants& taken, Releases releases);
  void give_ports(Walk& walk, Instants& taken, const Releases& releases);
  [[nodiscard]] std::uint32_t number_of_key(std::uint64_t caller);
  [[nodiscard]] Key& key(std::uint32_t number);

  const Scenario& scenario_;
  const RowView* rows_ = nullptr;  ///< of a recorded load
  const std::vector<std::uint16_t>& places_;
  const std::uint64_t most_keys_;
  std::size_t sources_;   ///< local addresses
  const bool is_bound_;   ///< a search is that of bind()
  const int place_bits_;  ///< a number is a key's, and below these bits the place
  const std::uint32_t place_mask_;
  const bool tries_turns_;                  ///< whether the next port in turn is free is tried first
  Key fresh_;                               ///< what every key begins with
  std::vector<Key> keys_;                   ///< numbered as they are first met
  std::vector<std::uint32_t> key_numbers_;  ///< where order does not tell: of source and destination

  std::uint64_t first_looks_ = 0;  ///< searches that found the first port free, one after the other
  std::uint64_t released_ = 0;
  bool expects_room_ = true;            ///< of blocks with short holds: the last one failed nobody
  Ceiling ceiling_;                     ///< of a single pool
  std::vector<std::uint32_t> numbers_;  ///< of the block
  std::vector<std::int64_t> due_served_;
  std::vector<NumberedInstant> soon_{};  ///< a heap: releases of the block within it
  ReleasesAhead ahead_;
};

}  // namespace portsim
