// Quantities as the values of fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/exact_ratio.hpp"
#include "base/number_text.hpp"
#include "portsim/rate.hpp"
#include "portsim/time.hpp"
#include "report/fields.hpp"

namespace portsim {

inline FieldValue number(std::string digits) { return {FieldValue::Kind::number, std::move(digits)}; }

inline FieldValue count(std::uint64_t value) { return number(integer_text(value)); }

inline FieldValue real(double value) { return number(number_text(value)); }

inline FieldValue seconds(Duration value) { return number(seconds_text(value.count())); }

inline FieldValue seconds(TimePoint value) { return seconds(value.time_since_epoch()); }

/// Of a rate per second.
inline FieldValue rate(const Rate& value) { return number(to_text(Decimal{value.mantissa, value.decimals})); }

inline FieldValue flag(bool value) { return {FieldValue::Kind::flag, value ? "true" : "false"}; }

inline FieldValue text(std::string_view value) { return {FieldValue::Kind::text, std::string(value)}; }

/// numerator / denominator rounded once; null when there is nothing to divide by.
inline FieldValue quotient(Uint128 numerator, Uint128 denominator) {
  return denominator == 0 ? FieldValue{} : real(nearest_double(numerator, denominator));
}

/// `describe(*value)`, or null.
template <typename Value, typename Describe>
FieldValue or_null(const std::optional<Value>& value, Describe describe) {
  return value ? describe(*value) : FieldValue{};
}

}  // namespace portsim
