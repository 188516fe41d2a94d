#include "study/axis_values.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "base/exact_ratio.hpp"
#include "base/number_text.hpp"
#include "scenario/distribution_text.hpp"

namespace portsim {
namespace {

constexpr Uint128 kMantissaEnd = 1'000'000'000'000'000'000;  // of a Decimal
constexpr std::uint8_t kMostDecimals = 18;
constexpr std::string_view kRangeExample = "5..50:5";

struct NamedKind {
  std::string_view value_name;
  ValueKind kind;
};

constexpr std::array kKinds{NamedKind{"N", ValueKind::count},           NamedKind{"SHARE", ValueKind::share},
                            NamedKind{"PROBABILITY", ValueKind::share}, NamedKind{"RATE", ValueKind::rate},
                            NamedKind{"TIME", ValueKind::time},         NamedKind{"AGE", ValueKind::time},
                            NamedKind{"DURATION", ValueKind::duration}};

Uint128 power_of_ten(std::uint32_t exponent) {
  Uint128 power = 1;
  for (; exponent > 0; --exponent) {
    power *= 10;
  }
  return power;
}

/// A number and the unit behind it.
struct Measure {
  Decimal number;
  std::string_view unit;
};

std::string_view unit_of(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of("0123456789."), text.size()));
}

std::optional<Measure> parse_measure(std::string_view text) {
  const std::string_view unit = unit_of(text);
  NumberFault fault{};
  const auto number = parse_decimal(text.substr(0, text.size() - unit.size()), fault);
  return number ? std::optional(Measure{*number, unit}) : std::nullopt;
}

/// The three numbers of a range as whole multiples of 10^-`decimals`.
struct Range {
  Uint128 from = 0;
  Uint128 to = 0;
  Uint128 step = 0;
  std::uint8_t decimals = 0;
  std::string_view unit;
};

Parsed<Range> parse_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  const std::size_t colon = std::min(text.find(':', dots), text.size());
  const bool has_step = colon < text.size();
  const auto from = parse_measure(text.substr(0, dots));
  const auto to = parse_measure(text.substr(dots + 2, colon - dots - 2));
  const auto step =
      has_step ? parse_measure(text.substr(colon + 1)) : std::optional(Measure{{1, 0}, to ? to->unit : ""});
  const Wrong not_a_range{quoted(text) + " is not a range: FROM..TO:STEP and a unit, such as 5..50:5/s",
                          std::string(kRangeExample)};
  if (!from || !to || !step || text.substr(dots + 2).starts_with('.')) {
    return not_a_range;
  }
  for (const Measure& bound : {*from, *to}) {
    if (!bound.unit.empty() && bound.unit != step->unit) {
      return Wrong{quoted(text) + " has several units: a range has one, at its end",
                   std::string(kRangeExample) + std::string(step->unit)};
    }
  }
  Range range;
  range.unit = step->unit;
  range.decimals = std::max({from->number.decimals, to->number.decimals, step->number.decimals});
  const auto scaled = [&](const Decimal& number) {
    return number.mantissa * power_of_ten(std::uint32_t{range.decimals} - number.decimals);
  };
  range.from = scaled(from->number);
  range.to = scaled(to->number);
  range.step = scaled(step->number);
  if (range.step == 0 || range.from > range.to || range.to >= kMantissaEnd) {
    const std::string why = range.step == 0         ? " has a step of 0"
                            : range.from > range.to ? " begins above its end"
                                                    : " has more than 18 digits";
    return Wrong{quoted(text) + why, not_a_range.example};
  }
  return range;
}

/// A rate per second, exact if 18 digits can hold it.
std::string per_second_text(const Rate& rate) {
  constexpr std::uint8_t kMoreDecimals = 7;  // 86400 = 2^7 * 3^3 * 5^2
  const std::uint32_t seconds = seconds_of(rate.unit);
  if (rate.unit == RateUnit::per_second) {
    return to_text({rate.mantissa, rate.decimals});
  }
  Uint128 mantissa = rate.mantissa * power_of_ten(kMoreDecimals);
  auto decimals = static_cast<std::uint8_t>(rate.decimals + kMoreDecimals);
  if (mantissa % seconds == 0) {
    mantissa /= seconds;
    for (; decimals > 0 && mantissa % 10 == 0; --decimals) {
      mantissa /= 10;
    }
    if (mantissa < kMantissaEnd && decimals <= kMostDecimals) {
      return to_text({static_cast<std::uint64_t>(mantissa), decimals});
    }
  }
  const Fraction fraction = per_second(rate);
  return number_text(nearest_double(fraction.numerator, fraction.denominator));
}

std::optional<std::string> number_of(ValueKind kind, const std::string& text) {
  switch (kind) {
    case ValueKind::text: return std::nullopt;
    case ValueKind::count: {
      const auto count = parse_unsigned(text);
      return count ? std::optional(std::to_string(*count)) : std::nullopt;
    }
    case ValueKind::share: {
      const auto share = parse_real(text);
      return share ? std::optional(number_text(*share)) : std::nullopt;
    }
    case ValueKind::rate: {
      const Parsed<Rate> rate = parse_rate(text);
      return holds_value(rate) ? std::optional(per_second_text(std::get<Rate>(rate))) : std::nullopt;
    }
    case ValueKind::time: {
      const Parsed<Duration> time = parse_duration(text);
      return holds_value(time) ? std::optional(seconds_text(std::get<Duration>(time).count())) : std::nullopt;
    }
    case ValueKind::duration: {
      const Parsed<Distribution> law = parse_distribution(text);
      const bool is_time = holds_value(law) && std::get<Distribution>(law).is_constant();
      return is_time ? std::optional(seconds_text(std::get<Distribution>(law).constant_value().count()))
                     : std::nullopt;
    }
  }
  return std::nullopt;
}

/// True for what may stand behind the numbers of a range of that kind; an exponent may not.
bool is_unit(ValueKind kind, std::string_view unit) {
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/'; };
  return unit.empty() ||
         (std::all_of(unit.begin(), unit.end(), is_part) && number_of(kind, "1" + std::string(unit)));
}

std::optional<Wrong> append_range(ValueKind kind, std::string_view text, std::vector<std::string>& values) {
  const Parsed<Range> parsed = parse_range(text);
  if (const Wrong* wrong = std::get_if<Wrong>(&parsed)) {
    return *wrong;
  }
  const Range& range = std::get<Range>(parsed);
  if (!is_unit(kind, range.unit)) {
    return Wrong{quoted(text) + " is not a range: " + quoted(range.unit) + " is no unit of its values",
                 std::string(kRangeExample)};
  }
  if ((range.to - range.from) / range.step >= kMostCells) {
    return Wrong{quoted(text) + " is more than " + std::to_string(kMostCells) + " values",
                 std::string(kRangeExample)};
  }
  for (Uint128 value = range.from; value <= range.to; value += range.step) {
    values.push_back(to_text({static_cast<std::uint64_t>(value), range.decimals}) + std::string(range.unit));
  }
  return std::nullopt;
}

/// `5,10/min` could mean 5 per second or 5 per minute. Without a unit the unit is the second, so beside that
/// one it may be left out; 0 needs none.
std::optional<Wrong> find_missing_unit(std::string_view text) {
  std::string_view bare;
  std::string_view unit;
  for (const std::string_view part : split(text, ',')) {
    const auto measure = part.starts_with("0x") ? std::nullopt : parse_measure(part);
    if (measure && measure->unit.empty() && measure->number.mantissa != 0) {
      bare = part;
    } else if (part.find("..") == std::string_view::npos && measure && !measure->unit.empty() &&
               measure->unit != "s" && measure->unit != "/s") {
      unit = measure->unit;
    }
  }
  if (bare.empty() || unit.empty()) {
    return std::nullopt;
  }
  return Wrong{quoted(bare) + " has no unit, but another value of the list has",
               std::string(bare) + std::string(unit) + ",..."};
}

}  // namespace

ValueKind value_kind(const OptionDescription& option) {
  const auto* const found = std::find_if(kKinds.begin(), kKinds.end(), [&](const NamedKind& named) {
    return named.value_name == option.value_name;
  });
  return found == kKinds.end() ? ValueKind::text : found->kind;
}

Parsed<std::vector<std::string>> expand_values(ValueKind kind, std::string_view text) {
  if (kind == ValueKind::text || kind == ValueKind::duration) {
    return std::vector<std::string>{std::string(text)};
  }
  if (auto wrong = find_missing_unit(text)) {
    return *std::move(wrong);
  }
  std::vector<std::string> values;
  for (const std::string_view part : split(text, ',')) {
    if (part.find("..") == std::string_view::npos) {
      values.emplace_back(part);
    } else if (auto wrong = append_range(kind, part, values)) {
      return *std::move(wrong);
    }
  }
  return values;
}

PlainValue plain_value(ValueKind kind, const std::string& text) {
  std::optional<std::string> number = number_of(kind, text);
  return number ? PlainValue{*std::move(number), true} : PlainValue{text, false};
}

std::string column_name(const OptionDescription& option) {
  std::string name(option.name);
  std::replace(name.begin(), name.end(), '-', '_');
  switch (value_kind(option)) {
    case ValueKind::text:
    case ValueKind::count:
    case ValueKind::share: return name;
    case ValueKind::rate: return name + "_per_s";
    case ValueKind::time:
    case ValueKind::duration: return name + "_s";
  }
  return name;
}

}  // namespace portsim
