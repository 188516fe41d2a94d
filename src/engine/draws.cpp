#include "engine/draws.hpp"

namespace portsim {
namespace {

// 2^64 / golden ratio, odd: the step of splitmix64.
constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

// The root of all streams: the first 64 bits of pi behind the point, so that seed 0 is like any other.
constexpr std::uint64_t kRoot = 0x243F6A8885A308D3;

}  // namespace

// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014; constants: Stafford,
// "Better bit mixing", variant 13 (2011).
std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// One function makes every level: the seed picks a draw of the root, the replication a draw of the seed,
// (purpose, index) a draw of the replication; that one is the key whose draws are used.
Draws::Draws(std::uint64_t seed, std::uint32_t replication) : base_(bits(bits(kRoot, seed), replication)) {}

std::uint64_t Draws::key(Purpose purpose, std::uint32_t index) const {
  return bits(base_, (static_cast<std::uint64_t>(purpose) << 32) | index);
}

std::uint64_t Draws::bits(std::uint64_t key, std::uint64_t ordinal) {
  return mix64(key + (ordinal + 1) * kStep);
}

double Draws::uniform(std::uint64_t key, std::uint64_t ordinal) {
  // (n + 0.5) / 2^53 = (2n + 1) / 2^54: the conversion rounds once, the product is exact.
  const std::uint64_t n = bits(key, ordinal) >> 11;
  return static_cast<double>(static_cast<std::int64_t>(2 * n + 1)) * 0x1p-54;
}

}  // namespace portsim
