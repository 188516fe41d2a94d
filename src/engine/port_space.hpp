// The local ports of a host: who holds which, under the uniqueness scope of its stack.
#pragma once

#include <cstdint>
#include <memory>
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
  Searcher searcher{};            ///< its key is filled in by the port space
  std::uint32_t source = 0;       ///< local address, by number
  std::uint32_t destination = 0;  ///< remote address and port, by number
  BindMode bind = BindMode::none;
  std::uint16_t port = 0;      ///< asked for with bind(); 0: the stack picks
  bool reuse_address = false;  ///< SO_REUSEADDR

  /// True when bind() chooses the port.
  [[nodiscard]] bool is_bound() const { return port != 0 || bind == BindMode::port0; }
};

/// A port that is held or can be, and what is needed to give it back.
struct HeldPort {
  std::uint32_t key = 0;       ///< of the uniqueness scope, by number
  std::uint32_t place = 0;     ///< in the order of the search
  std::uint32_t address = 0;   ///< local address, by number; 0 under host scope
  bool is_bound = false;       ///< held by bind(): connect() passes it over for every destination
  bool reuse_address = false;  ///< with SO_REUSEADDR
};

/// The ports of a host. One key of the scope (the host, a local address, or a local address with a remote
/// one) has one set of usable ports; keys are made when they are first met, and under tuple scope have a
/// table of their ports only while somebody holds one.
///
/// A port that a connection in TIME_WAIT holds may be usable all the same: where the stack reuses it, and for
/// bind() with SO_REUSEADDR. Then it has an occupant, which must give it up first.
class PortSpace {
 public:
  PortSpace(const ValidScenario& scenario, const Draws& draws);

  /// The ports among which searches step, in the order in which they do: those of the pool, and in Linux's
  /// order those that others hold too.
  [[nodiscard]] static std::vector<std::uint16_t> places(const ValidScenario& scenario);

  /// Their number.
  [[nodiscard]] static std::size_t count_places(const ValidScenario& scenario);

  /// Which of `places` are ports of the pool.
  [[nodiscard]] static IndexSet usable_places(const ValidScenario& scenario,
                                              const std::vector<std::uint16_t>& places);

  /// The ports of another such host, none of them held.
  [[nodiscard]] PortSpace of_host(std::uint32_t host) const;

  /// The result of a search.
  struct Answer {
    std::optional<HeldPort> port;           ///< empty when none was found
    std::uint64_t looked_at = 0;            ///< ports
    std::optional<std::uint32_t> occupant;  ///< the slot of the connection that holds the port still
  };

  /// Finds a port; who wants it must `hold` it.
  [[nodiscard]] Answer find(const PortRequest& request);

  /// Holds a port for the connection in `slot`. Gives the time since the port's last release; empty if there
  /// was none, and beyond host and address scope.
  std::optional<Duration> hold(const HeldPort& port, std::uint32_t slot, TimePoint now);

  /// Lets connect() have a port though it is held.
  void make_usable(const HeldPort& held);

  /// Gives a held port back.
  void release(const HeldPort& held, TimePoint now);

  /// The number of a port.
  [[nodiscard]] std::uint16_t number(const HeldPort& held) const { return layout_->ports[held.place]; }

 private:
  /// Which ports are free.
  struct Table {
    IndexSet usable;           ///< by connect()
    std::vector<bool> held;    ///< by place
    std::vector<bool> lent{};  ///< by place: held, and usable all the same
  };

  /// One key of the scope.
  struct Key {
    std::optional<Table> table{};  ///< of its ports; empty while it needs none
    std::uint32_t address = 0;
    std::uint32_t users = 0;                               ///< connections
    std::vector<std::optional<TimePoint>> last_release{};  ///< by place; empty under tuple scope
  };

  /// The ports of one local address, for bind().
  struct Address {
    IndexSet unused;                       ///< no connection at all has them
    IndexSet shareable;                    ///< only connections with SO_REUSEADDR have them
    std::vector<std::uint32_t> users{};    ///< connections, by place
    std::vector<std::uint32_t> jealous{};  ///< those of them without SO_REUSEADDR
    std::vector<std::uint32_t> binders{};  ///< those of them that hold it by bind()
    std::vector<std::uint32_t> keys{};     ///< the keys with this address
  };

  /// Which port is where; the same for all hosts.
  struct Layout {
    std::vector<std::uint16_t> ports;  ///< by place
    std::uint16_t lowest;              ///< port of `ports`
    std::vector<std::uint32_t>
        place_of;  ///< by port from the lowest to the highest; the number of ports where it is none
  };

  static Layout lay_out(const ValidScenario& scenario);
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(layout_->ports.size()); }
  [[nodiscard]] std::uint32_t address_number(const PortRequest& request) const;
  [[nodiscard]] std::uint32_t key_number(const PortRequest& request);
  void give_table(Key& key);
  [[nodiscard]] Address& address_of(std::uint32_t number);
  [[nodiscard]] std::optional<Found> search(const PortRequest& request, std::uint32_t key,
                                            const Searcher& searcher);
  [[nodiscard]] std::optional<Found> search_for_bind(const PortRequest& request, const Searcher& searcher);
  [[nodiscard]] std::optional<Found> find_number(const PortRequest& request, std::uint32_t key);
  [[nodiscard]] std::uint64_t cost_of_failure(const PortRequest& request) const;
  [[nodiscard]] bool may_share(const PortRequest& request) const;
  void count_user(const HeldPort& port);
  void discount_user(const HeldPort& port);
  void refresh(std::uint32_t number, std::uint32_t place);
  void refresh_address(const Address& address, std::uint32_t place);

  static std::uint64_t identity(const HeldPort& port) { return std::uint64_t{port.key} << 32 | port.place; }

  Scope scope_;
  bool are_addresses_kept_ = false;  ///< what bind() may have is not what connect() may have
  bool are_occupants_kept_ = false;  ///< a port can be found that is still held
  bool autobind_reuse_ = false;
  std::shared_ptr<const Layout> layout_;
  IndexSet all_usable_;  ///< what every key begins with
  PortSearch search_;
  std::uint32_t host_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> key_numbers_;
  std::vector<Key> keys_;
  std::vector<Table> spare_tables_{};  ///< in which all ports are free
  std::unordered_map<std::uint32_t, Address> addresses_;
  std::unordered_map<std::uint64_t, std::uint32_t> occupants_;  ///< by key and place: the connection's slot
};

}  // namespace portsim
