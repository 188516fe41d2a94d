// Texts to values and back: times, rates, port ranges, numbers. Syntax only; limits are in rules.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "portsim/rate.hpp"
#include "portsim/stack.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Why a text is not a value, and what could stand there instead.
struct Wrong {
  std::string what;     ///< `"5x" is not a time: ...`
  std::string example;  ///< a value that would do: `100ms`
};

/// The value of a text, or why there is none.
template <class T>
using Parsed = std::variant<T, Wrong>;

/// True when the text was a value.
template <class T>
[[nodiscard]] bool holds_value(const Parsed<T>& parsed) {
  return std::holds_alternative<T>(parsed);
}

/// `text` in double quotes, for messages. An object and no function, so that std::quoted is not looked at
/// (which <chrono> brings along in newer libraries).
inline constexpr auto quoted = [](std::string_view text) { return '"' + std::string(text) + '"'; };

/// The parts of `text` between separators; one part more than there are separators.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// A decimal with ns, us, ms, s, min, h, d or y (365 d), or a bare or 0x number of seconds: whole
/// nanoseconds, 0 to 10^9 s.
[[nodiscard]] Parsed<Duration> parse_duration(std::string_view text);

/// The time in the largest of h, s, ms, us and ns that gives a whole number: `1h`, `240s`, `10ms`, `0s`.
[[nodiscard]] std::string duration_text(Duration value);

/// NUMBER[k|M][/s|/min|/h|/d], kept exactly; a bare number is per second. k and M go into the mantissa.
[[nodiscard]] Parsed<Rate> parse_rate(std::string_view text);

/// The rate as `parse_rate` reads it: `20/s`, `1.5/min`.
[[nodiscard]] std::string rate_text(const Rate& rate);

/// Ports and ranges of ports with commas between them, `1024-5000,6000`; ascending in the result.
[[nodiscard]] Parsed<std::vector<PortRange>> parse_ranges(std::string_view text);

/// The ranges as `parse_ranges` reads them.
[[nodiscard]] std::string ranges_text(const std::vector<PortRange>& ranges);

/// A whole number from `least` to `most`, decimal or 0x.
[[nodiscard]] Parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t least,
                                                std::uint64_t most);

/// A decimal number >= 0, an exponent allowed; `example` stands in the fault.
[[nodiscard]] Parsed<double> parse_number(std::string_view text, std::string_view example);

}  // namespace portsim
