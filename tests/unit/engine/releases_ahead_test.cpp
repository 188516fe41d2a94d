#include "engine/releases_ahead.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include "catch.hpp"

using namespace portsim;

namespace {

constexpr Duration kShift{5};

/// Ranked are releases at 15 and 25 of ports 1 and 2; at 35 and 55 come those of ports 3 and 4.
struct List {
  List() {
    instants.have_numbers(100);
    instants.come_to(TimePoint{});
    const std::array<std::int64_t, 4> times{20, 50, 10, 30};
    const std::array<std::uint32_t, 4> numbers{2, 4, 1, 3};
    instants.add_unordered(times.data(), numbers.data(), times.size());
    instants.rank_up_to(TimePoint{Duration{20}});
  }

  Instants instants;
};

std::vector<std::int64_t> times_of(const Releases& releases) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < releases.end; ++i) {
    times.push_back(releases.times[i] + releases.shift.count());
  }
  return times;
}

std::vector<std::uint32_t> numbers_of(const Releases& releases) {
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < releases.end; ++i) {
    numbers.push_back(releases.numbers[i]);
  }
  return numbers;
}

}  // namespace

TEST_CASE("releases up to a block's end are those of the list, ranked or not") {
  List list;
  ReleasesAhead ahead(4);
  const Releases ranked = ranked_releases(list.instants, 1, kShift);
  CHECK(times_of(ranked) == std::vector<std::int64_t>{25});
  const Releases all = ahead.of_list(ranked, list.instants, 55);
  CHECK(times_of(all) == std::vector<std::int64_t>{25, 35, 55});
  CHECK(numbers_of(all) == std::vector<std::uint32_t>{2, 3, 4});
}

TEST_CASE("releases of the block itself lie among the others, and get their ports when these are given") {
  List list;
  ReleasesAhead ahead(4);
  const Releases ranked = ranked_releases(list.instants, 0, kShift);
  const std::array<std::int64_t, 4> due{60, 40, 30, 59};
  const Releases fewer = ahead.of_all(ranked, list.instants, 34, due);
  CHECK(times_of(fewer) == std::vector<std::int64_t>{15, 25, 30});
  ahead.give(2, 99);
  CHECK(numbers_of(fewer) == std::vector<std::uint32_t>{1, 2, 99});

  const Releases all = ahead.of_all(ranked, list.instants, 59, due);
  CHECK(times_of(all) == std::vector<std::int64_t>{15, 25, 30, 35, 40, 55, 59});
  for (std::uint32_t i = 0; i < due.size(); ++i) {
    ahead.give(i, 70 + i);  // that of the first comes later
  }
  CHECK(numbers_of(all) == std::vector<std::uint32_t>{1, 2, 72, 3, 71, 4, 73});
}
