#include "engine/instants.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "engine/draws.hpp"

using namespace portsim;

namespace {

TimePoint at(std::int64_t time) { return TimePoint{Duration{time}}; }

}  // namespace

TEST_CASE("instants that came in no order are ranked in order, with their numbers") {
  for (const std::int64_t spread : {std::int64_t{1}, std::int64_t{100}, std::int64_t{1} << 40}) {
    Instants list;
    list.have_numbers(1'000'000);
    const Draws draws(3, 1);
    std::vector<std::int64_t> all;
    std::uint32_t number = 0;
    for (std::int64_t block = 0; block < 50; ++block) {
      const std::int64_t now = block * 50;
      list.rank_up_to(at(now - 1));
      std::vector<std::int64_t> instants;
      std::vector<std::uint32_t> numbers;
      for (int i = 0; i < 40; ++i, ++number) {
        const std::uint64_t bits = Draws::bits(draws.key(Purpose::lifetime, 0), number);
        instants.push_back(now + static_cast<std::int64_t>(bits >> 1) % spread);
        numbers.push_back(number);
        all.push_back(instants.back());
      }
      list.add_unordered(instants.data(), numbers.data(), instants.size());
    }
    const auto waiting = list.unranked_up_to(at(2500));
    CHECK(std::is_sorted(waiting.begin(), waiting.end(),
                         [](const auto& one, const auto& other) { return one.time < other.time; }));
    list.rank_up_to(at((std::int64_t{1} << 41)));
    REQUIRE(list.size() == all.size());
    CHECK(std::is_sorted(list.from(0), list.from(0) + all.size()));
    for (std::size_t rank = 0; rank < all.size(); ++rank) {
      REQUIRE(list.from(rank)[0] == all[list.numbers_from(rank)[0]]);
    }
  }
}

TEST_CASE("a list keeps what it is asked to keep, and forgets no number") {
  Instants list;
  list.keep(100);
  Uint128 sum = 0;
  for (std::int64_t time = 0; time < 100'000; ++time) {
    list.forget_before(at(3 * time / 4));
    *list.extend(1) = time;
    list.add(1);
    sum += static_cast<Uint128>(time);
    REQUIRE(list.size() == static_cast<std::uint64_t>(time) + 1);
    REQUIRE(list.rank_of(at(3 * time / 4)) == static_cast<std::uint64_t>(3 * time / 4));
    REQUIRE(*list.from(list.size() - std::min<std::uint64_t>(list.size(), 100)) ==
            std::max<std::int64_t>(time - 99, 0));
  }
  CHECK(list.first() > 0);
  CHECK(list.sum() == sum);
}

TEST_CASE("a long list gives back the memory of what it forgets") {
  constexpr std::int64_t kHeld = 3'000'000;
  constexpr std::int64_t kBlock = 1'000;
  Instants list;
  list.have_numbers((1 << 24) - 1);
  const auto numbers = [](std::int64_t time) { return static_cast<std::uint32_t>(7 * time) & 0xFFFFFF; };
  for (std::int64_t time = 0; time < 4 * kHeld; time += kBlock) {
    list.forget_before(at(time - kHeld));
    std::int64_t* const room = list.extend(kBlock);
    const PackedNumbers number_room = list.number_room();
    for (std::int64_t i = 0; i < kBlock; ++i) {
      room[i] = time + i;
      number_room.write(static_cast<std::size_t>(i), numbers(time + i));
    }
    list.add(kBlock);
    const std::int64_t oldest = std::max<std::int64_t>(time - kHeld, 0);
    REQUIRE(list.first() <= static_cast<std::uint64_t>(oldest));
    REQUIRE(list.rank_of(at(oldest)) == static_cast<std::uint64_t>(oldest));
    REQUIRE(*list.from(static_cast<std::uint64_t>(oldest)) == oldest);
    REQUIRE(list.numbers_from(static_cast<std::uint64_t>(oldest))[0] == numbers(oldest));
    REQUIRE(list.rank_of(at(time + kBlock / 2)) == static_cast<std::uint64_t>(time + kBlock / 2));
  }
  CHECK(list.first() > 2 * kHeld);
}
