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
    Instants list(10'000);
    list.have_numbers();
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
