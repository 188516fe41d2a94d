// Points of time as logs write them, in nanoseconds from 1970. All are empty for a text that is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portsim {

inline constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;

/// Decimal seconds, below 9 * 10^9: `1521911720.615923`. Decimals beyond the ninth are cut off: a log's
/// floating-point number has no more to tell. An exponent may follow (JSON).
[[nodiscard]] std::optional<std::int64_t> parse_log_seconds(std::string_view text);

/// A length of time: decimal seconds, or numbers with units (`250ms`, `1m2.5s`; ns, us, ms, s, m, h), as
/// programs in Go and zed write them.
[[nodiscard]] std::optional<std::int64_t> parse_log_length(std::string_view text);

/// A time (0 to 9 * 10^18) moved by a length of the same range, and kept within it: two such times have a
/// difference.
[[nodiscard]] std::int64_t time_after(std::int64_t time_ns, std::int64_t length_ns);
[[nodiscard]] std::int64_t time_before(std::int64_t time_ns, std::int64_t length_ns);

/// A time of day, `03:04:05.5`, on a day of its own.
[[nodiscard]] std::optional<std::int64_t> parse_time_of_day(std::string_view text);

/// ISO 8601 with a date: `2018-03-24T17:15:20.615923Z`; a blank for the T, `/` for `-`, and a zone
/// (`+02:00`, `-0400`) are understood. Without a zone it is taken as UTC.
[[nodiscard]] std::optional<std::int64_t> parse_iso_time(std::string_view text);

/// The time of web servers and HAProxy: `02/Feb/2012:04:05:24.385`, perhaps with ` -0400`.
[[nodiscard]] std::optional<std::int64_t> parse_web_time(std::string_view text);

/// The first date with a time of day in a line, in any order that its digits allow: `2024-01-02T03:04:05Z`,
/// `2024/01/02 03:04:05`, `02.01.2024 03:04:05`, `1/2/2024 3:04:05 AM` (the month first, unless that is above
/// 12). Without a zone it is taken as UTC.
[[nodiscard]] std::optional<std::int64_t> find_log_time(std::string_view line);

/// The time in UTC: `2024-01-02T03:04:05.5Z`, with as many decimals as it takes.
[[nodiscard]] std::string iso_time_text(std::int64_t time_ns);

/// The time at the start of a line of syslog, perhaps behind its priority (`<30>`): ISO 8601, or `Feb  2
/// 04:05:24` without a year, which is then 1972.
[[nodiscard]] std::optional<std::int64_t> parse_syslog_time(std::string_view line);

/// Gives times of lines in order, of which the year is not told, the years that follow each other.
class SyslogYears {
 public:
  /// A time that lies more than half a year before the last one is of the next year.
  [[nodiscard]] std::int64_t in_order(std::int64_t time_ns);

 private:
  std::int64_t last_ns_ = 0;
  std::int64_t later_ns_ = 0;
};

}  // namespace portsim
