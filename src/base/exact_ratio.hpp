// Exact integer quotients: no result depends on how floating point is compiled.
#pragma once

#include <cstdint>

#include "portsim/wide.hpp"

namespace portsim {

/// numerator / denominator, rounded once to the nearest double (ties to even). denominator > 0.
[[nodiscard]] double nearest_double(Uint128 numerator, Uint128 denominator);

/// floor(count * numerator / denominator) without overflow in between. denominator in [1, 2^126]; the
/// result must be below 2^127, else the largest Uint128 is returned.
[[nodiscard]] Uint128 multiply_divide(std::uint64_t count, Uint128 numerator, Uint128 denominator);

/// The largest number that divides both; the other one where one is 0. (std::gcd does not take 128-bit
/// integers in standard C++.)
[[nodiscard]] Uint128 greatest_common_divisor(Uint128 a, Uint128 b);

}  // namespace portsim
