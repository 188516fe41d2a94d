// Random numbers by name: every draw is a pure function of what it is for.
#pragma once

#include <cstdint>

#include "base/portable_math.hpp"

namespace portsim {

/// What a draw decides. Append only: the number of a purpose is part of every recorded result.
enum class Purpose : std::uint8_t {
  arrival_gap = 0,
  closer = 1,
  lifetime = 2,
  rtt = 3,
  peer_close_delay = 4,
  client_close_delay = 5,
  syn_loss = 6,
  fin_loss = 7,
  peer_fin_loss = 8,
  port_cursor = 9,       ///< where a stack's searches begin; the ordinal is a key of the scope
  port_search = 10,      ///< what one search draws
  timer_offset = 11,     ///< origin of the grid on which timers end
  time_wait_reset = 12,  ///< whether an RST ends TIME_WAIT
  replay_jitter = 13,    ///< how far a copy of a recorded connection lies behind it
};

/// The finaliser of splitmix64: a bijection in which every input bit moves every output bit. Source: Steele,
/// Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014; constants: Stafford, "Better
/// bit mixing", variant 13 (2011).
[[nodiscard]] inline std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

/// The draws of one replication: (seed, replication, purpose, ordinal, index) -> 64 random bits, with no
/// state in between. Design and quality: src/README.md, "Random draws".
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint32_t replication);

  /// The key of a stream; worth keeping where many ordinals follow.
  [[nodiscard]] std::uint64_t key(Purpose purpose, std::uint32_t index = 0) const;

  /// 64 random bits for `ordinal` (the caller's, from 0) in the stream of `key`.
  [[nodiscard]] static std::uint64_t bits(std::uint64_t key, std::uint64_t ordinal) {
    return mix64(key + (ordinal + 1) * kStep);
  }

  /// (top 53 bits + 0.5) / 2^53, rounded once: in (0, 1].
  [[nodiscard]] static double uniform(std::uint64_t key, std::uint64_t ordinal) {
    // (n + 0.5) / 2^53 = (2n + 1) / 2^54: the conversion rounds once, the product is exact.
    const std::uint64_t n = bits(key, ordinal) >> 11;
    return portable::nearest(2 * n + 1) * 0x1p-54;
  }

 private:
  /// 2^64 / golden ratio, odd: the step of splitmix64.
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  std::uint64_t base_;
};

}  // namespace portsim
