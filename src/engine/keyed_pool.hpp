// The ports of several keys of the uniqueness scope, in bulk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/attempt_block.hpp"
#include "engine/course.hpp"
#include "engine/index_set.hpp"
#include "engine/instants.hpp"
#include "engine/pending.hpp"
#include "engine/port_search.hpp"
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

/// A local address with its ports, or with a remote address: each is a pool of its own. Which of them an
/// attempt asks depends on its caller alone, whether it gets a port on those that hold one of that pool. So
/// the attempts are taken one by one, and releases between them; all else of a connection stays in bulk.
class KeyedPool {
 public:
  /// `places` in the order of the search; those beyond the scenario's pool are never free.
  KeyedPool(const ValidScenario& scenario, const std::vector<std::uint16_t>& places);

  /// Works out which attempts get a port: their times are added to `taken`, the others are noted in the
  /// block. Connections are released `hold` later. The n-th to get a port gets number `numbers`[n].
  SearchTally serve(AttemptBlock& block, Instants& taken, Duration hold, PortSearch& search,
                    std::uint16_t* numbers);

  /// The same where holds differ: attempt i would give its port back at `due`[i].
  SearchTally serve(AttemptBlock& block, Instants& taken, const std::int64_t* due, PortSearch& search,
                    std::uint16_t* numbers);

  /// Connections that held a port when the last attempt of a block came.
  [[nodiscard]] std::uint64_t held() const { return held_; }

 private:
  /// A port and when it is given back.
  struct Release {
    std::int64_t time = 0;
    std::uint32_t port = 0;

    friend std::int64_t time_of(const Release& release) { return release.time; }
    friend bool operator>(const Release& one, const Release& other) { return one.time > other.time; }
  };

  struct Key {
    IndexSet usable;
    std::uint32_t free = 0;                  ///< those in `usable`
    std::vector<std::int64_t> given_back{};  ///< by place: when last; empty under tuple scope
  };

  template <typename GiveBack, typename Keep>
  SearchTally walk(AttemptBlock& block, Instants& taken, PortSearch& search, std::uint16_t* numbers,
                   GiveBack give_back_until, Keep keep);
  [[nodiscard]] std::uint32_t number_of_key(std::uint64_t caller);
  [[nodiscard]] Key& key(std::uint32_t number);
  void give_back(std::uint32_t port, std::int64_t now);

  const Scenario& scenario_;
  const RowView* rows_ = nullptr;  ///< of a recorded load
  const std::vector<std::uint16_t>& places_;
  std::uint64_t most_keys_;
  std::size_t sources_;                 ///< local addresses
  Key fresh_;                           ///< what every key begins with
  std::vector<Key> keys_;               ///< numbered as they are first met
  std::vector<std::uint32_t> numbers_;  ///< where order does not tell: those of source and destination

  // A port is its place, plus the number of places for each key before its own.
  std::vector<std::uint32_t> in_turn_;  ///< ports in the order of their releases: a ring
  // Where holds differ: when ports are given back, after the present block and within it.
  Pending<Release> later_;
  std::vector<Release> soon_;  ///< a heap
  std::uint64_t held_ = 0;
};

}  // namespace portsim
