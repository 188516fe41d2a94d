#include "study/rate_grid.hpp"

namespace portsim {

Rate grid_rate(std::uint64_t index) {
  constexpr std::uint64_t kMostDecimals = 18;
  constexpr std::uint64_t kLeastMantissa = 1'000'000'000;    // 1e-9 with 18 decimals
  constexpr std::uint64_t kLeastTwelve = 100'000'000'000;    // the least number of 12 digits
  constexpr std::uint64_t kTwelveDigits = 9 * kLeastTwelve;  // how many there are
  constexpr std::uint64_t kFirstDecade = 10 * kLeastTwelve - kLeastMantissa;

  std::uint64_t mantissa = kLeastMantissa + index;
  std::uint64_t decimals = kMostDecimals;
  if (index >= kFirstDecade) {
    const std::uint64_t beyond = index - kFirstDecade;
    mantissa = kLeastTwelve + beyond % kTwelveDigits;
    decimals = kMostDecimals - 1 - beyond / kTwelveDigits;
  }
  while (decimals > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --decimals;
  }
  return {mantissa, static_cast<std::uint8_t>(decimals), RateUnit::per_second};
}

}  // namespace portsim
