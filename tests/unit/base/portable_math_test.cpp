#include "base/portable_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "catch.hpp"

namespace {

using portsim::normal_quantile;
using portsim::portable_exp;
using portsim::portable_log;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kPoints = 150'000;  // for each shape of points

// The judge needs more digits than a double. Where long double has none, the tables below judge alone.
constexpr bool kHasJudge = std::numeric_limits<long double>::digits >= 64;

// |got - exact| in units of the last place of a double as large as `exact`.
double error_in_ulps(double got, long double exact) {
  int exponent = 0;
  std::frexp(static_cast<double>(exact), &exponent);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) /
                             std::ldexp(1.0L, exponent - 53));
}

// The largest error over many points, and where it is.
struct Worst {
  double ulps = 0;
  double at = 0;

  void add(double x, double got, long double exact) {
    const double ulps_here = error_in_ulps(got, exact);
    if (!(ulps_here <= ulps)) {  // a NaN counts as worst
      ulps = ulps_here;
      at = x;
    }
  }
};

void check_within_two_ulps(const Worst& worst) {
  INFO("worst error " << worst.ulps << " ulp at " << worst.at);
  CHECK(worst.ulps <= 2.0);
  CHECK(worst.ulps > 0.0);
}

// Points in [low, high), the same on every machine.
class Points {
 public:
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(generator_() >> 11) * 0x1p-53);
  }
  // Evenly spread over the exponents from 2^low to 2^high.
  double over_scales(double low, double high) { return std::exp2(uniform(low, high)); }

 private:
  std::mt19937_64 generator_{20240229};
};

// The quantile by Newton's method in long double, from a first guess that is good to about 10^-15.
long double judged_quantile(double p, double guess) {
  const long double q = p > 0.5 ? 1 - static_cast<long double>(p) : static_cast<long double>(p);
  const long double root_half = std::sqrt(0.5L);
  const long double density_at_0 = 1 / std::sqrt(2 * std::acos(-1.0L));
  long double x = std::fabs(static_cast<long double>(guess));
  for (int step = 0; step < 2; ++step) {
    const long double density = density_at_0 * std::exp(-x * x / 2);
    const long double excess =
        x < 1 ? (0.5L - q) - std::erf(x * root_half) / 2 : std::erfc(x * root_half) / 2 - q;
    x += excess / density;
  }
  return p < 0.5 ? -x : x;
}

using Table = std::vector<std::pair<double, double>>;

// Exact values rounded to double, from mpmath at 200 bits.
const Table kLogTable{
    {0x1p-54, -0x1.2b708872320e2p+5},
    {0x1.fffffffffffffp-1, -0x1p-53},
    {0x1.0000000000001p+0, 0x1.fffffffffffffp-53},
    {0x1p-1, -0x1.62e42fefa39efp-1},
    {0x1p+1, 0x1.62e42fefa39efp-1},
    {0x1.6a09e667f3bccp-1, -0x1.62e42fefa39f1p-2},
    {0x1.6a09e667f3bcdp-1, -0x1.62e42fefa39eep-2},
    {0x1.6a09e667f3bcdp+0, 0x1.62e42fefa39f0p-2},
    {0x1.8p+1, 0x1.193ea7aad030bp+0},
    {0x1.4p+3, 0x1.26bb1bbb55516p+1},
    {0x1p-1022, -0x1.6232bdd7abcd2p+9},
    {0x1.fffffffffffffp+1023, 0x1.62e42fefa39efp+9},
    {0x1.999999999999ap-4, -0x1.26bb1bbb55515p+1},
    {0x1.12e0be826d695p-30, -0x1.4b927f32bffb8p+4},
};
const Table kExpTable{
    {0x1p-60, 0x1p+0},
    {-0x1p-60, 0x1p+0},
    {0x1p+0, 0x1.5bf0a8b145769p+1},
    {-0x1p+0, 0x1.78b56362cef38p-2},
    {0x1.62e42fefa39efp-2, 0x1.6a09e667f3bccp+0},
    {-0x1.62e42fefa39efp-2, 0x1.6a09e667f3bcdp-1},
    {0x1.6666666666666p-2, 0x1.6b4802c805decp+0},
    {0x1.5ep+9, 0x1.d945df4f8ec8ep+1009},
    {-0x1.5ep+9, 0x1.14f2b0fb9307fp-1010},
    {0x1.628p+9, 0x1.d422d2be5dc9bp+1022},
    {-0x1.62p+9, 0x1.7c8ab2288c9abp-1022},
    {0x1.ba18a998fffa0p+3, 0x1.e847ffffffffcp+19},
    {0x1.2b708872320e2p+5, 0x1.0000000000005p+54},
};
const Table kQuantileTable{
    {0x1p-54, -0x1.095b059d67c4cp+3},
    {0x1p-53, -0x1.06b48528cea52p+3},
    {0x1.19799812dea11p-40, -0x1.c234fba57a32ap+2},
    {0x1.0c6f7a0b5ed8dp-20, -0x1.30381a9799f7ep+2},
    {0x1.0624dd2f1a9fcp-10, -0x1.8b8cbb7204471p+1},
    {0x1.66cf41f212d77p-6, -0x1.020c47c92d5f0p+1},
    {0x1.6872b020c49bap-6, -0x1.01cdba4c65600p+1},
    {0x1.6a161e4f765fep-6, -0x1.018f6a24e755fp+1},
    {0x1.999999999999ap-6, -0x1.f5c0331eeff85p+0},
    {0x1.999999999999ap-4, -0x1.4813c36e26d32p+0},
    {0x1p-2, -0x1.5956b87528a49p-1},
    {0x1.fffffffe48320p-2, -0x1.139b51c196a7fp-32},
    {0x1.0000000000001p-1, 0x1.40d931ff62706p-52},
    {0x1.3333333333333p-1, 0x1.036d6c4a04b59p-2},
    {0x1.8p-1, 0x1.5956b87528a49p-1},
    {0x1.f333333333333p-1, 0x1.f5c0331eeff83p+0},
    {0x1.f4bc6a7ef9db2p-1, 0x1.01cdba4c655ffp+1},
    {0x1.f4c985f06f694p-1, 0x1.020c47c92d5efp+1},
    {0x1.ff7ced916872bp-1, 0x1.8b8cbb7204470p+1},
    {0x1.fffffffffffffp-1, 0x1.06b48528cea52p+3},
};

// The table holds rounded values, half a unit off at most.
void check_table(const Table& table, double (*function)(double)) {
  for (const auto& [x, exact] : table) {
    INFO("at " << x);
    CHECK(error_in_ulps(function(x), static_cast<long double>(exact)) <= 1.5);
  }
}

// One number for the bits of many results, in order.
std::uint64_t hash_of_bits(const std::vector<double>& values) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const double value : values) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001B3;
  }
  return hash;
}

}  // namespace

TEST_CASE("the logarithm lies within 2 units in the last place of the exact one") {
  check_table(kLogTable, portable_log);
  if constexpr (kHasJudge) {
    Points points;
    Worst worst;
    for (int i = 0; i < kPoints; ++i) {
      for (const double x :
           {points.uniform(0x1p-54, 1), points.over_scales(-54, 0), points.over_scales(-1022, 1023),
            1 + points.over_scales(-52, -1), 1 - points.over_scales(-53, -1)}) {
        worst.add(x, portable_log(x), std::log(static_cast<long double>(x)));
      }
    }
    check_within_two_ulps(worst);
  }
}

TEST_CASE("the logarithm of 1 is 0 and that of any smaller number is negative") {
  CHECK(portable_log(1.0) == 0.0);
  CHECK(portable_log(0x1.fffffffffffffp-1) < 0.0);
  CHECK(portable_log(0x1.0000000000001p+0) > 0.0);
}

TEST_CASE("the exponential lies within 2 units in the last place of the exact one") {
  check_table(kExpTable, portable_exp);
  if constexpr (kHasJudge) {
    Points points;
    Worst worst;
    for (int i = 0; i < kPoints; ++i) {
      for (const double x : {points.uniform(-700, 700), points.uniform(-1, 1), points.uniform(0, 38),
                             points.over_scales(-60, 9), -points.over_scales(-60, 9)}) {
        worst.add(x, portable_exp(x), std::exp(static_cast<long double>(x)));
      }
    }
    check_within_two_ulps(worst);
  }
}

TEST_CASE("the exponential is 1 at 0, infinite above its range and 0 below it") {
  CHECK(portable_exp(0.0) == 1.0);
  CHECK(portable_exp(-0.0) == 1.0);
  CHECK(portable_exp(709.78) < kInfinity);
  CHECK(portable_exp(709.79) == kInfinity);
  CHECK(portable_exp(1e300) == kInfinity);
  CHECK(portable_exp(kInfinity) == kInfinity);
  CHECK(portable_exp(-745.14) == 0.0);
  CHECK(portable_exp(-1e300) == 0.0);
  CHECK(portable_exp(-kInfinity) == 0.0);
}

TEST_CASE("the exponential falls to 0 in order where results are subnormal") {
  double above = portable_exp(-708.0);
  for (double x = -708.25; x > -746; x -= 0.25) {
    const double here = portable_exp(x);
    CHECK(here >= 0.0);
    CHECK(here <= above);
    above = here;
  }
  CHECK(above == 0.0);
}

TEST_CASE("the normal quantile lies within 2 units in the last place of the exact one") {
  check_table(kQuantileTable, normal_quantile);
  if constexpr (kHasJudge) {
    Points points;
    Worst worst;
    for (int i = 0; i < kPoints; ++i) {
      for (const double p : {points.uniform(0x1p-54, 1), points.over_scales(-54, 0),
                             1 - points.over_scales(-53, 0), 0.5 + points.over_scales(-53, -1),
                             0.5 - points.over_scales(-54, -1), points.uniform(0.0219, 0.0221)}) {
        if (p >= 0x1p-54 && p != 0.5 && p < 1) {
          const double got = normal_quantile(p);
          worst.add(p, got, judged_quantile(p, got));
        }
      }
    }
    check_within_two_ulps(worst);
  }
}

TEST_CASE("the normal quantile is symmetric about one half") {
  CHECK(normal_quantile(0.5) == 0.0);
  Points points;
  std::uint64_t unequal = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double p = 1 - points.over_scales(-53, -1);  // 1 - p is exact
    unequal += normal_quantile(p) != -normal_quantile(1 - p) ? 1 : 0;
  }
  CHECK(unequal == 0);
}

TEST_CASE("the normal quantile of the smallest and the largest draw is finite") {
  CHECK(normal_quantile(0x1p-54) == Approx(-8.2923611).epsilon(1e-8));
  CHECK(normal_quantile(1.0) == -normal_quantile(0x1p-54));
  CHECK(normal_quantile(0.0) == normal_quantile(0x1p-54));
}

TEST_CASE("the elementary functions give these very bits in every build") {
  std::vector<double> logarithms;
  std::vector<double> exponentials;
  std::vector<double> quantiles;
  for (int i = 1; i <= 100'000; ++i) {
    const double u = i * 0x1p-17;
    logarithms.push_back(portable_log(u));
    exponentials.push_back(portable_exp((u - 0.4) * 1500));
    quantiles.push_back(normal_quantile(u * u * u * u));
  }
  CHECK(hash_of_bits(logarithms) == 0x616E4CE138A953B1);
  CHECK(hash_of_bits(exponentials) == 0xB44243989E711D6F);
  CHECK(hash_of_bits(quantiles) == 0x7E174495A33258ED);
}
