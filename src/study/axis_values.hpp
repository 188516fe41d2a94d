// Several values of one option in one text, and how a row of a sweep shows each of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/settings.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// What the value of an option is, as its `value_name` in the help says.
enum class ValueKind : std::uint8_t {
  text,      ///< no single number
  count,     ///< `N`
  share,     ///< `SHARE`, `PROBABILITY`: a number without a unit
  rate,      ///< `RATE`
  time,      ///< `TIME`, `AGE`
  duration,  ///< `DURATION`: a time, or a law of times, whose commas are its own
};

[[nodiscard]] ValueKind value_kind(const OptionDescription& option);

/// More values than this are no list but a mistake, and more cells than this no sweep.
inline constexpr std::uint64_t kMostCells = 1'000'000;

/// The values that a text means, each as a text of its own. A number can be a list `30,60,240` and its
/// elements ranges, `5..50:5/s`: from, to (included if a step leads there) and step, exact decimals with
/// one unit for the three; a step left out is 1. A list in which a unit may have been meant for all is wrong:
/// `5,10/min`. Any other text is one value. No value is understood here.
[[nodiscard]] Parsed<std::vector<std::string>> expand_values(ValueKind kind, std::string_view text);

/// A value in a row of a sweep.
struct PlainValue {
  std::string text;
  bool is_number = false;

  friend bool operator==(const PlainValue&, const PlainValue&) = default;
};

/// A number as a bare decimal: a time in seconds, a rate per second (exact, or the nearest double where 18
/// digits cannot hold it: 100/h). What is no number stands as it was given.
[[nodiscard]] PlainValue plain_value(ValueKind kind, const std::string& text);

/// The name of the option as a column: `rate_per_s`, `delay_s`, `ports_in_use`.
[[nodiscard]] std::string column_name(const OptionDescription& option);

}  // namespace portsim
