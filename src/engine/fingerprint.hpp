// What tells two runs apart by one number.
#pragma once

#include <cstdint>

#include "engine/course.hpp"
#include "engine/draws.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The part that one attempt adds to the fingerprint of a run, which is the sum modulo 2^64 over all.
/// `attempt` is its number from 1; `port` 0 where it failed.
[[nodiscard]] inline std::uint64_t fingerprint_of(TimePoint time, std::uint64_t attempt, Outcome outcome,
                                                  std::uint16_t port) {
  const auto when = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::uint64_t what = std::uint64_t{static_cast<std::uint8_t>(outcome)} << 32 | port;
  return mix64(mix64(mix64(when) ^ attempt) ^ what);
}

}  // namespace portsim
