#include "base/exact_ratio.hpp"

#include <bit>
#include <cmath>

namespace portsim {
namespace {

constexpr Uint128 kLargest = ~Uint128{0};

int bit_width(Uint128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return high != 0 ? 64 + static_cast<int>(std::bit_width(high))
                   : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value)));
}

}  // namespace

double nearest_double(Uint128 numerator, Uint128 denominator) {
  if (numerator == 0) {
    return 0;
  }
  // Long division until the quotient has 55 bits: 53 for the result, one to round, one to spare.
  constexpr int kBits = 55;
  Uint128 quotient = numerator / denominator;
  Uint128 rest = numerator % denominator;
  int exponent = 0;
  for (; quotient >> (kBits - 1) == 0; --exponent) {
    const bool carry = rest >= denominator - rest;
    rest = carry ? rest - (denominator - rest) : rest + rest;
    quotient = quotient + quotient + (carry ? 1 : 0);
  }
  // Cut to 55 bits, with "and something more" in the last one; the conversion then rounds once, to even.
  const int surplus = bit_width(quotient) - kBits;
  const bool more = rest != 0 || (surplus > 0 && (quotient & ((Uint128{1} << surplus) - 1)) != 0);
  const auto cut = static_cast<std::int64_t>(quotient >> surplus) | (more ? 1 : 0);
  return std::ldexp(static_cast<double>(cut), exponent + surplus);
}

Uint128 multiply_divide(std::uint64_t count, Uint128 numerator, Uint128 denominator) {
  // The product has up to 192 bits: high x 2^64 + low.
  const Uint128 low_product = Uint128{count} * static_cast<std::uint64_t>(numerator);
  const Uint128 high_product = Uint128{count} * static_cast<std::uint64_t>(numerator >> 64);
  const Uint128 high = high_product + (low_product >> 64);
  const auto low = static_cast<std::uint64_t>(low_product);
  if (high >> 64 == 0) {
    const Uint128 quotient = ((high << 64) | low) / denominator;
    return quotient >> 127 != 0 ? kLargest : quotient;
  }

  const Uint128 high_quotient = high / denominator;
  if (high_quotient >> 63 != 0) {
    return kLargest;
  }
  Uint128 rest = high % denominator;
  if (denominator >> 64 == 0) {
    return (high_quotient << 64) | (((rest << 64) | low) / denominator);
  }
  // Bit by bit; rest < denominator <= 2^126, so that twice the rest fits.
  std::uint64_t low_quotient = 0;
  for (int bit = 63; bit >= 0; --bit) {
    rest = (rest << 1) | ((low >> bit) & 1);
    const bool fits = rest >= denominator;
    rest = fits ? rest - denominator : rest;
    low_quotient = (low_quotient << 1) | (fits ? 1 : 0);
  }
  return (high_quotient << 64) | low_quotient;
}

Uint128 greatest_common_divisor(Uint128 a, Uint128 b) {
  while (b != 0) {
    const Uint128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

}  // namespace portsim
