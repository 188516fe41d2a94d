#include "portsim/rate.hpp"

#include "base/exact_ratio.hpp"

namespace portsim {
namespace {

Uint128 power_of_ten(std::uint8_t exponent) {
  Uint128 power = 1;
  for (std::uint8_t i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}

Fraction in_lowest_terms(Uint128 numerator, Uint128 denominator) {
  const Uint128 divisor = greatest_common_divisor(numerator, denominator);
  return {numerator / divisor, denominator / divisor};
}

}  // namespace

Fraction per_second(const Rate& rate) {
  return in_lowest_terms(rate.mantissa, power_of_ten(rate.decimals) * seconds_of(rate.unit));
}

Fraction nanoseconds_between(const Rate& rate) {
  constexpr std::uint64_t kNanoseconds = 1'000'000'000;
  return in_lowest_terms(power_of_ten(rate.decimals) * seconds_of(rate.unit) * kNanoseconds, rate.mantissa);
}

}  // namespace portsim
