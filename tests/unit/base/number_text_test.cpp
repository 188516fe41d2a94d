#include "base/number_text.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "catch.hpp"

namespace {

using portsim::Decimal;
using portsim::integer_text;
using portsim::number_text;
using portsim::NumberFault;
using portsim::parse_decimal;
using portsim::parse_real;
using portsim::parse_unsigned;
using portsim::seconds_text;
using portsim::to_text;
using portsim::Uint128;

std::optional<Decimal> decimal(std::string_view text) {
  NumberFault fault{};
  return parse_decimal(text, fault);
}

NumberFault fault_of(std::string_view text) {
  // Two starting values, so that a fault that is not set shows.
  NumberFault first = NumberFault::not_a_number;
  NumberFault second = NumberFault::too_fine;
  REQUIRE_FALSE(parse_decimal(text, first).has_value());
  REQUIRE_FALSE(parse_decimal(text, second).has_value());
  REQUIRE(first == second);
  return first;
}

}  // namespace

TEST_CASE("a decimal is kept exactly as it was written") {
  CHECK(decimal("20") == Decimal{20, 0});
  CHECK(decimal("0") == Decimal{0, 0});
  CHECK(decimal(".5") == Decimal{5, 1});
  CHECK(decimal("0.5") == Decimal{5, 1});
  CHECK(decimal("5.") == Decimal{5, 0});
  CHECK(decimal("16.5625520573") == Decimal{165'625'520'573, 10});
  CHECK(decimal("999999999999999999") == Decimal{999'999'999'999'999'999, 0});
  CHECK(decimal("0.000000000000000001") == Decimal{1, 18});
  CHECK(decimal("123456789.123456789") == Decimal{123'456'789'123'456'789, 9});
}

TEST_CASE("zeros that say nothing do not count as digits of a decimal") {
  CHECK(decimal("007") == Decimal{7, 0});
  CHECK(decimal("1.500") == Decimal{15, 1});
  CHECK(decimal("0.000") == Decimal{0, 0});
  CHECK(decimal("00000000000000000000000000000001.50000000000000000000000000000") == Decimal{15, 1});
}

TEST_CASE("a text that is no decimal is refused with the reason") {
  for (const char* text :
       {"", ".", "-1", "+1", "1e3", "1.2.3", "1,5", " 1", "1 ", "0x10", "abc", "1s", "inf", "nan"}) {
    INFO('"' << text << '"');
    CHECK(fault_of(text) == NumberFault::not_a_number);
  }
  CHECK(fault_of("1000000000000000000") == NumberFault::too_large);
  CHECK(fault_of("1000000000000000000.5") == NumberFault::too_large);
  CHECK(fault_of(std::string(100'000, '9')) == NumberFault::too_large);
  CHECK(fault_of("0.0000000000000000001") == NumberFault::too_fine);
  CHECK(fault_of("100000000000000000.01") == NumberFault::too_fine);
}

TEST_CASE("an unsigned integer is read in decimal and in hexadecimal") {
  CHECK(parse_unsigned("0") == 0U);
  CHECK(parse_unsigned("240") == 240U);
  CHECK(parse_unsigned("0240") == 240U);
  CHECK(parse_unsigned("0xF0") == 240U);
  CHECK(parse_unsigned("0Xf0") == 240U);
  CHECK(parse_unsigned("0x0000001e") == 30U);
  CHECK(parse_unsigned("18446744073709551615") == ~std::uint64_t{0});
  CHECK(parse_unsigned("0xFFFFFFFFFFFFFFFF") == ~std::uint64_t{0});
}

TEST_CASE("a text that is no unsigned integer of 64 bits is refused") {
  for (const char* text : {"", "-1", "+1", "0x", "0x-1", "x10", "1.0", "F0", "0xG", " 1", "1 ", "0x 1",
                           "18446744073709551616", "0x10000000000000000"}) {
    INFO('"' << text << '"');
    CHECK_FALSE(parse_unsigned(text).has_value());
  }
}

TEST_CASE("a real number is read to the nearest double") {
  CHECK(parse_real("0") == 0.0);
  CHECK(parse_real("0.01") == 0.01);
  CHECK(parse_real("1e-3") == 0.001);
  CHECK(parse_real("1.5E+3") == 1500.0);
  CHECK(parse_real(".5") == 0.5);
  CHECK(parse_real("5.") == 5.0);
  CHECK(parse_real("9007199254740993") == 9007199254740992.0);
  CHECK(parse_real("9007199254740993.00000000000000000000000000000000001") == 9007199254740994.0);
  CHECK(parse_real("1.7976931348623157e308") == std::numeric_limits<double>::max());
  CHECK(parse_real("5e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(parse_real("1e-99999999999999999999") == 0.0);
  CHECK(parse_real("0." + std::string(400, '0') + "1e401") == 1.0);
}

TEST_CASE("a text that is no finite real number is refused") {
  for (const char* text : {"", ".", "e5", "1e", "1e+", "-1", "+1", "0x10", "inf", "nan", "infinity", "1e309",
                           "1e99999999999999999999", " 1", "1 ", "1.2.3", "1e2.5", "1f"}) {
    INFO('"' << text << '"');
    CHECK_FALSE(parse_real(text).has_value());
  }
}

TEST_CASE("a decimal prints without trailing zeros") {
  CHECK(to_text({2050, 2}) == "20.5");
  CHECK(to_text({2000, 2}) == "20");
  CHECK(to_text({20, 0}) == "20");
  CHECK(to_text({5, 3}) == "0.005");
  CHECK(to_text({0, 0}) == "0");
  CHECK(to_text({0, 5}) == "0");
  CHECK(to_text({1, 18}) == "0.000000000000000001");
  CHECK(to_text({165'625'520'573, 10}) == "16.5625520573");
}

TEST_CASE("a printed decimal is read back as the same decimal") {
  std::mt19937_64 generator(5);
  int different = 0;
  for (int i = 0; i < 50'000; ++i) {
    Decimal value{generator() % 1'000'000'000'000'000'000 >> (generator() % 60),
                  static_cast<std::uint8_t>(generator() % 19)};
    while (value.decimals > 0 && value.mantissa % 10 == 0) {
      value.mantissa /= 10;
      --value.decimals;
    }
    different += decimal(to_text(value)) != value ? 1 : 0;
  }
  CHECK(different == 0);
}

TEST_CASE("nanoseconds print as exact seconds without trailing zeros") {
  CHECK(seconds_text(198'850'000'000) == "198.85");
  CHECK(seconds_text(240'000'000'000) == "240");
  CHECK(seconds_text(1) == "0.000000001");
  CHECK(seconds_text(0) == "0");
  CHECK(seconds_text(10) == "0.00000001");
  CHECK(seconds_text(-1'500'000'000) == "-1.5");
  CHECK(seconds_text(-1) == "-0.000000001");
  CHECK(seconds_text(std::numeric_limits<std::int64_t>::max()) == "9223372036.854775807");
  CHECK(seconds_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036.854775808");
}

TEST_CASE("numbers print as ECMAScript prints them") {
  CHECK(number_text(0.0) == "0");
  CHECK(number_text(-0.0) == "0");
  CHECK(number_text(1.0) == "1");
  CHECK(number_text(-1.5) == "-1.5");
  CHECK(number_text(100000.0) == "100000");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(0.0001) == "0.0001");
  CHECK(number_text(0.000001) == "0.000001");
  CHECK(number_text(0.00000123) == "0.00000123");
  CHECK(number_text(0.000000123) == "1.23e-7");
  CHECK(number_text(1e-7) == "1e-7");
  CHECK(number_text(-1e-7) == "-1e-7");
  CHECK(number_text(1e16) == "10000000000000000");
  CHECK(number_text(123456789012345680000.0) == "123456789012345680000");
  CHECK(number_text(1e20) == "100000000000000000000");
  CHECK(number_text(999999999999999900000.0) == "999999999999999900000");
  CHECK(number_text(1e21) == "1e+21");
  CHECK(number_text(1.5e21) == "1.5e+21");
  CHECK(number_text(1e100) == "1e+100");
  CHECK(number_text(3866.7266277777776) == "3866.7266277777776");
  CHECK(number_text(0.17145833333333332) == "0.17145833333333332");
  CHECK(number_text(9007199254740992.0) == "9007199254740992");
  CHECK(number_text(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(number_text(2.2250738585072014e-308) == "2.2250738585072014e-308");
  CHECK(number_text(5e-324) == "5e-324");
}

TEST_CASE("a printed number is read back as the same double, and no shorter text would be") {
  std::mt19937_64 generator(6);
  int different = 0;
  int longer_than_needed = 0;
  for (int i = 0; i < 100'000; ++i) {
    // All scales, and in turn the scales that reports are made of.
    double value = std::fabs(std::bit_cast<double>(generator()));
    if (i % 2 == 0 || !std::isfinite(value)) {
      value = static_cast<double>((generator() >> (generator() % 60)) + 1) /
              static_cast<double>((generator() >> 40) + 1);
    }
    const std::string text = number_text(value);
    different += parse_real(text) != value ? 1 : 0;
    // 17 digits always do; the text may use them only where 16 do not.
    std::array<char, 64> sixteen{};
    std::snprintf(sixteen.data(), sixteen.size(), "%.15e", value);
    std::size_t digits = 0;
    for (const char c : text.substr(text.find_first_not_of("0."), text.find('e'))) {
      digits += c >= '0' && c <= '9' ? 1 : 0;
    }
    longer_than_needed +=
        std::strtod(sixteen.data(), nullptr) == value && value < 1e16 && digits > 16 ? 1 : 0;
  }
  CHECK(different == 0);
  CHECK(longer_than_needed == 0);
}

TEST_CASE("integers of 128 bits print in full") {
  CHECK(integer_text(0) == "0");
  CHECK(integer_text(72'000) == "72000");
  CHECK(integer_text(~std::uint64_t{0}) == "18446744073709551615");
  CHECK(integer_text(Uint128{1} << 64) == "18446744073709551616");
  CHECK(integer_text(~Uint128{0}) == "340282366920938463463374607431768211455");
}
