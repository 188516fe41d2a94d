// The record of a reference run, and the results that are read off it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "reference_life.hpp"
#include "reference_ports.hpp"

namespace portsim::reference {

/// One call of connect().
struct Attempt {
  Nanoseconds time = 0;
  std::uint64_t try_number = 0;  ///< from 0
  std::uint64_t caller = 0;
  Outcome outcome = Outcome::failed;
  PortGrant grant;
  StateCounts states{};  ///< before the attempt
};

/// One connection that got a port.
struct Connection {
  Nanoseconds start = 0;
  PortWish wish;
  std::uint16_t port = 0;
  Life life;
  std::optional<Nanoseconds> released;
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

/// Everything that happened, in order.
struct Record {
  std::vector<Attempt> attempts;
  std::map<std::uint64_t, Connection> connections;  ///< by caller
  std::vector<Entry> entries;
  std::vector<Snapshot> history;  ///< first at time 0, one for each instant with events
  std::vector<Nanoseconds> fin_wait_2_timeouts;
  std::vector<Nanoseconds> fin_timeouts;
};

/// The results of the counted window [warm-up, duration).
[[nodiscard]] Result read_result(const Scenario& scenario, const Record& record,
                                 std::uint64_t outage_list_limit);

/// The counted window in rows of `step` (> 0); the last one may be shorter.
[[nodiscard]] std::vector<TimelineRow> read_timeline(const Scenario& scenario, const Record& record,
                                                     Duration step);

}  // namespace portsim::reference
