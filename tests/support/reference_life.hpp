// The whole life of one connection, known as soon as it has a port: every random draw is a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"

namespace portsim::reference {

/// Simulated time or a span of it, in nanoseconds.
using Nanoseconds = std::int64_t;

/// What an attempt comes to; the numbers are those of the fingerprint.
enum class Outcome : std::uint8_t { failed = 0, connected = 1, refused = 2, timed_out = 3 };

/// A state that the connection passes through, and for how long; empty: for ever.
struct Phase {
  TcpState state = TcpState::closed;
  std::optional<Nanoseconds> lasts;
};

/// How the last phase ends.
enum class Ending : std::uint8_t { regular, syn_timeout, fin_wait_2_timeout, fin_timeout };

/// The phases of a connection from connect() to CLOSED.
struct Life {
  Closer closer = Closer::client;
  Outcome outcome = Outcome::connected;
  std::vector<Phase> phases;
  Ending ending = Ending::regular;
  std::uint64_t capped_draws = 0;  ///< drawn delays of this life that were cut to 10^9 s
};

/// The life of the connection of `caller` (its index in order of arrival); `recorded` is its row of the log,
/// null for a load that is made up.
[[nodiscard]] Life life_of(const Scenario& scenario, const Draws& draws, std::uint64_t caller,
                           const RecordedConnection* recorded);

}  // namespace portsim::reference
