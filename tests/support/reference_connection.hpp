// One connection that got a port, and what the attempt that opened it had asked for.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "portsim/scenario.hpp"
#include "reference_life.hpp"

namespace portsim::reference {

/// A connection is named by the try that opened it: one caller has several where a translator drops its SYNs.
struct ConnectionId {
  std::uint64_t caller = 0;
  std::uint64_t try_number = 0;  ///< from 0
  friend auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

/// What an attempt wants.
struct PortWish {
  std::uint64_t caller = 0;
  std::uint64_t try_number = 0;
  std::uint32_t host = 0;    ///< 0 unless hosts share a translator
  std::uint32_t source = 0;  ///< of that host
  std::uint32_t destination = 0;
  bool is_loopback = false;
  BindMode bind = BindMode::none;
  std::uint16_t local_port = 0;  ///< 0: the stack picks
  bool reuse_address = false;

  [[nodiscard]] ConnectionId id() const { return {caller, try_number}; }

  /// True if bind() gives the port, not connect().
  [[nodiscard]] bool is_bound() const { return bind == BindMode::port0 || local_port != 0; }
};

/// How many hosts there are with ports of their own: 1 unless they share a translator.
[[nodiscard]] std::uint32_t hosts_of(const Scenario& scenario);

/// The wish of a caller's try; `recorded` is its row of the log, null for a load that is made up.
[[nodiscard]] PortWish wish_of(const Scenario& scenario, std::uint64_t caller, std::uint64_t try_number,
                               const RecordedConnection* recorded);

/// A connection, from the attempt that got its port to CLOSED and after.
struct Connection {
  Nanoseconds start = 0;
  PortWish wish;
  std::uint16_t port = 0;
  Life life;
  bool is_dropped = false;  ///< the translator let none of its SYNs pass
  std::size_t step = 0;     ///< the phase that it is in
  Nanoseconds since = 0;    ///< when that phase began
  std::optional<Nanoseconds> released;

  [[nodiscard]] const Phase& phase() const { return life.phases.at(step); }
  [[nodiscard]] bool is_in_time_wait() const { return phase().state == TcpState::time_wait; }
};

/// True if the stack lets connect() take the port of `connection`, which must hold it, at `now`.
[[nodiscard]] bool is_old_enough_to_reuse(const Scenario& scenario, const Connection& connection,
                                          Nanoseconds now);

}  // namespace portsim::reference
