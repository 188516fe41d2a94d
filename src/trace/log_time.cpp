#include "trace/log_time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "trace/log_text.hpp"

namespace portsim {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMostSeconds = 9'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes texts apart from the left; `ok` turns false at the first thing that does not fit.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  /// Exactly `count` digits.
  int number(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest.empty() || !is_digit(rest.front())) {
        ok = false;
        return 0;
      }
      value = 10 * value + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }

  /// 1 to `most` digits; `count` tells how many there were.
  int digits(std::size_t most, std::size_t& count) {
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    count = end;
    ok = ok && end > 0 && end <= most;
    return ok ? number(end) : 0;
  }

  void one_of(std::string_view characters) {
    if (rest.empty() || characters.find(rest.front()) == std::string_view::npos) {
      ok = false;
      return;
    }
    rest.remove_prefix(1);
  }

  /// `.123456` as nanoseconds, if it is there.
  std::int64_t fraction() {
    if (rest.empty() || (rest.front() != '.' && rest.front() != ',')) {
      return 0;
    }
    rest.remove_prefix(1);
    std::int64_t value = 0;
    std::int64_t unit = kSecond;
    ok = ok && !rest.empty() && is_digit(rest.front());
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
      unit /= 10;
      value += (rest.front() - '0') * unit;
    }
    return value;
  }

  /// `Z`, `+02:00`, `-0400` or nothing: seconds east of UTC.
  std::int64_t zone() {
    if (rest.starts_with(' ')) {
      rest.remove_prefix(1);
    }
    if (rest.empty() || rest == "Z") {
      return 0;
    }
    const bool is_west = rest.front() == '-';
    one_of("+-");
    const int hours = number(2);
    if (rest.starts_with(':')) {
      rest.remove_prefix(1);
    }
    const int minutes = number(2);
    ok = ok && rest.empty();
    const std::int64_t east = hours * 3600 + minutes * 60;
    return is_west ? -east : east;
  }

  std::int64_t clock() {
    const int hours = number(2);
    one_of(":");
    const int minutes = number(2);
    one_of(":");
    const int seconds = number(2);
    ok = ok && hours < 24 && minutes < 60 && seconds <= 60;
    return (hours * 3600 + minutes * 60 + seconds) * kSecond + fraction();
  }
};

std::optional<std::int64_t> joined(int year, int month, int day, std::int64_t clock, std::int64_t zone,
                                   bool ok) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!ok || !date.ok() || year < 1970 || year > 2200) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (days * 86400 - zone) * kSecond + clock;
}

}  // namespace

std::optional<std::int64_t> parse_log_seconds(std::string_view text) {
  std::size_t at = 0;
  std::int64_t value = 0;  // the digits so far
  int scale = 9;           // value * 10^scale nanoseconds
  bool has_digits = false;
  bool is_behind_point = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !is_behind_point)); ++at) {
    if (text[at] == '.') {
      is_behind_point = true;
      continue;
    }
    has_digits = true;
    if (value > (kMostSeconds * kSecond - 9) / 10) {
      scale += is_behind_point ? 0 : 1;  // one digit more than is kept
      continue;
    }
    value = 10 * value + (text[at] - '0');
    scale -= is_behind_point ? 1 : 0;
  }
  if (!has_digits) {
    return std::nullopt;
  }
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') {
      return std::nullopt;
    }
    Scanner exponent{text.substr(at + 1)};
    const bool is_negative = exponent.rest.starts_with('-');
    if (is_negative || exponent.rest.starts_with('+')) {
      exponent.rest.remove_prefix(1);
    }
    const std::size_t digits = exponent.rest.size();
    const int power = digits == 0 || digits > 3 ? 0 : exponent.number(digits);
    if (digits == 0 || digits > 3 || !exponent.ok) {
      return std::nullopt;
    }
    scale += is_negative ? -power : power;
  }
  for (; scale < 0; ++scale) {
    value /= 10;
  }
  for (; scale > 0 && value > 0; --scale) {
    if (value > kMostSeconds * kSecond / 10) {
      return std::nullopt;
    }
    value *= 10;
  }
  return value;
}

std::optional<std::int64_t> parse_log_length(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
  };
  constexpr std::array<Unit, 7> kUnits{{{"ns", 1},
                                        {"us", 1'000},
                                        {"\xC2\xB5s", 1'000},
                                        {"ms", 1'000'000},
                                        {"s", kSecond},
                                        {"m", 60 * kSecond},
                                        {"h", 3600 * kSecond}}};
  constexpr std::string_view kNumber = "0123456789.";
  if (text.find_last_of(kNumber) + 1 == text.size()) {
    return parse_log_seconds(text);
  }
  std::int64_t length = 0;
  while (!text.empty()) {
    const std::string_view number = text.substr(0, text.find_first_not_of(kNumber));
    text.remove_prefix(number.size());
    const std::string_view name = text.substr(0, text.find_first_of(kNumber));
    text.remove_prefix(name.size());
    const auto* const unit =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& known) { return known.name == name; });
    const auto value = parse_log_seconds(number);  // of seconds; of any unit below, as many of that
    if (!value || unit == kUnits.end() || *value > kMostSeconds * kSecond / 3600) {
      return std::nullopt;
    }
    length = time_after(length, unit->nanoseconds >= kSecond ? *value * (unit->nanoseconds / kSecond)
                                                             : *value / (kSecond / unit->nanoseconds));
  }
  return length;
}

std::int64_t time_after(std::int64_t time_ns, std::int64_t length_ns) {
  constexpr std::int64_t kLatest = kMostSeconds * kSecond;
  return std::min(time_ns, kLatest - length_ns) + length_ns;
}

std::int64_t time_before(std::int64_t time_ns, std::int64_t length_ns) {
  return std::max(time_ns, length_ns) - length_ns;
}

std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
  Scanner scanner{text};
  const std::int64_t clock = scanner.clock();
  return scanner.ok && scanner.rest.empty() ? std::optional(clock) : std::nullopt;
}

std::optional<std::int64_t> parse_iso_time(std::string_view text) {
  Scanner scanner{text};
  const int year = scanner.number(4);
  scanner.one_of("-/");
  const int month = scanner.number(2);
  scanner.one_of("-/");
  const int day = scanner.number(2);
  scanner.one_of("T ");
  const std::int64_t clock = scanner.clock();
  const std::int64_t zone = scanner.zone();
  return joined(year, month, day, clock, zone, scanner.ok);
}

std::optional<std::int64_t> parse_web_time(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Scanner scanner{text};
  const int day = scanner.number(2);
  scanner.one_of("/");
  const auto* const name = std::find(kMonths.begin(), kMonths.end(), scanner.rest.substr(0, 3));
  if (name == kMonths.end()) {
    return std::nullopt;
  }
  scanner.rest.remove_prefix(3);
  scanner.one_of("/");
  const int year = scanner.number(4);
  scanner.one_of(":");
  const std::int64_t clock = scanner.clock();
  const std::int64_t zone = scanner.zone();
  return joined(year, static_cast<int>(name - kMonths.begin()) + 1, day, clock, zone, scanner.ok);
}

namespace {

/// Year, month and day out of three numbers, by their digits and what stands between them.
std::array<int, 3> in_order(std::array<int, 3> parts, bool is_year_first, char separator) {
  const auto [a, b, c] = parts;
  if (is_year_first) {
    return {a, b, c};
  }
  const bool is_day_first = separator == '.' || a > 12;
  return is_day_first ? std::array{c, b, a} : std::array{c, a, b};
}

/// The time at the start of a text that goes on.
std::optional<std::int64_t> leading_time(std::string_view text) {
  Scanner scanner{text};
  std::array<int, 3> date{};
  std::size_t first_digits = 0;
  std::size_t digits = 0;
  date[0] = scanner.digits(4, first_digits);
  const char separator = scanner.rest.empty() ? ' ' : scanner.rest.front();
  scanner.one_of("-/.");
  date[1] = scanner.digits(2, digits);
  scanner.one_of("-/.");
  date[2] = scanner.digits(4, digits);
  scanner.one_of("T ,");
  while (scanner.rest.starts_with(' ')) {
    scanner.rest.remove_prefix(1);
  }
  int hours = scanner.digits(2, digits);
  scanner.one_of(":");
  const int minutes = scanner.number(2);
  scanner.one_of(":");
  const int seconds = scanner.number(2);
  const std::int64_t fraction = scanner.fraction();
  if (scanner.rest.starts_with(" AM") || scanner.rest.starts_with(" PM")) {
    hours = hours % 12 + (scanner.rest[1] == 'P' ? 12 : 0);
  }
  const bool has_zone = scanner.rest.starts_with('+') || scanner.rest.starts_with('-');
  Scanner east{scanner.rest.substr(0, scanner.rest.find_first_not_of("+-:0123456789"))};
  const std::int64_t zone = has_zone && scanner.ok ? east.zone() : 0;
  const bool ok = scanner.ok && hours < 24 && minutes < 60 && seconds <= 60;
  const auto [year, month, day] = in_order(date, first_digits == 4, separator);
  return joined(year, month, day, (hours * 3600 + minutes * 60 + seconds) * kSecond + fraction,
                east.ok ? zone : 0, ok);
}

/// `[Tue Feb 06 12:14:14.123456 2024] ...`, as Apache begins its errors.
std::optional<std::int64_t> bracketed_time(std::string_view line) {
  constexpr std::size_t kWords = 5;
  const std::string_view inside = line.substr(0, line.find(']'));
  const std::vector<std::string_view> words =
      split_words(inside.substr(std::min<std::size_t>(1, inside.size())));
  if (!line.starts_with('[') || words.size() != kWords) {
    return std::nullopt;
  }
  std::string web_time(words[2]);
  web_time.append("/").append(words[1]).append("/").append(words[4]).append(":").append(words[3]);
  return parse_web_time(web_time);
}

}  // namespace

std::optional<std::int64_t> find_log_time(std::string_view line) {
  if (const auto time = bracketed_time(line)) {
    return time;
  }
  constexpr std::string_view kDigits = "0123456789";
  std::size_t at = line.find_first_of(kDigits);
  while (at != std::string_view::npos) {
    if (const auto time = leading_time(line.substr(at))) {
      return time;
    }
    at = line.find_first_not_of(kDigits, at);
    at = at == std::string_view::npos ? at : line.find_first_of(kDigits, at);
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_syslog_time(std::string_view line) {
  if (line.starts_with('<')) {
    line.remove_prefix(std::min(line.find('>'), line.size() - 1) + 1);
    line.remove_prefix(line.starts_with("1 ") ? 2 : 0);
  }
  if (const auto time = parse_iso_time(line.substr(0, line.find(' ')))) {
    return time;
  }
  constexpr std::size_t kLength = 15;  // `Feb  2 04:05:24`
  if (line.size() < kLength) {
    return std::nullopt;
  }
  std::string web_time(line.substr(4, 2));
  web_time[0] = web_time[0] == ' ' ? '0' : web_time[0];
  web_time.append("/").append(line.substr(0, 3)).append("/1972:").append(line.substr(7, 8));
  return parse_web_time(web_time);
}

std::int64_t SyslogYears::in_order(std::int64_t time_ns) {
  constexpr std::int64_t kYear = std::int64_t{366} * 86'400 * kSecond;  // 1972
  later_ns_ += time_ns < last_ns_ - kYear / 2 && later_ns_ < 100 * kYear ? kYear : 0;
  last_ns_ = time_ns;
  return time_ns + later_ns_;
}

std::string iso_time_text(std::int64_t time_ns) {
  const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(time_ns)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t second = (time - day).count() / kSecond;
  const auto padded = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  std::string part = seconds_text((time - day).count() % kSecond);  // 0 or 0.5
  return std::to_string(static_cast<int>(date.year())) + "-" + padded(static_cast<unsigned>(date.month())) +
         "-" + padded(static_cast<unsigned>(date.day())) + "T" + padded(second / 3600) + ":" +
         padded(second / 60 % 60) + ":" + padded(second % 60) + part.erase(0, 1) + "Z";
}

}  // namespace portsim
