#include "theory/binomial.hpp"

#include <cmath>

#include "catch.hpp"

namespace portsim {
namespace {

/// The share of `count` coin tosses, each 1 with probability `p`, in which fewer than `limit` are 1.
double probability_below(std::uint64_t limit, std::uint64_t count, double p) {
  double sum = 0;
  for (std::uint64_t k = 0; k < limit; ++k) {
    sum += std::exp(std::lgamma(static_cast<double>(count) + 1) - std::lgamma(static_cast<double>(k) + 1) -
                    std::lgamma(static_cast<double>(count - k) + 1) + static_cast<double>(k) * std::log(p) +
                    static_cast<double>(count - k) * std::log(1 - p));
  }
  return sum;
}

TEST_CASE("Wilson's interval has its published values") {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  const auto close_to = [](Interval interval, double low, double high) {
    return std::abs(interval.low - low) < 5e-5 && std::abs(interval.high - high) < 5e-5;
  };
  CHECK(close_to(wilson_interval(81, 263), 0.2553, 0.3662));
  CHECK(close_to(wilson_interval(15, 148), 0.0624, 0.1605));
  CHECK(close_to(wilson_interval(0, 20), 0, 0.1611));
  CHECK(close_to(wilson_interval(1, 29), 0.0061, 0.1718));
  CHECK(wilson_interval(20, 20).high == 1);
}

TEST_CASE("the ranks around a quantile leave out at most 2.5 percent at each end, and are the narrowest") {
  for (const std::uint64_t count : {1U, 5U, 6U, 10U, 30U, 99U, 1000U}) {
    for (const double share : {0.1, 0.5, 0.9}) {
      CAPTURE(count, share);
      const RankInterval ranks = quantile_ranks(count, share);
      const std::uint64_t low = ranks.low.value_or(0);
      CHECK(probability_below(low, count, share) <= 0.025 + 1e-9);
      CHECK(probability_below(low + 1, count, share) > 0.025 - 1e-9);
      const std::uint64_t high = ranks.high.value_or(count + 1);
      CHECK(1 - probability_below(high, count, share) <= 0.025 + 1e-9);
      CHECK(1 - probability_below(high - 1, count, share) > 0.025 - 1e-9);
    }
  }
}

TEST_CASE("few observations do not bound a median, many do") {
  CHECK_FALSE(quantile_ranks(5, 0.5).low);
  CHECK_FALSE(quantile_ranks(5, 0.5).high);
  CHECK(quantile_ranks(6, 0.5).low == 1U);  // 1/64 on each side
  CHECK(quantile_ranks(6, 0.5).high == 6U);
  CHECK(quantile_ranks(100, 0.5).low == 40U);
  CHECK(quantile_ranks(100, 0.5).high == 61U);
  CHECK(quantile_ranks(1'000'000, 0.9).low.has_value());  // no underflow
}

}  // namespace
}  // namespace portsim
