// The local ports of a host: who holds which, under the uniqueness scope of its stack.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/index_set.hpp"
#include "engine/port_search.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// What an attempt asks for.
struct PortRequest {
  Searcher searcher;              ///< its key is filled in by the port space
  std::uint32_t source = 0;       ///< local address, by number
  std::uint32_t destination = 0;  ///< remote address and port, by number
  BindMode bind = BindMode::none;
  std::uint16_t port = 0;  ///< asked for with bind(); 0: the stack picks
};

/// A port that is held, and what is needed to give it back.
struct HeldPort {
  std::uint32_t key = 0;     ///< of the uniqueness scope, by number
  std::uint32_t place = 0;   ///< in the order of the search
  std::uint32_t source = 0;  ///< local address
  bool is_bound = false;     ///< held by bind(): connect() passes it over for every destination
};

/// The ports of a host. One key of the scope (the host, a local address, or a local address with a remote
/// one) has one set of free ports; keys are made when they are first met.
class PortSpace {
 public:
  PortSpace(const ValidScenario& scenario, const Draws& draws);

  /// The result of a search.
  struct Answer {
    std::optional<HeldPort> port;                ///< empty when none was found
    std::uint64_t looked_at = 0;                 ///< ports
    std::optional<Duration> since_last_release;  ///< of the port found; empty beyond host and address scope
  };

  /// Finds a port and holds it.
  [[nodiscard]] Answer take(const PortRequest& request, TimePoint now);

  /// Gives a held port back.
  void release(const HeldPort& held, TimePoint now);

  /// The number of a port that is held.
  [[nodiscard]] std::uint16_t number(const HeldPort& held) const { return ports_[held.place]; }

 private:
  /// The ports of one key of the scope.
  struct Key {
    IndexSet usable;
    std::uint32_t source = 0;
    std::vector<bool> held;                                ///< by place; only where bind() and connect() mix
    std::vector<std::optional<TimePoint>> last_release{};  ///< by place; empty under tuple scope
  };

  /// The ports of one local address under tuple scope, for bind().
  struct Address {
    IndexSet unused;                       ///< no connection at all has them
    std::vector<std::uint32_t> users{};    ///< connections, by place
    std::vector<std::uint32_t> binders{};  ///< those of them that hold it by bind()
    std::vector<std::uint32_t> keys{};     ///< the keys with this address
  };

  [[nodiscard]] std::uint32_t key_number(const PortRequest& request);
  [[nodiscard]] Address& address_of(std::uint32_t source);
  [[nodiscard]] std::optional<Found> search(const PortRequest& request, std::uint32_t key);
  [[nodiscard]] std::optional<Found> take_number(const PortRequest& request, const Key& key);
  void hold_for_address(const HeldPort& held);
  void release_for_address(const HeldPort& held);

  Scope scope_;
  bool is_bind_used_ = false;         ///< some connection binds under tuple scope
  std::vector<std::uint16_t> ports_;  ///< by place
  IndexSet all_usable_;               ///< what every key begins with
  PortSearch search_;
  std::unordered_map<std::uint64_t, std::uint32_t> key_numbers_;
  std::vector<Key> keys_;
  std::unordered_map<std::uint32_t, Address> addresses_;
};

}  // namespace portsim
