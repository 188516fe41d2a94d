#include "engine/sampling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "catch.hpp"

namespace {

using portsim::Closer;
using portsim::CloserWeights;
using portsim::Constant;
using portsim::Distribution;
using portsim::Draws;
using portsim::Duration;
using portsim::Exponential;
using portsim::kLongestDelay;
using portsim::Law;
using portsim::Lognormal;
using portsim::Pareto;
using portsim::Purpose;
using portsim::Sample;
using portsim::sample;
using portsim::sample_closer;
using portsim::sample_gap;
using portsim::sample_loss;
using portsim::sample_time_wait_reset;
using portsim::Uint128;
using portsim::Uniform;

constexpr Duration kSecond{1'000'000'000};
constexpr Duration kMillisecond{1'000'000};
constexpr std::uint64_t kCount = 200'000;

const Draws kDraws(1, 1);

Distribution only(Law law) { return {{{1.0, law}}}; }

Sample nth(const Distribution& distribution, std::uint64_t ordinal, const Draws& draws = kDraws) {
  return sample(distribution, draws, Purpose::lifetime, ordinal);
}

std::vector<double> seconds(const Distribution& distribution, std::uint64_t count = kCount) {
  std::vector<double> values;
  values.reserve(count);
  for (std::uint64_t ordinal = 0; ordinal < count; ++ordinal) {
    values.push_back(static_cast<double>(nth(distribution, ordinal).value.count()) * 1e-9);
  }
  return values;
}

// Mean and variance within 5 standard errors; `fourth` is the law's fourth central moment.
void check_moments(const std::vector<double>& values, double mean, double variance, double fourth) {
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  double squares = 0;
  for (const double value : values) {
    sum += value - mean;
    squares += (value - mean) * (value - mean);
  }
  CHECK(std::fabs(sum / count) < 5 * std::sqrt(variance / count));
  CHECK(std::fabs(squares / count - variance) < 5 * std::sqrt((fourth - variance * variance) / count));
}

// Kolmogorov-Smirnov. For the right law D sqrt(n) exceeds 1.95 once in 1000; draws of one seed never change,
// so that the test either passes for ever or not at all. Rounding to 1 ns does not show at this scale.
template <typename Cdf>
void check_law(std::vector<double> values, Cdf cdf) {
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = cdf(values[i]);
    distance = std::max(
        {distance, expected - static_cast<double>(i) / count, static_cast<double>(i + 1) / count - expected});
  }
  CHECK(distance * std::sqrt(count) < 1.95);
}

// The share of `hits` among `count` within 5 standard errors of `probability`.
void check_share(std::uint64_t hits, std::uint64_t count, double probability) {
  const auto n = static_cast<double>(count);
  INFO(hits << " of " << count << ", expected share " << probability);
  CHECK(std::fabs(static_cast<double>(hits) - n * probability) <=
        5 * std::sqrt(n * probability * (1 - probability)));
}

double normal_cdf(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

}  // namespace

TEST_CASE("the durations of a seed never change, for recorded results depend on them") {
  const Distribution exponential = only(Exponential{100 * kMillisecond});
  const Distribution uniform = only(Uniform{10 * kMillisecond, 90 * kMillisecond});
  const Distribution lognormal = only(Lognormal{100 * kMillisecond, 1.5});
  const Distribution pareto = only(Pareto{100 * kMillisecond, 2.5});
  const Distribution mix{{{0.8, Constant{100 * kMillisecond}}, {0.2, Exponential{30 * kSecond}}}};
  // From a second implementation with 120 bits, rounded half up to whole nanoseconds.
  const std::array<std::array<std::int64_t, 5>, 6> known{{
      {340'181'473, 12'665'020, 6'384'559, 389'902'255, 102'054'442'025},
      {22'652'646, 73'783'860, 348'341'958, 109'484'257, 100'000'000},
      {13'530'163, 79'876'194, 555'276'283, 105'561'195, 100'000'000},
      {341'802'767, 12'622'161, 6'315'322, 392'439'056, 100'000'000},
      {4'743'844, 86'293'535, 1'245'699'705, 101'915'655, 100'000'000},
      {33'382'325, 67'294'429, 235'678'295, 114'285'475, 100'000'000},
  }};
  for (std::uint64_t ordinal = 0; ordinal < known.size(); ++ordinal) {
    INFO("ordinal " << ordinal);
    CHECK(nth(exponential, ordinal).value.count() == known[ordinal][0]);
    CHECK(nth(uniform, ordinal).value.count() == known[ordinal][1]);
    CHECK(nth(lognormal, ordinal).value.count() == known[ordinal][2]);
    CHECK(nth(pareto, ordinal).value.count() == known[ordinal][3]);
    CHECK(nth(mix, ordinal).value.count() == known[ordinal][4]);
  }
}

TEST_CASE("two hundred thousand durations of each law are these, in every build") {
  const auto hash_of = [](const Distribution& distribution) {
    std::uint64_t hash = 0;
    for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
      hash = portsim::mix64(hash ^ static_cast<std::uint64_t>(nth(distribution, ordinal).value.count()));
    }
    return hash;
  };
  CHECK(hash_of(only(Exponential{100 * kSecond})) == 0x92D61AE1BC77E0C7);
  CHECK(hash_of(only(Uniform{kSecond, 100 * kSecond})) == 0x91560E6650BA7509);
  CHECK(hash_of(only(Lognormal{100 * kSecond, 2})) == 0x8A1A98046489729D);
  CHECK(hash_of(only(Pareto{kSecond, 1.1})) == 0x1E16C3444D05746B);
  CHECK(hash_of({{{1, Exponential{kSecond}}, {2, Uniform{kSecond, 5 * kSecond}}, {3, Constant{kSecond}}}}) ==
        0xD95B5C88296F585C);
}

TEST_CASE("a constant duration is always the same") {
  const Distribution distribution = Distribution::constant(100 * kMillisecond);
  for (std::uint64_t ordinal = 0; ordinal < 1'000; ++ordinal) {
    REQUIRE(nth(distribution, ordinal).value == 100 * kMillisecond);
    REQUIRE_FALSE(nth(distribution, ordinal).capped);
  }
}

TEST_CASE("exponential durations have the moments and the law of the exponential") {
  const std::vector<double> values = seconds(only(Exponential{2 * kSecond}));
  check_moments(values, 2, 4, 9 * 16);
  check_law(values, [](double x) { return -std::expm1(-x / 2); });
}

TEST_CASE("uniform durations have the moments and the law of the uniform") {
  const std::vector<double> values = seconds(only(Uniform{kSecond, 5 * kSecond}));
  check_moments(values, 3, 16.0 / 12, 256.0 / 80);
  check_law(values, [](double x) { return (x - 1) / 4; });
}

TEST_CASE("lognormal durations have the moments and the law of the lognormal") {
  constexpr double kSigma = 0.5;
  const std::vector<double> values = seconds(only(Lognormal{2 * kSecond, kSigma}));
  check_law(values, [](double x) { return normal_cdf(std::log(x / 2) / kSigma); });
  // Its logarithm is normal: mean ln 2, variance sigma^2, fourth central moment 3 sigma^4.
  std::vector<double> logarithms;
  for (const double value : values) {
    logarithms.push_back(std::log(value));
  }
  check_moments(logarithms, std::log(2), kSigma * kSigma, 3 * std::pow(kSigma, 4));
  // Raw moments of e^(k sigma Z) are e^(k^2 sigma^2 / 2).
  const double w = std::exp(kSigma * kSigma);
  const double mean = 2 * std::sqrt(w);
  const double variance = mean * mean * (w - 1);
  const double kurtosis = w * w * w * w + 2 * w * w * w + 3 * w * w - 3;
  check_moments(values, mean, variance, kurtosis * variance * variance);
}

TEST_CASE("Pareto durations have the moments and the law of Pareto") {
  constexpr double kShape = 6;
  const std::vector<double> values = seconds(only(Pareto{2 * kSecond, kShape}));
  check_law(values, [](double x) { return 1 - std::pow(2 / x, kShape); });
  // Raw moments: shape / (shape - k) x minimum^k.
  const std::array<double, 5> raw{1, 6.0 / 5 * 2, 6.0 / 4 * 4, 6.0 / 3 * 8, 6.0 / 2 * 16};
  const double m = raw[1];
  check_moments(values, m, raw[2] - m * m, raw[4] - 4 * m * raw[3] + 6 * m * m * raw[2] - 3 * m * m * m * m);
  // ln(x / minimum) is exponential of mean 1 / shape, also where the duration has no mean.
  std::vector<double> logarithms;
  for (const double value : seconds(only(Pareto{kSecond, 0.9}))) {
    logarithms.push_back(std::log(value));
  }
  check_law(logarithms, [](double x) { return -std::expm1(-0.9 * x); });
}

TEST_CASE("a mix draws each part as often as its weight says, whatever the weights add up to") {
  const Distribution mix{{{3, Constant{kSecond}},
                          {0, Constant{2 * kSecond}},
                          {1, Constant{3 * kSecond}},
                          {6, Constant{4 * kSecond}},
                          {0, Constant{5 * kSecond}}}};
  std::array<std::uint64_t, 6> counts{};
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    ++counts[static_cast<std::size_t>(nth(mix, ordinal).value / kSecond)];
  }
  check_share(counts[1], kCount, 0.3);
  CHECK(counts[2] == 0);
  check_share(counts[3], kCount, 0.1);
  check_share(counts[4], kCount, 0.6);
  CHECK(counts[5] == 0);
}

TEST_CASE("a mix has the law of the mix: the part drawn says nothing of the value drawn") {
  const Distribution mix{{{0.7, Exponential{kSecond}}, {0.3, Uniform{Duration{0}, 10 * kSecond}}}};
  check_law(seconds(mix), [](double x) { return 0.7 * -std::expm1(-x) + 0.3 * std::min(1.0, x / 10); });
}

TEST_CASE("uniform durations meet every nanosecond, both ends included, equally often") {
  const Distribution distribution = only(Uniform{Duration{7}, Duration{16}});
  std::array<std::uint64_t, 24> counts{};
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    ++counts[static_cast<std::size_t>(nth(distribution, ordinal).value.count())];
  }
  for (std::size_t value = 7; value <= 16; ++value) {
    check_share(counts[value], kCount, 0.1);
  }
  CHECK(std::count(counts.begin(), counts.end(), std::uint64_t{0}) == 14);
}

TEST_CASE("a uniform duration of one value or of the whole range stays within its ends") {
  CHECK(nth(only(Uniform{kSecond, kSecond}), 0).value == kSecond);
  const Distribution whole = only(Uniform{Duration{0}, kLongestDelay});
  std::int64_t least = kLongestDelay.count();
  std::int64_t most = 0;
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    const Sample one = nth(whole, ordinal);
    REQUIRE_FALSE(one.capped);
    least = std::min(least, one.value.count());
    most = std::max(most, one.value.count());
  }
  CHECK(least >= 0);
  CHECK(least < 100'000'000'000'000);  // 20 draws are expected below
  CHECK(most <= kLongestDelay.count());
  CHECK(most > kLongestDelay.count() - 100'000'000'000'000);
}

TEST_CASE("a duration is rounded half up to whole nanoseconds") {
  // Exponential of mean 1 ns: n with probability e^-(n - 1/2) - e^-(n + 1/2).
  const Distribution distribution = only(Exponential{Duration{1}});
  std::array<std::uint64_t, 40> counts{};
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    ++counts[static_cast<std::size_t>(nth(distribution, ordinal).value.count())];
  }
  check_share(counts[0], kCount, 1 - std::exp(-0.5));
  for (std::size_t n = 1; n < 6; ++n) {
    const auto x = static_cast<double>(n);
    check_share(counts[n], kCount, std::exp(0.5 - x) - std::exp(-0.5 - x));
  }
}

TEST_CASE("a duration above 10^9 s is cut to it and says so") {
  struct Case {
    Distribution distribution;
    double probability;
  };
  // P(X > 10^9 s), the last of each pair by far beyond what a double holds.
  const std::vector<Case> cases{
      {only(Pareto{kSecond, 0.1}), std::pow(1e-9, 0.1)},
      {only(Pareto{kSecond, 1e-4}), std::pow(1e-9, 1e-4)},
      {only(Lognormal{kSecond, 10}), normal_cdf(-std::log(1e9) / 10)},
      {only(Lognormal{kSecond, 1e4}), normal_cdf(-std::log(1e9) / 1e4)},
      {only(Exponential{kLongestDelay}), std::exp(-1)},
  };
  for (const Case& one : cases) {
    std::uint64_t capped = 0;
    for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
      const Sample drawn = nth(one.distribution, ordinal);
      capped += drawn.capped ? 1 : 0;
      REQUIRE(drawn.value >= Duration{0});
      REQUIRE(drawn.value <= kLongestDelay);
      REQUIRE((drawn.value == kLongestDelay || !drawn.capped));
    }
    check_share(capped, kCount, one.probability);
  }
}

TEST_CASE("a duration of 10^9 s that was not above it does not count as cut") {
  CHECK_FALSE(nth(only(Lognormal{kLongestDelay, 0}), 0).capped);
  CHECK(nth(only(Lognormal{kLongestDelay, 0}), 0).value == kLongestDelay);
  CHECK_FALSE(nth(Distribution::constant(kLongestDelay), 0).capped);
}

TEST_CASE("a law scaled down to nothing gives 0, also where its factor is infinite") {
  for (std::uint64_t ordinal = 0; ordinal < 1'000; ++ordinal) {
    for (const Distribution& distribution :
         {only(Pareto{Duration{0}, 1e-6}), only(Lognormal{Duration{0}, 1e6}),
          only(Exponential{Duration{0}})}) {
      REQUIRE(nth(distribution, ordinal).value == Duration{0});
      REQUIRE_FALSE(nth(distribution, ordinal).capped);
    }
  }
  for (const Distribution& distribution :
       {only(Pareto{Duration{0}, 1e-6}), only(Lognormal{Duration{0}, 1e6}), only(Exponential{Duration{0}})}) {
    std::vector<std::int64_t> values(1'000, -1);
    std::vector<std::uint8_t> capped(values.size(), 1);
    sample_block(distribution, kDraws, Purpose::lifetime, 0, values.size(), values.data(), capped.data());
    CHECK(values == std::vector<std::int64_t>(values.size(), 0));
    CHECK(capped == std::vector<std::uint8_t>(values.size(), 0));
  }
}

TEST_CASE("a lognormal without spread is its median") {
  for (std::uint64_t ordinal = 0; ordinal < 1'000; ++ordinal) {
    REQUIRE(nth(only(Lognormal{123 * kMillisecond, 0}), ordinal).value == 123 * kMillisecond);
  }
}

TEST_CASE("two purposes with one law draw different durations") {
  const Distribution distribution = only(Exponential{kSecond});
  std::uint64_t equal = 0;
  for (std::uint64_t ordinal = 0; ordinal < 1'000; ++ordinal) {
    equal += sample(distribution, kDraws, Purpose::lifetime, ordinal).value ==
                     sample(distribution, kDraws, Purpose::rtt, ordinal).value
                 ? 1
                 : 0;
  }
  CHECK(equal == 0);
}

TEST_CASE("closers are drawn as often as their weights say") {
  CloserWeights weights{};
  weights[static_cast<std::size_t>(Closer::client)] = 5;
  weights[static_cast<std::size_t>(Closer::server)] = 2;
  weights[static_cast<std::size_t>(Closer::reset)] = 2.5;
  weights[static_cast<std::size_t>(Closer::unreachable)] = 0.5;
  std::array<std::uint64_t, portsim::kCloserCount> counts{};
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    ++counts[static_cast<std::size_t>(sample_closer(weights, kDraws, ordinal))];
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    check_share(counts[i], kCount, weights[i] / 10);
    CHECK((counts[i] > 0) == (weights[i] > 0));
  }
}

TEST_CASE("with one positive weight that closer is always drawn") {
  for (std::size_t i = 0; i < portsim::kCloserCount; ++i) {
    CloserWeights weights{};
    weights[i] = 0.3;
    for (std::uint64_t ordinal = 0; ordinal < 1'000; ++ordinal) {
      REQUIRE(sample_closer(weights, kDraws, ordinal) == static_cast<Closer>(i));
    }
  }
}

TEST_CASE("an exchange is lost when its segment or the answer is, try by try independently") {
  for (const double loss : {0.001, 0.1, 0.5, 0.9}) {
    const double either = 1 - (1 - loss) * (1 - loss);
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    std::uint64_t both = 0;
    for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
      const bool first_lost = sample_loss(loss, kDraws, Purpose::syn_loss, ordinal, 0);
      const bool second_lost = sample_loss(loss, kDraws, Purpose::syn_loss, ordinal, 1);
      first += first_lost ? 1 : 0;
      second += second_lost ? 1 : 0;
      both += first_lost && second_lost ? 1 : 0;
    }
    check_share(first, kCount, either);
    check_share(second, kCount, either);
    check_share(both, kCount, either * either);
  }
}

TEST_CASE("an RST ends as many TIME_WAITs as the share says, whichever FINs were lost") {
  constexpr double kShare = 0.3;
  constexpr double kLoss = 0.2;
  std::uint64_t reset = 0;
  std::uint64_t both = 0;
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    const bool is_reset = sample_time_wait_reset(kShare, kDraws, ordinal);
    reset += is_reset ? 1 : 0;
    both += is_reset && sample_loss(kLoss, kDraws, Purpose::fin_loss, ordinal, 0) ? 1 : 0;
    REQUIRE(sample_time_wait_reset(1, kDraws, ordinal));
  }
  check_share(reset, kCount, kShare);
  check_share(both, kCount, kShare * (1 - (1 - kLoss) * (1 - kLoss)));
}

TEST_CASE("without loss no exchange is lost") {
  for (std::uint64_t ordinal = 0; ordinal < 10'000; ++ordinal) {
    REQUIRE_FALSE(sample_loss(0, kDraws, Purpose::fin_loss, ordinal, 0));
  }
}

TEST_CASE("the gaps between Poisson arrivals have the moments and the law of the exponential") {
  for (const double mean_ns : {1.0, 50e6, 3.7e17}) {
    INFO("mean gap " << mean_ns << " ns");
    std::vector<double> gaps;
    for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
      gaps.push_back(static_cast<double>(sample_gap(mean_ns, kDraws, ordinal)) * 0x1p-32 / mean_ns);
    }
    check_moments(gaps, 1, 1, 9);
    check_law(gaps, [](double x) { return -std::expm1(-x); });
  }
}

TEST_CASE("a million gaps take as long as a million times the mean gap") {
  constexpr std::uint64_t kGaps = 1'000'000;
  Uint128 sum = 0;
  for (std::uint64_t ordinal = 0; ordinal < kGaps; ++ordinal) {
    sum += sample_gap(2.5, kDraws, ordinal);
  }
  // In units of 2^-32 ns; the sum of n gaps has standard deviation mean x sqrt(n).
  const double sum_ns = static_cast<double>(sum) * 0x1p-32;
  CHECK(std::fabs(sum_ns - 2.5 * kGaps) < 5 * 2.5 * 1000);
}

TEST_CASE("the gaps of a seed never change, from the fastest to the slowest rate") {
  // Exact values from a second implementation with 120 bits; a double may be 4 units in the last place off
  // (2 from the logarithm, the rest from products), 2^-51 of the value.
  const std::array<const char*, 3> slowest{"12380932590114277812038477768", "2339653708217045499301043342",
                                           "970239991975556675920048548"};
  for (std::uint64_t ordinal = 0; ordinal < slowest.size(); ++ordinal) {
    Uint128 exact = 0;
    for (const char* digit = slowest[ordinal]; *digit != 0; ++digit) {
      exact = exact * 10 + static_cast<unsigned>(*digit - '0');
    }
    const Uint128 gap = sample_gap(1e18, kDraws, ordinal);
    CHECK((gap > exact ? gap - exact : exact - gap) <= exact >> 51);
  }
  // As doubles, hence multiples of 128 and 16 where the exact gaps are ...713,891 and ...852,275.
  CHECK((sample_gap(50e6, kDraws, 0) == Uint128{619'046'629'505'713'792}));
  CHECK((sample_gap(50e6, kDraws, 1) == Uint128{116'982'685'410'852'288}));
  CHECK((sample_gap(1, kDraws, 0) == Uint128{12'380'932'590}));
  CHECK((sample_gap(0, kDraws, 0) == Uint128{0}));
}

TEST_CASE("a mean gap beyond the slowest rate does not overflow") {
  for (std::uint64_t ordinal = 0; ordinal < 1'000; ++ordinal) {
    REQUIRE((sample_gap(1e30, kDraws, ordinal) >= Uint128{1} << 100));
  }
}
