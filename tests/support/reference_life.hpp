// The whole life of one connection, known as soon as it has a port: every random draw is a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"
#include "reference_timers.hpp"

namespace portsim::reference {

/// What an attempt comes to; the numbers are those of the fingerprint.
enum class Outcome : std::uint8_t { failed = 0, connected = 1, refused = 2, timed_out = 3 };

/// A state that the connection passes through, or a part of it.
struct Phase {
  TcpState state = TcpState::closed;
  std::optional<Nanoseconds> ends;  ///< empty: never
  /// The socket is closed and shrunk to what a timer needs: TIME_WAIT, and FIN_WAIT_2 while the timer runs
  /// whose end frees the port.
  bool is_mini_socket = false;
};

/// How the last phase ends, if nothing cuts the life short.
enum class Ending : std::uint8_t { regular, syn_timeout, fin_wait_2_timeout, fin_timeout, time_wait_reset };

/// The phases of a connection from connect() to CLOSED. A FIN_WAIT_2 that is split makes two.
struct Life {
  Closer closer = Closer::client;
  Outcome outcome = Outcome::connected;
  std::vector<Phase> phases;
  Ending ending = Ending::regular;
  Nanoseconds last_syn = 0;        ///< when the last try of the SYN began
  bool gave_up_syn = false;        ///< before the schedule of the SYN was used up
  std::uint64_t capped_draws = 0;  ///< drawn delays of this life that were cut to 10^9 s
};

/// The life of a connection none of whose SYNs gets through, as `life_of`.
[[nodiscard]] Life unanswered_life_of(const Scenario& scenario, const Draws& draws, const Timers& timers,
                                      std::uint64_t caller, const RecordedConnection* recorded,
                                      Nanoseconds start);

/// The life of the connection of `caller` (its index in order of arrival) that gets a port at `start`, as
/// long as nothing cuts it short; `recorded` is its row of the log, null for a load that is made up.
[[nodiscard]] Life life_of(const Scenario& scenario, const Draws& draws, const Timers& timers,
                           std::uint64_t caller, const RecordedConnection* recorded, Nanoseconds start);

}  // namespace portsim::reference
