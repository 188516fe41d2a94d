#include "study/rate_grid.hpp"

#include "base/exact_ratio.hpp"
#include "catch.hpp"

namespace portsim {
namespace {

bool is_below(const Rate& one, const Rate& other) {
  const Fraction a = per_second(one);
  const Fraction b = per_second(other);
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

TEST_CASE("the grid of rates runs from the least to the largest legal rate") {
  CHECK(grid_rate(0) == Rate{1, 9, RateUnit::per_second});
  CHECK(grid_rate(kGridRates - 1) == Rate{1'000'000'000, 0, RateUnit::per_second});
  CHECK(grid_rate(kGridRates - 2) == Rate{999'999'999'999, 3, RateUnit::per_second});
}

TEST_CASE("the grid of rates has 12 significant digits, and 18 decimals at most") {
  constexpr std::uint64_t kFirstDecade = 999'000'000'000;
  CHECK(grid_rate(1) == Rate{1'000'000'001, 18, RateUnit::per_second});
  CHECK(grid_rate(kFirstDecade - 1) == Rate{999'999'999'999, 18, RateUnit::per_second});
  CHECK(grid_rate(kFirstDecade) == Rate{1, 6, RateUnit::per_second});
  CHECK(grid_rate(kFirstDecade + 1) == Rate{100'000'000'001, 17, RateUnit::per_second});
}

TEST_CASE("the grid of rates ascends, across every change of decimals too") {
  for (std::uint64_t decade = 0; decade < 16; ++decade) {
    const std::uint64_t start = 999'000'000'000 + decade * 900'000'000'000;
    for (std::uint64_t index = start - 3; index < start + 3 && index + 1 < kGridRates; ++index) {
      INFO(index);
      CHECK(is_below(grid_rate(index), grid_rate(index + 1)));
    }
  }
  for (std::uint64_t index = 1; index < kGridRates; index += 997'000'000'001 / 7) {
    CHECK(is_below(grid_rate(index - 1), grid_rate(index)));
  }
}

}  // namespace
}  // namespace portsim
