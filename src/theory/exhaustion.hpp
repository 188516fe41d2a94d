// When a load that is not random finds no free port, if every connection holds its port equally long.
#pragma once

#include <cstdint>
#include <optional>

#include "portsim/rate.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Connections per nanosecond in the mean, as an exact fraction: all arrival processes; on-off over whole
/// cycles. Empty if it does not fit into 128 bits (18 digits per day with millions of requests a connection).
[[nodiscard]] std::optional<Fraction> mean_rate_per_ns(const GeneratedLoad& load);

/// True for deterministic arrivals, batches of one included.
[[nodiscard]] bool is_deterministic(const Arrivals& arrivals);

/// True when the ports of all keys of the scope act as one pool of `capacity()` ports: an attempt fails only
/// when all are held. So it is with one key, or with deterministic arrivals that go through all keys in turn;
/// and only if the selection algorithm finds a free port whenever there is one.
[[nodiscard]] bool acts_as_one_pool(const ValidScenario& scenario);

/// True when the selection algorithm finds a free port whenever there is one. RFC 6056's algorithms 2 and 5
/// give up after as many looks as there are ports; Linux passes over one port of an odd number; an allocator
/// that gives out ports in TIME_WAIT may find one that connect() refuses.
[[nodiscard]] bool finds_any_free_port(const Scenario& scenario);

/// True when a load whose connections hold a port for exactly `hold` finds one free at every attempt of
/// [0, duration), `capacity` ports given and retries or not. Exact. False for Poisson arrivals, of which it
/// cannot be known.
///
/// Why: with batches of B (1 if deterministic) M = floor(capacity / B) batches fit. Batch j fails when batch
/// j - M still holds: when T(j) - T(j-M) < hold. As floor(x + y) - floor(x) >= floor(y), the difference is
/// least for j = M. So all is well if T(M) >= min(hold, duration). On-off: see exhaustion.cpp.
[[nodiscard]] bool never_exhausts(const GeneratedLoad& load, Duration hold, Duration duration,
                                  std::uint64_t capacity);

/// The end of a window that shows every failure of such a load that the window up to `duration` shows at all:
/// a load that fails for the first time does so before. At most `duration`.
[[nodiscard]] Duration telling_window(const GeneratedLoad& load, Duration hold, Duration duration);

/// The first instant in [0, duration) at which deterministic arrivals find no port: attempt capacity + 1, at
/// floor(capacity * requests_per_connection * 10^9 / rate) ns, if that is less than `hold`. Empty: never.
[[nodiscard]] std::optional<TimePoint> first_failure(const GeneratedLoad& load, Duration hold,
                                                     Duration duration, std::uint64_t capacity);

}  // namespace portsim
