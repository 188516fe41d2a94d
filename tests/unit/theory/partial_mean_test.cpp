#include "theory/partial_mean.hpp"

#include <cmath>

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr double kSecond = 1e9;
constexpr double kNoLimit = 1e300;

Distribution of(const Law& law) { return {{{1.0, law}}}; }

TEST_CASE("the mean of a law is what its parameters say") {
  CHECK(mean_ns(of(Constant{3s})) == 3 * kSecond);
  CHECK(mean_ns(of(Exponential{30s})) == 30 * kSecond);
  CHECK(mean_ns(of(Uniform{1s, 4s})) == 2.5 * kSecond);
  CHECK(mean_ns(of(Uniform{4s, 4s})) == 4 * kSecond);
  CHECK(*mean_ns(of(Lognormal{2s, 0.5})) == Approx(2 * kSecond * std::exp(0.125)).epsilon(1e-14));
  CHECK(mean_ns(of(Lognormal{2s, 0})) == 2 * kSecond);
  CHECK(*mean_ns(of(Pareto{3s, 2.5})) == Approx(5 * kSecond).epsilon(1e-12));
  CHECK(mean_ns(of(Pareto{0s, 2.5})) == 0);
}

TEST_CASE("the mean of a mix is weighted, and weights need not add up to one") {
  const Distribution mix{{{4.0, Constant{100ms}}, {1.0, Exponential{30s}}, {0.0, Pareto{1s, 0.5}}}};
  CHECK(*mean_ns(mix) == Approx((4 * 0.1 + 30) / 5 * kSecond).epsilon(1e-15));
}

TEST_CASE("a Pareto law of shape 1 or less has no mean") {
  CHECK_FALSE(mean_ns(of(Pareto{1s, 1.0})));
  CHECK_FALSE(mean_ns(of(Pareto{1s, 0.9})));
  CHECK_FALSE(mean_ns(Distribution{{{0.9, Constant{1s}}, {0.1, Pareto{1s, 1.0}}}}));
  CHECK(mean_ns(of(Pareto{1s, 1.01})));
}

TEST_CASE("a mean counts draws above 10^9 s as 10^9 s") {
  // E[min(X, c)] of a Pareto law: minimum * (shape - (c / minimum)^(1 - shape)) / (shape - 1).
  const double expected = (1.1 - std::pow(1e9, -0.1)) / 0.1;
  CHECK(*mean_ns(of(Pareto{1s, 1.1})) == Approx(expected * kSecond).epsilon(1e-12));
  CHECK(*mean_ns(of(Exponential{1'000'000'000s})) == Approx(1e18 * (1 - std::exp(-1.0))).epsilon(1e-14));
  CHECK_FALSE(mean_ns(of(Lognormal{1s, 5})));
}

TEST_CASE("the part below a limit is the whole when nothing reaches the limit") {
  for (const Law& law : {Law{Constant{1s}}, Law{Uniform{1s, 2s}}, Law{Lognormal{1s, 0.1}}}) {
    const auto part = part_below(of(law), 3 * kSecond);
    REQUIRE(part);
    CHECK(part->probability() == 1);
    CHECK(part->mean_ns == *mean_ns(of(law)));
  }
  CHECK(part_below(of(Constant{1s}), kSecond)->probability() == 1);
}

TEST_CASE("the part below a limit is nothing when everything exceeds the limit") {
  for (const Law& law :
       {Law{Constant{5s}}, Law{Uniform{4s, 5s}}, Law{Lognormal{9s, 0.1}}, Law{Pareto{4s, 2}}}) {
    const auto part = part_below(of(law), 3 * kSecond);
    REQUIRE(part);
    CHECK(part->probability() == 0);
    CHECK(part->mean_ns == 0);
  }
  CHECK(part_below(of(Exponential{1s}), -1)->probability() == 0);
  CHECK(part_below(of(Constant{0s}), -1)->probability() == 0);
}

// The trapezoid rule over the quantiles is a second way to the same integral.
template <typename Quantile>
void check_against_quantiles(const Law& law, double limit, const Quantile& quantile) {
  constexpr int kSteps = 2'000'000;
  double probability = 0;
  double mean = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double x = quantile((i + 0.5) / kSteps);
    if (x <= limit) {
      probability += 1.0 / kSteps;
      mean += x / kSteps;
    }
  }
  const auto part = part_below(of(law), limit);
  REQUIRE(part);
  CHECK(part->probability() == Approx(probability).margin(2e-6));
  CHECK(part->mean_ns == Approx(mean).epsilon(1e-5));
}

TEST_CASE("the part below a limit that cuts the law is its integral") {
  check_against_quantiles(Exponential{2s}, 3 * kSecond,
                          [](double u) { return -2 * kSecond * std::log(1 - u); });
  check_against_quantiles(Uniform{1s, 4s}, 3 * kSecond, [](double u) { return (1 + 3 * u) * kSecond; });
  check_against_quantiles(Pareto{1s, 2.5}, 3 * kSecond,
                          [](double u) { return std::pow(1 - u, -1 / 2.5) * kSecond; });
  check_against_quantiles(Pareto{1s, 1}, 3 * kSecond, [](double u) { return 1 / (1 - u) * kSecond; });
}

TEST_CASE("a lognormal law that the limit cuts has no closed form here") {
  CHECK_FALSE(part_below(of(Lognormal{3s, 0.5}), 3 * kSecond));
  CHECK(part_below(of(Lognormal{3s, 0.5}), kNoLimit));
}

}  // namespace
}  // namespace portsim
