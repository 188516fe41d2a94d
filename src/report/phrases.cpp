#include "report/phrases.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/number_text.hpp"

namespace portsim {
namespace {

constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kNanosecondsPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

/// `digits` with commas between groups of three.
std::string with_commas(const std::string& digits) {
  std::string grouped_digits;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) {
      grouped_digits += ',';
    }
    grouped_digits += digits[i];
  }
  return grouped_digits;
}

/// thousandths / 1000 without trailing zeros.
std::string with_thousandths(std::uint64_t thousandths) {
  std::string text = with_commas(integer_text(thousandths / 1000));
  if (thousandths % 1000 != 0) {
    text += fmt::format(".{:03}", thousandths % 1000);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::int64_t rounded_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return rest * 2 >= step ? value - rest + step : value - rest;
}

/// `value` in units of `unit` ns to three decimals; `unit` is at least 1,000 ns.
std::string in_unit(std::int64_t value, std::int64_t unit, const char* name) {
  const std::int64_t thousandth = unit / 1000;
  return with_thousandths(static_cast<std::uint64_t>(rounded_to(value, thousandth) / thousandth)) + name;
}

/// Days, hours, minutes and seconds, the parts that are 0 left out.
std::string in_parts(std::int64_t value) {
  struct Part {
    std::int64_t length;
    const char* name;
  };
  constexpr std::array<Part, 3> kParts{{{kDay, " d "}, {kHour, " h "}, {kMinute, " min "}}};
  std::string text;
  std::int64_t rest = rounded_to(value, value < kDay ? 10 * kMillisecond : kNanosecondsPerSecond);
  for (const Part& part : kParts) {
    if (rest >= part.length) {
      text += with_commas(integer_text(static_cast<Uint128>(rest / part.length))) + part.name;
      rest %= part.length;
    }
  }
  if (rest > 0) {
    return text + in_unit(rest, kNanosecondsPerSecond, " s");
  }
  text.pop_back();
  return text;
}

/// True for digits such as `0.00` and `100.0`.
bool is_zero_or_hundred(std::string_view digits) {
  if (digits.starts_with("100")) {
    digits.remove_prefix(3);
  }
  return digits.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string grouped(Uint128 value) { return with_commas(integer_text(value)); }

std::string decimal(double value) {
  if (value > 0 && value < 0.001) {
    return "<0.001";
  }
  std::string text = fmt::format("{:.3f}", value);
  const std::size_t point = text.find('.');
  std::string fraction = text.substr(point);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return with_commas(text.substr(0, point)) + (fraction == "." ? "" : fraction);
}

std::string human_time(Duration time) {
  const std::int64_t value = time.count();
  if (value == 0) {
    return "0 s";
  }
  if (value < kMicrosecond) {
    return integer_text(static_cast<Uint128>(value)) + " ns";
  }
  if (value < kMillisecond) {
    return in_unit(value, kMicrosecond, " us");
  }
  if (rounded_to(value, kMicrosecond) < kNanosecondsPerSecond) {
    return in_unit(value, kMillisecond, " ms");
  }
  if (rounded_to(value, kMillisecond) < 10 * kMinute) {
    return in_unit(value, kNanosecondsPerSecond, " s");
  }
  return in_parts(value);
}

std::string human_seconds(TimePoint time) {
  return in_unit(time.time_since_epoch().count(), kNanosecondsPerSecond, " s");
}

std::string human_time(TimePoint time) { return human_time(time.time_since_epoch()); }

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || part >= whole) {
    return part == 0 ? "0 %" : "100 %";
  }
  // Digit after digit by long division, so that a share next to 0 or 1 does not depend on a double.
  constexpr int kMostDecimals = 17;
  Uint128 scale = 100;
  std::string text;
  for (int decimals = 1; decimals <= kMostDecimals; ++decimals) {
    scale *= 10;
    const Uint128 rounded = (part * scale + whole / 2) / whole;
    const Uint128 unit = scale / 100;
    text = fmt::format("{}.{:0>{}}", integer_text(rounded / unit), integer_text(rounded % unit), decimals);
    if (!is_zero_or_hundred(text)) {
      break;
    }
  }
  return text + " %";
}

std::string ratio_percent(double ratio, int decimals) {
  if (ratio <= 0 || ratio >= 1) {
    return ratio <= 0 ? "0 %" : "100 %";
  }
  constexpr int kMostDecimals = 17;
  std::string text = fmt::format("{:.{}f}", ratio * 100, decimals);
  while (is_zero_or_hundred(text) && decimals < kMostDecimals) {
    text = fmt::format("{:.{}f}", ratio * 100, ++decimals);
  }
  if (is_zero_or_hundred(text)) {
    return ratio < 0.5 ? "<1e-15 %" : "nearly 100 %";
  }
  return text + " %";
}

std::string counted(Uint128 count, const std::string& singular) {
  return grouped(count) + ' ' + singular + (count == 1 ? "" : "s");
}

}  // namespace portsim
