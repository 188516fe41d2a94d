// The record of a reference run, and the results that are read off it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "reference_connection.hpp"
#include "reference_ports.hpp"
#include "reference_translator.hpp"

namespace portsim::reference {

/// One call of connect().
struct Attempt {
  Nanoseconds time = 0;
  ConnectionId id;
  Outcome outcome = Outcome::failed;
  PortGrant grant;                           ///< by the host
  bool is_dropped = false;                   ///< the host had a port, but the translator no translation
  std::optional<Nanoseconds> since_release;  ///< of the port that it got
  StateCounts states{};                      ///< before the attempt
};

/// A state that a connection entered.
struct Entry {
  Nanoseconds time = 0;
  TcpState state = TcpState::closed;
};

/// The connections in each state from `time` until the next snapshot.
struct Snapshot {
  Nanoseconds time = 0;
  StateCounts states{};
};

/// Why a connection was closed while its timer still ran.
enum class EarlyCause : std::uint8_t { reused, capped, reset };

/// A connection that left TIME_WAIT, or FIN_WAIT_2, before its time.
struct EarlyClose {
  Nanoseconds time = 0;
  EarlyCause cause = EarlyCause::reused;
  TcpState state = TcpState::closed;  ///< that it was in
};

/// Everything that happened, in order.
struct Record {
  std::vector<Attempt> attempts;
  std::map<ConnectionId, Connection> connections;
  std::vector<Translation> translations;
  std::vector<Entry> entries;
  std::vector<Snapshot> history;  ///< first at time 0, one for each instant with events
  std::vector<Nanoseconds> fin_wait_2_timeouts;
  std::vector<Nanoseconds> fin_timeouts;
  std::vector<EarlyClose> early_closes;
};

/// The results of the counted window [warm-up, duration).
[[nodiscard]] Result read_result(const Scenario& scenario, const Record& record,
                                 std::uint64_t outage_list_limit);

/// The counted window in rows of `step` (> 0); the last one may be shorter.
[[nodiscard]] std::vector<TimelineRow> read_timeline(const Scenario& scenario, const Record& record,
                                                     Duration step);

}  // namespace portsim::reference
