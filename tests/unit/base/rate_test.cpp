#include "portsim/rate.hpp"

#include <cstdint>

#include "catch.hpp"

namespace {

using portsim::Fraction;
using portsim::nanoseconds_between;
using portsim::per_second;
using portsim::Rate;
using portsim::RateUnit;
using portsim::Uint128;

bool is(const Fraction& fraction, Uint128 numerator, Uint128 denominator) {
  return fraction.numerator == numerator && fraction.denominator == denominator;
}

constexpr Uint128 kBillion = 1'000'000'000;

}  // namespace

TEST_CASE("20 connections a second come 50 ms apart") {
  const Rate rate{20, 0, RateUnit::per_second};
  CHECK(is(per_second(rate), 20, 1));
  CHECK(is(nanoseconds_between(rate), 50'000'000, 1));
}

TEST_CASE("one rate written in several units is the same fraction") {
  for (const Rate& rate : {Rate{20, 0, RateUnit::per_second}, Rate{2000, 2, RateUnit::per_second},
                           Rate{1200, 0, RateUnit::per_minute}, Rate{72'000, 0, RateUnit::per_hour},
                           Rate{1'728'000, 0, RateUnit::per_day}}) {
    CHECK(is(per_second(rate), 20, 1));
    CHECK(is(nanoseconds_between(rate), 50'000'000, 1));
  }
}

TEST_CASE("a rate that has no finite binary form is kept exactly") {
  const Rate rate{165'625'520'573, 10, RateUnit::per_second};  // 16.5625520573/s
  CHECK(is(per_second(rate), 165'625'520'573, kBillion * 10));
  CHECK(is(nanoseconds_between(rate), kBillion * kBillion * 10, 165'625'520'573));
  CHECK(is(per_second({1, 0, RateUnit::per_day}), 1, 86'400));
  CHECK(is(nanoseconds_between({7, 0, RateUnit::per_minute}), kBillion * 60, 7));
  CHECK(is(nanoseconds_between({25, 1, RateUnit::per_hour}), kBillion * 1'440, 1));
}

TEST_CASE("the slowest and the fastest rate do not overflow") {
  CHECK(is(per_second({1, 9, RateUnit::per_second}), 1, kBillion));
  CHECK(is(nanoseconds_between({1, 9, RateUnit::per_second}), kBillion * kBillion, 1));
  CHECK(is(nanoseconds_between({1'000'000'000, 0, RateUnit::per_second}), 1, 1));
  // 10^27 x 86400 / (10^18 - 1): 2 and 5 do not divide the mantissa, 27 divides both sides.
  CHECK(is(nanoseconds_between({999'999'999'999'999'999, 18, RateUnit::per_day}),
           kBillion * kBillion * kBillion * 3'200, 37'037'037'037'037'037));
}
