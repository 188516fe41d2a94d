#include "study/moments.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

MeanEstimate estimate_of(std::initializer_list<double> values) {
  Moments moments;
  for (const double value : values) {
    moments.add(value);
  }
  return moments.estimate();
}

TEST_CASE("the interval of a mean is that of the textbooks") {
  // Mean 3, variance 10 / 4; t of 4 degrees is 2.776445 at 97.5 %: 2.776445 x sqrt(2.5 / 5) = 1.963243.
  const MeanEstimate estimate = estimate_of({1, 5, 2, 4, 3});
  CHECK(estimate.mean == Approx(3));
  CHECK(*estimate.low == Approx(3 - 1.963243));
  CHECK(*estimate.high == Approx(3 + 1.963243));
}

TEST_CASE("the interval of numbers that are never negative begins at 0 at the earliest") {
  const MeanEstimate estimate = estimate_of({0, 0, 9});
  CHECK(estimate.mean == Approx(3));
  CHECK(*estimate.low == 0);
  CHECK(*estimate.high > 10);
}

TEST_CASE("one number has a mean and no interval") {
  const MeanEstimate estimate = estimate_of({7});
  CHECK(estimate.mean == 7);
  CHECK_FALSE(estimate.low);
  CHECK_FALSE(estimate.high);
}

}  // namespace
}  // namespace portsim
