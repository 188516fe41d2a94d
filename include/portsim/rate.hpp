// The rate of a load, kept exactly as it was written.
#pragma once

#include <cstdint>

#include "portsim/wide.hpp"

namespace portsim {

/// The time unit of a rate.
enum class RateUnit : std::uint8_t { per_second, per_minute, per_hour, per_day };

/// Seconds in the unit: 1, 60, 3600 or 86400.
[[nodiscard]] constexpr std::uint32_t seconds_of(RateUnit unit) {
  switch (unit) {
    case RateUnit::per_second: return 1;
    case RateUnit::per_minute: return 60;
    case RateUnit::per_hour: return 3600;
    case RateUnit::per_day: return 86400;
  }
  return 1;
}

/// An exact decimal rate: `mantissa` / 10^`decimals` connections per `unit`. A valid rate lies within
/// 1e-9 to 1e9 per second, with 1 <= `mantissa` < 10^18 and 0 <= `decimals` <= 18.
struct Rate {
  std::uint64_t mantissa = 0;
  std::uint8_t decimals = 0;
  RateUnit unit = RateUnit::per_second;

  friend bool operator==(const Rate&, const Rate&) = default;
};

/// A positive fraction of two exact integers in lowest terms.
struct Fraction {
  Uint128 numerator = 0;
  Uint128 denominator = 1;
};

/// Connections per second as a fraction in lowest terms (denominator < 2^77).
[[nodiscard]] Fraction per_second(const Rate& rate);

/// Nanoseconds from one connection to the next as a fraction in lowest terms (numerator < 2^107).
[[nodiscard]] Fraction nanoseconds_between(const Rate& rate);

}  // namespace portsim
