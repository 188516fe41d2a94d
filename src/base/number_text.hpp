// Numbers to text and back: the only place that does either.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "portsim/wide.hpp"

namespace portsim {

/// A decimal as it was written: mantissa / 10^decimals.
struct Decimal {
  std::uint64_t mantissa = 0;  ///< below 10^18
  std::uint8_t decimals = 0;   ///< 0 to 18
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Why a text is not a number of the wanted kind.
enum class NumberFault : std::uint8_t { not_a_number, too_large, too_fine };

/// Parses digits with at most one point (`20`, `.5`, `16.5625520573`): no sign, no exponent, nothing after.
/// Trailing zeros behind the point are dropped. `too_large`: 10^18 or more; `too_fine`: over 18 digits in
/// all.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text, NumberFault& fault);

/// Parses an unsigned integer, decimal or `0x` hexadecimal; empty if it is neither or above 2^64 - 1.
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// Parses a decimal number, exponent allowed (`0.01`, `1e-3`), to the nearest double; no sign, inf or nan.
[[nodiscard]] std::optional<double> parse_real(std::string_view text);

/// A decimal without trailing zeros: {2050, 2} is `20.5`.
[[nodiscard]] std::string to_text(const Decimal& value);

/// Nanoseconds as exact decimal seconds without trailing zeros: `198.85`, `240`, `0.000000001`, `-1.5`.
[[nodiscard]] std::string seconds_text(std::int64_t nanoseconds);

/// A finite double as ECMAScript prints it: `100000`, `0.0001`, `1e-7`, `1e+21`.
[[nodiscard]] std::string number_text(double value);

/// An integer in decimal digits.
[[nodiscard]] std::string integer_text(Uint128 value);

}  // namespace portsim
