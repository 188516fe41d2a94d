// Erlang's loss formula.
#pragma once

#include <cstdint>

namespace portsim {

/// Erlang B: the share of Poisson arrivals that find `servers` servers busy in steady state, whatever the
/// law of the holds, when `offered` erlangs (>= 0, finite) are offered and blocked arrivals go away.
/// No servers: 1. No load: 0. O(servers); neither overflows nor loses digits, results below 1e-308 become 0.
/// Source: A. K. Erlang (1917); recursion as in ITU-D Teletraffic Engineering Handbook (2005), eq. 7.29.
[[nodiscard]] double erlang_b(std::uint64_t servers, double offered);

}  // namespace portsim
