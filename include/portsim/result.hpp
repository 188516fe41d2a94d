// What one run gives: plain values that explain themselves.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "portsim/tcp.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// Number of connections in each of `kClientStates`.
using StateCounts = std::array<std::uint64_t, kClientStates.size()>;

/// A quantity over the counted window [warm-up, duration).
struct GaugeResult {
  std::uint64_t peak = 0;    ///< largest value held for at least 1 ns
  Uint128 area = 0;          ///< sum of value x nanoseconds; the mean is area / window
  std::uint64_t at_end = 0;  ///< just before the window closes
};

/// One TCP state over the counted window.
struct StateResult {
  GaugeResult gauge;
  std::uint64_t entered = 0;  ///< phases of length 0 included
};

/// The first attempt of the counted window that found no port.
struct FirstFailure {
  TimePoint time{};
  std::uint64_t attempt = 0;  ///< from 1, counted from the start of the run
  StateCounts states{};       ///< connections in each state at that attempt
};

/// A maximal run of failed attempts: from the first to the next successful one.
struct Outage {
  TimePoint start{};
  TimePoint end{};           ///< `duration` when still open
  std::uint64_t failed = 0;  ///< attempts
  bool open = false;
};

/// All outages of the counted window; the list holds the first ones only.
struct OutageResult {
  std::uint64_t count = 0;
  Duration total{};
  Duration longest{};
  std::vector<Outage> list;
  bool list_truncated = false;
};

/// One step of the timeline.
struct TimelineRow {
  TimePoint end{};                     ///< the step's end, not included
  std::uint64_t ports_in_use_max = 0;  ///< largest value held for at least 1 ns within the step
  StateCounts states{};                ///< just before `end`
  std::uint64_t attempts = 0;          ///< within the step
  std::uint64_t failed = 0;            ///< within the step
};

/// Ports freed before their TIME_WAIT delay was over, by cause.
struct EarlyReleases {
  std::uint64_t reused = 0;  ///< a new connection took the port
  std::uint64_t capped = 0;  ///< too many connections were in TIME_WAIT
  std::uint64_t reset = 0;   ///< an RST ended TIME_WAIT

  [[nodiscard]] std::uint64_t total() const { return reused + capped + reset; }
  friend bool operator==(const EarlyReleases&, const EarlyReleases&) = default;
};

/// Failed attempts of one of two pools in a row.
struct PoolFailures {
  std::uint64_t failed = 0;
  std::optional<TimePoint> first;  ///< of the counted window
};

/// What a translator and the hosts behind it did.
struct NatResult {
  std::uint64_t capacity = 0;  ///< translations that one key of its scope can have at once
  GaugeResult in_use;          ///< translations, over all keys
  std::uint64_t key_peak = 0;  ///< most that one key had for at least 1 ns
  PoolFailures at_hosts;       ///< attempts that found no port on their own host
  PoolFailures at_nat;         ///< attempts whose SYN the translator dropped
};

/// The results of one run. Every count covers the window [warm-up, duration) only; times and ordinals
/// count from the start of the run. Definitions: README, "What the numbers mean".
struct Result {
  std::uint64_t capacity = 0;
  Duration window{};  ///< duration - warm-up: what means are taken over

  std::uint64_t attempts = 0;   ///< = connected + refused + timed_out + failed
  std::uint64_t connected = 0;  ///< a port was given and the peer answers (even after the window)
  std::uint64_t refused = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t failed = 0;          ///< no port was free
  std::uint64_t callers = 0;         ///< first tries; attempts less retries
  std::uint64_t callers_failed = 0;  ///< callers that got no port at any try

  std::optional<FirstFailure> first_failure;
  OutageResult outages;
  GaugeResult ports_in_use;
  std::array<StateResult, kClientStates.size()> states{};

  std::uint64_t holds = 0;             ///< connections that got a port within the window ...
  std::optional<Uint128> hold_sum_ns;  ///< ... and how long they held it, in all; empty if one never ends
  EarlyReleases early_releases;
  Uint128 search_sum = 0;  ///< ports looked at over all attempts
  std::uint64_t search_max = 0;
  std::optional<Duration> reuse_interval_min;  ///< from a port's release to its next allocation
  std::uint64_t fin_wait_2_timeouts = 0;
  std::uint64_t fin_timeouts = 0;  ///< no try of a FIN was answered
  std::uint64_t draws_capped = 0;  ///< random delays that were cut to 10^9 s

  std::optional<NatResult> nat;  ///< empty without a translator

  std::uint64_t server_sessions_peak = 0;
  std::optional<TimePoint> event_2009;  ///< sessions first exceed the limit for at least 1 ns

  std::optional<Duration> drain;  ///< from the end of the window to the last release; empty: never
  std::uint64_t fingerprint = 0;  ///< over time, ordinal, outcome and port of every attempt of the run

  Duration timeline_step{};
  std::vector<TimelineRow> timeline;  ///< the counted window in at most 1,000 steps

  [[nodiscard]] bool exhausted() const { return failed > 0; }
};

}  // namespace portsim
