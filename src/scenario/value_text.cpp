#include "scenario/value_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/number_text.hpp"
#include "portsim/wide.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kMantissaEnd = 1'000'000'000'000'000'000;  // 10^18

struct TimeUnit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array<TimeUnit, 8> kTimeUnits{{{"ns", 1},
                                              {"us", 1'000},
                                              {"ms", 1'000'000},
                                              {"s", kNanosecondsPerSecond},
                                              {"min", 60 * kNanosecondsPerSecond},
                                              {"h", 3'600 * kNanosecondsPerSecond},
                                              {"d", 86'400 * kNanosecondsPerSecond},
                                              {"y", std::int64_t{365} * 86'400 * kNanosecondsPerSecond}}};

constexpr std::string_view kTimeForm = "a time is a number with ns, us, ms, s, min, h, d or y";

struct RateUnitName {
  std::string_view name;
  RateUnit unit;
};

constexpr std::array<RateUnitName, 5> kRateUnits{{{"", RateUnit::per_second},
                                                  {"/s", RateUnit::per_second},
                                                  {"/min", RateUnit::per_minute},
                                                  {"/h", RateUnit::per_hour},
                                                  {"/d", RateUnit::per_day}}};

constexpr std::string_view kRateExample = "20/s, 1200/min or 72k/h";

std::size_t number_length(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789."), text.size());
}

Uint128 power_of_ten(std::uint32_t exponent) {
  Uint128 power = 1;
  for (; exponent > 0; --exponent) {
    power *= 10;
  }
  return power;
}

Wrong not_a_time(std::string_view text, std::string_view why) {
  return {quoted(text) + " is not a time: " + std::string(why), "100ms, 240s or 4min"};
}

Wrong too_long(std::string_view text) {
  return {quoted(text) + " is too long: a time is at most 1000000000 s", "1h"};
}

Wrong too_fine(std::string_view text) {
  return {quoted(text) + " is finer than a nanosecond, the smallest step of a time", "1ns"};
}

Parsed<Duration> in_units(std::string_view text, std::string_view digits, std::int64_t unit) {
  NumberFault fault{};
  const std::optional<Decimal> number = parse_decimal(digits, fault);
  if (!number) {
    switch (fault) {
      case NumberFault::not_a_number: return not_a_time(text, kTimeForm);
      case NumberFault::too_large: return too_long(text);
      case NumberFault::too_fine: {
        const std::string whole = "0" + std::string(digits.substr(0, digits.find('.')));
        const bool is_long = !holds_value(in_units(text, whole, unit));
        return is_long ? too_long(text) : too_fine(text);
      }
    }
  }
  const Uint128 scaled = Uint128{number->mantissa} * static_cast<std::uint64_t>(unit);
  const Uint128 divisor = power_of_ten(number->decimals);
  if (scaled > divisor * static_cast<std::uint64_t>(kLongestDelay.count())) {
    return too_long(text);
  }
  if (scaled % divisor != 0) {
    return too_fine(text);
  }
  return Duration{static_cast<std::int64_t>(scaled / divisor)};
}

/// Multiplies by 10^zeros: first by dropping decimals, then by appending zeros. False: 10^18 or more.
bool scale(Decimal& number, std::uint32_t zeros) {
  const std::uint32_t dropped = std::min<std::uint32_t>(zeros, number.decimals);
  number.decimals = static_cast<std::uint8_t>(number.decimals - dropped);
  const Uint128 mantissa = Uint128{number.mantissa} * power_of_ten(zeros - dropped);
  if (mantissa >= kMantissaEnd) {
    return false;
  }
  number.mantissa = static_cast<std::uint64_t>(mantissa);
  return true;
}

Wrong not_a_rate(std::string_view text, std::string_view why) {
  return {quoted(text) + " is not a rate: " + std::string(why), std::string(kRateExample)};
}

Parsed<PortRange> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const Parsed<std::uint64_t> first = parse_count(text.substr(0, dash), 1, 65535);
  const Parsed<std::uint64_t> last =
      dash == std::string_view::npos ? first : parse_count(text.substr(dash + 1), 1, 65535);
  if (!holds_value(first) || !holds_value(last)) {
    return Wrong{quoted(text) + " is not a range of ports within 1 to 65535", "1024-5000,6000"};
  }
  return PortRange{static_cast<std::uint16_t>(std::get<std::uint64_t>(first)),
                   static_cast<std::uint16_t>(std::get<std::uint64_t>(last))};
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

Parsed<Duration> parse_duration(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const std::optional<std::uint64_t> seconds = parse_unsigned(text);
    if (!seconds) {
      return not_a_time(text, "0x begins a hexadecimal number of seconds");
    }
    if (*seconds > static_cast<std::uint64_t>(kNanosecondsPerSecond)) {
      return too_long(text);
    }
    return Duration{static_cast<std::int64_t>(*seconds) * kNanosecondsPerSecond};
  }
  const std::string_view digits = text.substr(0, number_length(text));
  const std::string_view unit_name = text.substr(digits.size());
  if (digits.empty()) {
    return not_a_time(text, kTimeForm);
  }
  if (unit_name.empty()) {
    return in_units(text, digits, kNanosecondsPerSecond);
  }
  for (const TimeUnit& unit : kTimeUnits) {
    if (unit.name == unit_name) {
      return in_units(text, digits, unit.nanoseconds);
    }
  }
  return not_a_time(text, kTimeForm);
}

std::string duration_text(Duration value) {
  const std::int64_t count = value.count();
  for (const std::string_view name : {"h", "s", "ms", "us"}) {
    const auto unit =
        std::find_if(kTimeUnits.begin(), kTimeUnits.end(), [&](const TimeUnit& u) { return u.name == name; });
    const bool is_zero_seconds = count == 0 && name == "s";
    if (is_zero_seconds || (count != 0 && count % unit->nanoseconds == 0)) {
      return std::to_string(count / unit->nanoseconds) + std::string(name);
    }
  }
  return std::to_string(count) + "ns";
}

Parsed<Rate> parse_rate(std::string_view text) {
  std::string_view rest = text;
  const std::string_view digits = rest.substr(0, number_length(rest));
  rest.remove_prefix(digits.size());
  if (digits.empty()) {
    return not_a_rate(text, "it begins with a number of connections");
  }
  std::uint32_t zeros = 0;
  if (rest.starts_with('k') || rest.starts_with('M')) {
    zeros = rest.front() == 'k' ? 3 : 6;
    rest.remove_prefix(1);
  }
  const auto unit = std::find_if(kRateUnits.begin(), kRateUnits.end(),
                                 [&](const RateUnitName& u) { return u.name == rest; });
  if (unit == kRateUnits.end() && (rest.starts_with('e') || rest.starts_with('E'))) {
    return not_a_rate(text, "it is written without an exponent, 1000M/s for 10^9 per second");
  }
  if (unit == kRateUnits.end()) {
    return not_a_rate(text, "a number, k or M if wanted, then /s, /min, /h, /d or nothing");
  }
  NumberFault fault{};
  std::optional<Decimal> number = parse_decimal(digits, fault);
  if (!number && fault == NumberFault::not_a_number) {
    return not_a_rate(text, "it begins with a number of connections");
  }
  if (!number || !scale(*number, zeros)) {
    return not_a_rate(text, "it has more than 18 digits");
  }
  return Rate{number->mantissa, number->decimals, unit->unit};
}

std::string rate_text(const Rate& rate) {
  const auto unit = std::find_if(kRateUnits.begin() + 1, kRateUnits.end(),
                                 [&](const RateUnitName& u) { return u.unit == rate.unit; });
  return to_text(Decimal{rate.mantissa, rate.decimals}) + std::string(unit->name);
}

Parsed<std::vector<PortRange>> parse_ranges(std::string_view text) {
  std::vector<PortRange> ranges;
  for (const std::string_view part : split(text, ',')) {
    const Parsed<PortRange> range = parse_range(part);
    if (!holds_value(range)) {
      return std::get<Wrong>(range);
    }
    ranges.push_back(std::get<PortRange>(range));
  }
  std::stable_sort(ranges.begin(), ranges.end(),
                   [](const PortRange& a, const PortRange& b) { return a.first < b.first; });
  return ranges;
}

std::string ranges_text(const std::vector<PortRange>& ranges) {
  std::string text;
  for (const PortRange& range : ranges) {
    text += text.empty() ? "" : ",";
    text += std::to_string(range.first);
    if (range.last != range.first) {
      text += "-" + std::to_string(range.last);
    }
  }
  return text;
}

Parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const std::optional<std::uint64_t> value = parse_unsigned(text);
  if (!value || *value < least || *value > most) {
    return Wrong{
        quoted(text) + " is not a whole number from " + std::to_string(least) + " to " + std::to_string(most),
        std::to_string(value && *value > most ? most : least)};
  }
  return *value;
}

Parsed<double> parse_number(std::string_view text, std::string_view example) {
  const std::optional<double> value = parse_real(text);
  if (!value) {
    const bool is_negative = text.starts_with('-') && parse_real(text.substr(1));
    return Wrong{quoted(text) + (is_negative ? " is below 0" : " is not a decimal number"),
                 std::string(example)};
  }
  return *value;
}

}  // namespace portsim
