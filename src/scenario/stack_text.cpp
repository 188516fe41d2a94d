#include "scenario/stack_text.hpp"

#include <algorithm>

namespace portsim {
namespace {

constexpr std::uint64_t kMostWaits = 10'000;
constexpr std::string_view kWaitsExample = "3s,6s,12s or 5*1s,2s,4s";
constexpr std::string_view kLoopback = "loopback:";

}  // namespace

Parsed<std::vector<Duration>> parse_waits(std::string_view text) {
  std::vector<Duration> waits;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t star = part.find('*');
    const bool is_repeated = star != std::string_view::npos;
    const Parsed<std::uint64_t> times = is_repeated ? parse_count(part.substr(0, star), 1, kMostWaits)
                                                    : Parsed<std::uint64_t>(std::uint64_t{1});
    const Parsed<Duration> wait = parse_duration(is_repeated ? part.substr(star + 1) : part);
    if (!holds_value(times)) {
      return Wrong{std::get<Wrong>(times).what, std::string(kWaitsExample)};
    }
    if (!holds_value(wait)) {
      return Wrong{std::get<Wrong>(wait).what, std::string(kWaitsExample)};
    }
    if (waits.size() + std::get<std::uint64_t>(times) > kMostWaits) {
      return Wrong{"there are more than 10000 waits", std::string(kWaitsExample)};
    }
    waits.insert(waits.end(), std::get<std::uint64_t>(times), std::get<Duration>(wait));
  }
  return waits;
}

std::string waits_text(const std::vector<Duration>& waits) {
  std::string text;
  for (auto wait = waits.begin(); wait != waits.end();) {
    const auto next = std::find_if(wait, waits.end(), [&](Duration other) { return other != *wait; });
    text += text.empty() ? "" : ",";
    text += next - wait > 1 ? std::to_string(next - wait) + "*" : "";
    text += duration_text(*wait);
    wait = next;
  }
  return text;
}

Parsed<std::optional<TimeWaitReuse>> parse_reuse(std::string_view text) {
  if (text == "none") {
    return std::optional<TimeWaitReuse>();
  }
  const bool loopback_only = text.starts_with(kLoopback);
  const Parsed<Duration> age = parse_duration(loopback_only ? text.substr(kLoopback.size()) : text);
  if (!holds_value(age)) {
    return Wrong{std::get<Wrong>(age).what, "1s, loopback:1s or none"};
  }
  return std::optional(TimeWaitReuse{.age = std::get<Duration>(age), .loopback_only = loopback_only});
}

std::string reuse_text(const std::optional<TimeWaitReuse>& reuse) {
  if (!reuse) {
    return "none";
  }
  return (reuse->loopback_only ? std::string(kLoopback) : "") + duration_text(reuse->age);
}

Parsed<bool> parse_yes_no(std::string_view text) {
  if (text == "yes" || text == "no") {
    return text == "yes";
  }
  return Wrong{quoted(text) + " is neither yes nor no", "yes or no"};
}

std::string yes_no_text(bool value) { return value ? "yes" : "no"; }

}  // namespace portsim
