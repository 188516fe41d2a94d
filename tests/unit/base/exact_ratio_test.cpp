#include "base/exact_ratio.hpp"

#include <cmath>
#include <cstdint>
#include <random>

#include "catch.hpp"

namespace {

using portsim::greatest_common_divisor;
using portsim::multiply_divide;
using portsim::nearest_double;
using portsim::Uint128;

constexpr Uint128 kLargest = ~Uint128{0};

constexpr Uint128 wide(std::uint64_t high, std::uint64_t low) { return (Uint128{high} << 64) | low; }

}  // namespace

TEST_CASE("a ratio of small integers is the quotient that IEEE 754 gives") {
  std::mt19937_64 generator(1);
  int different = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t a = generator() >> (11 + generator() % 50);
    const std::uint64_t b = (generator() >> (11 + generator() % 50)) + 1;
    different += nearest_double(a, b) != static_cast<double>(a) / static_cast<double>(b) ? 1 : 0;
  }
  CHECK(different == 0);
}

TEST_CASE("a ratio half way between two doubles is rounded to the even one, and one beside it is not") {
  std::mt19937_64 generator(2);
  for (int i = 0; i < 2'000; ++i) {
    // An odd number of 54 bits lies half way between two doubles.
    const std::uint64_t half_way = (std::uint64_t{1} << 53) | (generator() >> 11) | 1;
    const double below = static_cast<double>(half_way - 1);
    const double above = static_cast<double>(half_way + 1);
    const double even = ((half_way >> 1) & 1) == 0 ? below : above;
    const Uint128 denominator = wide(generator() >> 56, generator()) + 2;
    const Uint128 numerator = denominator * half_way;
    REQUIRE(nearest_double(numerator, denominator) == even);
    REQUIRE(nearest_double(numerator - 1, denominator) == below);
    REQUIRE(nearest_double(numerator + 1, denominator) == above);
  }
}

TEST_CASE("ratios of the widest integers are rounded once") {
  CHECK(nearest_double(0, 1) == 0.0);
  CHECK(nearest_double(0, kLargest) == 0.0);
  CHECK(nearest_double(kLargest, 1) == 0x1p128);
  CHECK(nearest_double(1, kLargest) == 0x1p-128);
  CHECK(nearest_double(kLargest, kLargest) == 1.0);
  CHECK(nearest_double(kLargest - 1, kLargest) == 1.0);
  CHECK(nearest_double(kLargest, kLargest - 1) == 1.0);
  CHECK(nearest_double(wide(1, 0), kLargest) == 0x1p-64);
  CHECK(nearest_double(wide(1, 0) + 1, 1) == 0x1p64);
  CHECK(nearest_double(wide(0, 0xFFFFFFFFFFFFFC00), 1) == 0x1p64);                  // half way, to even
  CHECK(nearest_double(wide(0, 0xFFFFFFFFFFFFFBFF), 1) == 18446744073709549568.0);  // just below
}

TEST_CASE("a mean of the main job is the nearest double") {
  CHECK(nearest_double(12345, 72000) == 0.17145833333333332);
  CHECK(nearest_double(1, 3) == 1.0 / 3.0);
  CHECK(nearest_double(2, 3) == 2.0 / 3.0);
}

TEST_CASE("a product divided is exact where the product needs more than 128 bits") {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  // From integers of unlimited size.
  CHECK(multiply_divide(kMost, (Uint128{1} << 107) - 1, (Uint128{1} << 76) + 1) ==
        wide(0x7FFFFFFF, 0xFFFFFFFF7FF7FFFF));
  CHECK(multiply_divide(kMost, (Uint128{1} << 107) - 1, 999'999'999'999'999'999) ==
        wide(0x9392EE8E921D, 0x5D1149AE8D36674C));
  CHECK(multiply_divide(72'000, Uint128{86'400'000'000'000} * 1'000'000'000'000'000'000,
                        999'999'999'999'999'999) == wide(0, 0x5654B8A40AC00006));
  CHECK(multiply_divide(kMost, kLargest, Uint128{1} << 126) == wide(3, 0xFFFFFFFFFFFFFFFB));
  CHECK(multiply_divide(kMost, Uint128{3'000'000'000'000} * 1'000'000'000'000'000'000,
                        (Uint128{1} << 100) + 12'345) == wide(2, 0x5DD85D670D35EC99));
  CHECK(multiply_divide(std::uint64_t{1} << 63, (Uint128{1} << 126) - 1, Uint128{1} << 126) ==
        (std::uint64_t{1} << 63) - 1);
}

TEST_CASE("a small product divided is the quotient rounded down") {
  CHECK(multiply_divide(3, 10, 4) == 7);
  CHECK(multiply_divide(0, kLargest, 7) == 0);
  CHECK(multiply_divide(7, 0, 7) == 0);
  CHECK(multiply_divide(3977, 50'000'000, 1) == 198'850'000'000);
  CHECK(multiply_divide(~std::uint64_t{0}, 1, Uint128{1} << 64) == 0);
}

TEST_CASE("a product divided equals the sum of its whole and its broken part") {
  std::mt19937_64 generator(3);
  int different = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t count = generator() >> (4 + generator() % 40);
    const std::uint64_t denominator = (generator() >> (generator() % 60)) + 2;
    const std::uint64_t part = generator() % denominator;
    const std::uint64_t whole = generator() >> (5 + generator() % 40);
    const Uint128 expected = Uint128{count} * whole + Uint128{count} * part / denominator;
    different += multiply_divide(count, Uint128{denominator} * whole + part, denominator) != expected ? 1 : 0;
  }
  CHECK(different == 0);
}

TEST_CASE("a wide denominator goes into a product as often as long division says") {
  std::mt19937_64 generator(4);
  int different = 0;
  for (int i = 0; i < 20'000; ++i) {
    // count x (denominator x whole + part) / denominator, with count x part below 2^127.
    const std::uint64_t count = generator() >> (16 + generator() % 30);
    const Uint128 denominator = wide(generator() >> 49, generator());
    const Uint128 part = denominator - 1 - (generator() >> 40);
    const std::uint64_t whole = generator() >> 20;
    const Uint128 numerator = denominator * whole + part;
    const Uint128 quotient = multiply_divide(count, numerator, denominator);
    // part = denominator - rest: count x part / denominator = count - ceil(count x rest / denominator).
    const Uint128 rest = denominator - part;
    const Uint128 taken = (Uint128{count} * static_cast<std::uint64_t>(rest) + denominator - 1) / denominator;
    different += quotient != Uint128{count} * whole + count - taken ? 1 : 0;
  }
  CHECK(different == 0);
}

TEST_CASE("a quotient of 2^127 or more is reported as the largest integer") {
  CHECK(multiply_divide(1, (Uint128{1} << 127) - 1, 1) == (Uint128{1} << 127) - 1);
  CHECK(multiply_divide(2, Uint128{1} << 126, 1) == kLargest);
  CHECK(multiply_divide(~std::uint64_t{0}, kLargest, 1) == kLargest);
  CHECK(multiply_divide(std::uint64_t{1} << 63, Uint128{1} << 127, Uint128{1} << 63) == kLargest);
  CHECK(multiply_divide(std::uint64_t{1} << 63, (Uint128{1} << 127) - 1, Uint128{1} << 63) ==
        (Uint128{1} << 127) - 1);
}

TEST_CASE("the greatest common divisor divides both, and what is left of them has none") {
  CHECK(greatest_common_divisor(0, 7) == 7);
  CHECK(greatest_common_divisor(7, 0) == 7);
  CHECK(greatest_common_divisor(kLargest, kLargest) == kLargest);
  CHECK(greatest_common_divisor(wide(12, 0), wide(18, 0)) == wide(6, 0));
  std::mt19937_64 generator(3);
  for (int i = 0; i < 2'000; ++i) {
    const Uint128 a = wide(generator() >> (generator() % 64), generator());
    const Uint128 b = wide(generator() >> (generator() % 64), generator());
    const Uint128 divisor = greatest_common_divisor(a, b);
    REQUIRE(a % divisor == 0);
    REQUIRE(b % divisor == 0);
    REQUIRE(greatest_common_divisor(a / divisor, b / divisor) == 1);
  }
}
