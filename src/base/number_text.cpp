#include "base/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace portsim {
namespace {

constexpr int kMostDigits = 18;  // of a Decimal

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front of `text` off it.
std::string_view take_digits(std::string_view& text) {
  const auto count =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// The digits of `20`, `.5`, `16.50` before and behind the point.
struct PointNumber {
  std::string_view whole;
  std::string_view fraction;
};

// Takes such a number off the front of `text`; empty if there is no digit.
std::optional<PointNumber> take_point_number(std::string_view& text) {
  PointNumber number;
  number.whole = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    number.fraction = take_digits(text);
  }
  if (number.whole.empty() && number.fraction.empty()) {
    return std::nullopt;
  }
  return number;
}

// Takes `e-3`, `E3`, `e+3` or nothing off the front of `text`; huge exponents are cut. Empty if ill-formed.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) {
    return 0;
  }
  text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  const std::string_view digits = take_digits(text);
  if (digits.empty()) {
    return std::nullopt;
  }
  constexpr std::int64_t kFarOutside = 1'000'000'000'000;
  std::int64_t value = 0;
  for (const char c : digits) {
    value = std::min(kFarOutside, value * 10 + (c - '0'));
  }
  return negative ? -value : value;
}

// Digits d1 d2 ... dk without trailing zeros: the value is 0.d1d2...dk x 10^`point`.
struct ShortestDigits {
  std::string digits;
  int point = 0;
};

// The shortest digits that give a positive finite `value` back.
ShortestDigits shortest_digits(double value) {
  const std::string text = fmt::format("{}", value);
  const std::size_t end = std::min(text.find('e'), text.size());
  int exponent = 0;
  if (end < text.size()) {
    const char* first = text.data() + end + 1;
    std::from_chars(*first == '+' ? first + 1 : first, text.data() + text.size(), exponent);
  }
  const std::string_view mantissa = std::string_view(text).substr(0, end);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());

  ShortestDigits result{std::string(mantissa.substr(0, point)), static_cast<int>(point) + exponent};
  if (point < mantissa.size()) {
    result.digits += mantissa.substr(point + 1);
  }
  const std::size_t leading_zeros = std::min(result.digits.find_first_not_of('0'), result.digits.size());
  result.digits.erase(0, leading_zeros);
  result.point -= static_cast<int>(leading_zeros);
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  return result;
}

// Digits with a point `decimals` places from the right, without trailing zeros behind it.
std::string with_point(std::string digits, std::size_t decimals) {
  if (digits.size() <= decimals) {
    digits.insert(0, decimals + 1 - digits.size(), '0');
  }
  if (decimals > 0) {
    digits.insert(digits.size() - decimals, 1, '.');
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') {
      digits.pop_back();
    }
  }
  return digits;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text, NumberFault& fault) {
  const std::optional<PointNumber> number = take_point_number(text);
  if (!number || !text.empty()) {
    fault = NumberFault::not_a_number;
    return std::nullopt;
  }
  const std::string_view whole =
      number->whole.substr(std::min(number->whole.find_first_not_of('0'), number->whole.size()));
  const std::string_view fraction = number->fraction.substr(0, number->fraction.find_last_not_of('0') + 1);
  if (whole.size() > kMostDigits) {
    fault = NumberFault::too_large;
    return std::nullopt;
  }
  if (whole.size() + fraction.size() > kMostDigits) {
    fault = NumberFault::too_fine;
    return std::nullopt;
  }
  Decimal result{0, static_cast<std::uint8_t>(fraction.size())};
  for (const std::string_view digits : {whole, fraction}) {
    for (const char c : digits) {
      result.mantissa = result.mantissa * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  return result;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) {
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> parse_real(std::string_view text) {
  const std::optional<PointNumber> number = take_point_number(text);
  if (!number) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> exponent = take_exponent(text);
  if (!exponent || !text.empty()) {
    return std::nullopt;
  }
  // Handed to strtod without a point, whose character depends on the locale: 1.5e-3 as 15e-4.
  std::string plain(number->whole);
  plain += number->fraction;
  plain += fmt::format("e{}", *exponent - static_cast<std::int64_t>(number->fraction.size()));
  const double value = std::strtod(plain.c_str(), nullptr);
  if (!std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::string to_text(const Decimal& value) {
  return with_point(fmt::format("{}", value.mantissa), value.decimals);
}

std::string seconds_text(std::int64_t nanoseconds) {
  // The size of the most negative number does not fit the signed type.
  const auto bits = static_cast<std::uint64_t>(nanoseconds);
  const std::string text = with_point(fmt::format("{}", nanoseconds < 0 ? 0 - bits : bits), 9);
  return nanoseconds < 0 ? "-" + text : text;
}

// ECMA-262, Number::toString, radix 10; names as there: k digits, the value is 0.digits x 10^n.
std::string number_text(double value) {
  if (value == 0) {
    return "0";
  }
  if (!std::isfinite(value)) {
    return fmt::format("{}", value);
  }
  const std::string sign = value < 0 ? "-" : "";
  const auto [digits, n] = shortest_digits(std::fabs(value));
  const int k = static_cast<int>(digits.size());
  if (n > 21 || n <= -6) {
    const std::string_view fraction = std::string_view(digits).substr(1);
    return fmt::format("{}{}{}{}e{:+}", sign, digits[0], fraction.empty() ? "" : ".", fraction, n - 1);
  }
  if (k <= n) {
    return sign + digits + std::string(static_cast<std::size_t>(n - k), '0');
  }
  return sign + with_point(digits, static_cast<std::size_t>(k - n));
}

std::string integer_text(Uint128 value) {
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace portsim
