#include "base/room.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "catch.hpp"

using portsim::Room;

TEST_CASE("room keeps what was written while it grows and forgets, small or large") {
  constexpr std::size_t kChunk = std::size_t{1} << 16;  // takes whole pages
  Room<std::uint32_t> room;
  std::uint32_t first = 0;
  std::uint32_t end = 0;
  for (int round = 0; round < 60; ++round) {
    const std::size_t kept = end - first;
    if (kept + kChunk > room.size()) {
      room.grow(kept + (round == 0 ? 1 : 3) * kChunk);
    }
    REQUIRE(room.size() >= kept + kChunk);
    for (std::size_t i = 0; i < kChunk; ++i) {
      room.get()[kept + i] = end++;
    }
    if (round % 3 == 2) {
      room.forget(kChunk);
      first += kChunk;
    }
    for (std::size_t i = 0; i < end - first; i += 97) {
      REQUIRE(room.get()[i] == first + i);
    }
  }
  CHECK(room.size() * sizeof(std::uint32_t) > std::size_t{512} << 10);  // has pages of its own
  room.forget(1);                                                       // no whole page
  CHECK(room.get()[0] == first + 1);

  Room<std::uint32_t> other = std::move(room);
  CHECK(other.get()[end - first - 2] == end - 1);
}

TEST_CASE("room begins with pages of its own where the first growth is large") {
  Room<std::uint64_t> room;
  room.forget(0);
  room.grow(1 << 20);
  room.get()[room.size() - 1] = 7;
  CHECK(room.get()[room.size() - 1] == 7);
}
