// Elementary functions from + - * / sqrt and integer operations alone, so that every compiler and C
// library gives the same bits. Each lies within 2 units in the last place of the exact value.
//
// Logarithm and exponential are straight-line code in a header: loops over them become vector instructions,
// of any x86-64, since numbers are converted by adding and subtracting powers of two. (Before AVX-512 there
// is no instruction that converts several 64-bit integers, or shifts them with their sign.)
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

// How the coefficients were made: with mpmath at 160 to 220 bits, by the Remez exchange for the polynomials
// and by iteratively reweighted least squares at Chebyshev nodes (Lawson's weights) for the rational
// functions, each minimising the largest relative error of the function's final result, which is stated
// beside them; then rounded to double. Every constant is written in hexadecimal, so that no compiler has to
// round it.

namespace portsim {
namespace portable {

// c[0] + c[1] x + c[2] x^2 + ...
template <std::size_t N>
[[nodiscard]] inline double polynomial(double x, const std::array<double, N>& c) {
  double value = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) {
    value = value * x + c[i];
  }
  return value;
}

// ln 2 in two parts; the first has 42 significant bits, so that its product with an exponent is exact.
inline constexpr double kLn2High = 0x1.62e42fefa3800p-1;
inline constexpr double kLn2Low = 0x1.ef35793c76730p-45;
inline constexpr double kLog2E = 0x1.71547652b82fep+0;

// Adding and subtracting it rounds a double below 2^51 in size to an integer.
inline constexpr double kRounder = 0x1.8p52;

// 2^exponent, of which 1023 was added.
[[nodiscard]] inline double power_of_two(std::uint64_t biased) { return std::bit_cast<double>(biased << 52); }

/// The integer in x + kRounder, for |x| < 2^51.
[[nodiscard]] inline std::uint64_t integer_of(double rounded) {
  return std::bit_cast<std::uint64_t>(rounded) - std::bit_cast<std::uint64_t>(kRounder);
}

/// The nearest double to n, as a conversion gives it.
[[nodiscard]] inline double nearest(std::uint64_t n) {
  // 2^84 + 2^32 (high half), and 2^52 + low half: the difference is exact, the sum is rounded once.
  const double high = std::bit_cast<double>((n >> 32) | 0x4530000000000000) - 0x1.00000001p84;
  return high + std::bit_cast<double>((n & 0xFFFFFFFF) | 0x4330000000000000);
}

/// A number of [0, 2^62) in two parts: 2^32 `high` + `low`, where `high` is a whole number and |low| <= 2^31.
/// Nothing is rounded.
struct Halves {
  std::uint64_t high = 0;
  double low = 0;
};

[[nodiscard]] inline Halves halves(double x) {
  const double rounded = x * 0x1p-32 + kRounder;
  return {integer_of(rounded), x - (rounded - kRounder) * 0x1p32};
}

/// The nearest integer to x, halves upwards; |x| < 2^51.
[[nodiscard]] inline std::uint64_t round_small_half_up(double x) {
  const double rounded = x + kRounder;  // halves to even
  return integer_of(rounded) + (x - (rounded - kRounder) >= 0.5 ? 1 : 0);
}

/// The nearest integer to x, halves upwards; 0 <= x < 2^62.
[[nodiscard]] inline std::int64_t round_half_up(double x) {
  const auto [high, low] = halves(x);
  return static_cast<std::int64_t>((high << 32) + round_small_half_up(low));
}

// (2 atanh(s) - 2 s) / s^3 as a polynomial in s^2, |s| <= 0.1716; relative error of the logarithm 2^-59.5.
inline constexpr std::array<double, 7> kLogarithm{
    0x1.5555555555592p-1, 0x1.999999997fd78p-2, 0x1.24924941f4efbp-2, 0x1.c71c52060f6e9p-3,
    0x1.74663fa0cfebep-3, 0x1.39a1a715d946bp-3, 0x1.2f063379f501fp-3};

// (e^r - 1 - r) / r^2, |r| <= ln(2) / 2; relative error of the exponential 2^-57.9.
inline constexpr std::array<double, 10> kExponential{
    0x1.000000000000ap-1,  0x1.55555555554fap-3,  0x1.555555555087cp-5,  0x1.1111111127beap-7,
    0x1.6c16c1842a18fp-10, 0x1.a01a012a559b1p-13, 0x1.a0199a0c5affdp-16, 0x1.71df255761396p-19,
    0x1.28ad72d3fa16fp-22, 0x1.ad7f6655530e7p-26};

}  // namespace portable

/// Natural logarithm of a positive, finite, normal x.
[[nodiscard]] inline double portable_log(double x) {
  using namespace portable;
  // x = 2^k m with m in [sqrt(1/2), sqrt(2)); the biased sum keeps the shift unsigned.
  constexpr std::uint64_t kSqrtHalf = 0x3FE6A09E667F3BCD;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t biased = (bits - kSqrtHalf + (std::uint64_t{1023} << 52)) >> 52;
  const double m = std::bit_cast<double>(bits - ((biased - 1023) << 52));
  const double k = std::bit_cast<double>(biased | 0x4330000000000000) - (0x1p52 + 1023);

  // With s = f / (2 + f): ln(1 + f) = 2 atanh(s) = 2 s + R, and 2 s = f - s f, where f = m - 1 is exact.
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  const double r = z * polynomial(z, kLogarithm);
  return k * kLn2High + (f - (s * (f - r) - k * kLn2Low));
}

/// e^x for |x| <= 700; infinity above 709.78, 0 below -745.13.
[[nodiscard]] inline double portable_exp(double x) {
  using namespace portable;
  // Outside of these bounds the result is infinity or 0 all the same, and k stays small.
  const double bounded = x < -746 ? -746 : (x > 710 ? 710 : x);
  const double rounded = bounded * kLog2E + kRounder;
  const double k = rounded - kRounder;
  const double r = (bounded - k * kLn2High) - k * kLn2Low;
  const double power = 1 + (r + r * r * polynomial(r, kExponential));
  // Two factors, because 2^k alone may be out of range where the result is not.
  const std::uint64_t exponent = integer_of(rounded) + 2 * std::uint64_t{1023};
  const std::uint64_t half = exponent / 2;
  return power * power_of_two(half) * power_of_two(exponent - half);
}

/// Quantile of the standard normal distribution; p is cut to [2^-54, 1 - 2^-54].
[[nodiscard]] double normal_quantile(double p);

/// `normal_quantile` of each of `count` numbers, in their place; for many of them at once.
void normal_quantiles(double* p, std::size_t count);

}  // namespace portsim
