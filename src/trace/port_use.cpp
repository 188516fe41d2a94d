#include "trace/port_use.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "trace/addresses.hpp"

namespace portsim {
namespace {

using PoolKey = std::tuple<std::string, std::string, std::uint16_t>;
using SocketKey = std::tuple<std::string_view, std::uint16_t, std::string_view, std::uint16_t>;

PoolKey pool_key(const Socket& socket, Scope scope) {
  switch (scope) {
    case Scope::host: return {};
    case Scope::address: return {socket.local_address, "", 0};
    case Scope::tuple: return {socket.local_address, socket.remote_address, socket.remote_port};
  }
  return {};
}

SocketKey key_of(const Socket& socket) {
  return {socket.local_address, socket.local_port, socket.remote_address, socket.remote_port};
}

bool is_any_address(const std::string& address) {
  return address == "*" || address == "0.0.0.0" || address == "::";
}

/// The sockets that listen, by port.
class Listeners {
 public:
  explicit Listeners(const SocketTable& table) {
    for (const Socket& socket : table.sockets) {
      if (socket.state == TcpState::listen) {
        addresses_[socket.local_port].push_back(socket.local_address);
      }
    }
  }

  [[nodiscard]] bool has(std::uint16_t port, const std::string& address) const {
    const auto found = addresses_.find(port);
    return found != addresses_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const std::string& listening) {
             return is_any_address(listening) || listening == address;
           });
  }

  [[nodiscard]] std::uint64_t ports_of(const std::vector<std::uint16_t>& pool) const {
    return static_cast<std::uint64_t>(std::count_if(
        pool.begin(), pool.end(), [&](std::uint16_t port) { return addresses_.contains(port); }));
  }

 private:
  std::map<std::uint16_t, std::vector<std::string>> addresses_;
};

/// What becomes of a port, and the time left; the largest is what counts where connections share it.
enum class FateKind : std::uint8_t { closing, timed, untimed, staying };
using Fate = std::pair<FateKind, Duration>;

Fate fate_of(const Socket& socket) {
  if (socket.state == TcpState::time_wait) {
    return socket.time_left ? Fate{FateKind::timed, *socket.time_left} : Fate{FateKind::untimed, {}};
  }
  if (socket.state == TcpState::fin_wait_2 && socket.time_left) {
    return {FateKind::closing, *socket.time_left};
  }
  return {FateKind::staying, {}};
}

/// Sorts sockets into pools.
class PoolSorter {
 public:
  PoolSorter(const std::vector<std::uint16_t>& pool, Scope scope) : ports_(pool), scope_(scope) {}

  void add(const Socket& socket, const Listeners& listeners) {
    switch (role_of(socket, listeners)) {
      case Role::listens: ++use_.listening; break;
      case Role::not_connected: ++use_.not_connected; break;
      case Role::accepted: ++use_.accepted; break;
      case Role::outside_range: ++use_.outside_range; break;
      case Role::holds_port: hold(socket); break;
    }
  }

  /// Notes what is new since `before` in the pool of each socket that is held.
  void compare(const SocketTable& before) {
    std::map<SocketKey, const Socket*> earlier;
    for (const Socket& socket : before.sockets) {
      const auto [place, is_new] = earlier.emplace(key_of(socket), &socket);
      if (!is_new && place->second->state == TcpState::time_wait) {
        place->second = &socket;  // one that changed while the list was made stands in it twice
      }
    }
    std::set<SocketKey> open_now;
    for (const auto& [socket, pool] : held_) {
      const auto found = earlier.find(key_of(*socket));
      const Socket* const was = found == earlier.end() ? nullptr : found->second;
      PoolChange& change = use_.pools[pool].change;
      if (socket->state == TcpState::time_wait) {
        change.into_time_wait +=
            was == nullptr || was->state != TcpState::time_wait || is_later(*socket, *was) ? 1 : 0;
      } else {
        open_now.insert(key_of(*socket));
        change.appeared += was == nullptr || was->state == TcpState::time_wait ? 1 : 0;
      }
    }
    const Listeners listeners(before);
    for (const Socket& socket : before.sockets) {
      const auto pool = places_.find(pool_key(socket, scope_));
      const bool was_open =
          socket.state != TcpState::time_wait && role_of(socket, listeners) == Role::holds_port;
      if (was_open && pool != places_.end() && !open_now.contains(key_of(socket))) {
        ++use_.pools[pool->second].change.disappeared;
      }
    }
  }

  PortUse finish(const Listeners& listeners) {
    for (std::size_t i = 0; i < use_.pools.size(); ++i) {
      for (const auto& [port, fate] : fates_[i]) {
        PortPool& pool = use_.pools[i];
        switch (fate.first) {
          case FateKind::closing: pool.closing_left.push_back(fate.second); break;
          case FateKind::timed: pool.time_wait_left.push_back(fate.second); break;
          case FateKind::untimed: ++pool.time_wait_untimed; break;
          case FateKind::staying: ++pool.staying; break;
        }
      }
    }
    use_.listening_ports = listeners.ports_of(ports_);
    return std::move(use_);
  }

 private:
  /// What a socket is to the pools.
  enum class Role : std::uint8_t { listens, not_connected, accepted, outside_range, holds_port };

  [[nodiscard]] Role role_of(const Socket& socket, const Listeners& listeners) const {
    if (socket.state == TcpState::listen) {
      return Role::listens;
    }
    if (socket.state == TcpState::closed || socket.remote_port == 0) {
      return Role::not_connected;
    }
    if (socket.state == TcpState::syn_received || listeners.has(socket.local_port, socket.local_address)) {
      return Role::accepted;
    }
    return std::binary_search(ports_.begin(), ports_.end(), socket.local_port) ? Role::holds_port
                                                                               : Role::outside_range;
  }

  static bool is_later(const Socket& socket, const Socket& was) {
    return socket.time_left && was.time_left && *socket.time_left > *was.time_left;
  }

  void hold(const Socket& socket) {
    const auto [place, is_new] = places_.emplace(pool_key(socket, scope_), use_.pools.size());
    if (is_new) {
      const auto& [local, remote, port] = place->first;
      PortPool& made = use_.pools.emplace_back();
      made.local_address = local;
      made.remote_address = remote;
      made.remote_port = port;
      made.is_loopback = true;
      fates_.emplace_back();
    }
    PortPool& pool = use_.pools[place->second];
    pool.is_loopback = pool.is_loopback && is_loopback_address(socket.remote_address);
    destination(pool, socket).states[client_index(socket.state)] += 1;
    Fate& fate = fates_[place->second][socket.local_port];
    fate = std::max(fate, fate_of(socket));
    held_.emplace_back(&socket, place->second);
  }

  DestinationUse& destination(PortPool& pool, const Socket& socket) {
    const PoolKey key{socket.local_address, socket.remote_address, socket.remote_port};
    const auto [place, is_new] = destinations_.emplace(key, pool.destinations.size());
    if (is_new) {
      pool.destinations.push_back({socket.local_address, socket.remote_address, socket.remote_port, {}});
    }
    return pool.destinations[place->second];
  }

  const std::vector<std::uint16_t>& ports_;
  Scope scope_;
  PortUse use_;
  std::map<PoolKey, std::size_t> places_;
  std::map<PoolKey, std::size_t> destinations_;  // each lies in one pool
  std::vector<std::map<std::uint16_t, Fate>> fates_;
  std::vector<std::pair<const Socket*, std::size_t>> held_;
};

}  // namespace

PortUse port_use(const SocketTable& now, const SocketTable* before, const std::vector<std::uint16_t>& pool,
                 Scope scope) {
  const Listeners listeners(now);
  PoolSorter sorter(pool, scope);
  for (const Socket& socket : now.sockets) {
    sorter.add(socket, listeners);
  }
  if (before != nullptr) {
    sorter.compare(*before);
  }
  return sorter.finish(listeners);
}

}  // namespace portsim
