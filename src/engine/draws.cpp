#include "engine/draws.hpp"

namespace portsim {
namespace {

// The root of all streams: the first 64 bits of pi behind the point, so that seed 0 is like any other.
constexpr std::uint64_t kRoot = 0x243F6A8885A308D3;

}  // namespace

// One function makes every level: the seed picks a draw of the root, the replication a draw of the seed,
// (purpose, index) a draw of the replication; that one is the key whose draws are used.
Draws::Draws(std::uint64_t seed, std::uint32_t replication) : base_(bits(bits(kRoot, seed), replication)) {}

std::uint64_t Draws::key(Purpose purpose, std::uint32_t index) const {
  return bits(base_, (static_cast<std::uint64_t>(purpose) << 32) | index);
}

}  // namespace portsim
