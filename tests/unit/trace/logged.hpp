// Logs that tests write down as text.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "temporary_file.hpp"
#include "trace/connection_log.hpp"

namespace portsim {

/// The texts in the order of their numbers.
inline bool operator==(const Numbering& names, const std::vector<std::string>& texts) {
  bool is_same = names.size() == texts.size();
  for (std::size_t number = 0; is_same && number < texts.size(); ++number) {
    is_same = names[number] == texts[number];
  }
  return is_same;
}

namespace test {

/// The lines, each with its end.
inline std::string lines_of(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const std::string_view line : lines) {
    text.append(line).append("\n");
  }
  return text;
}

/// The log that `content` is; fails the test if it is none.
inline ConnectionLog log_of(std::string_view content, const LogChoices& choices = {}) {
  const TemporaryFile file(content);
  auto log = read_logs({file.path()}, choices);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&log)) {
    FAIL(faults->front().what);
  }
  REQUIRE(std::holds_alternative<ConnectionLog>(log));
  return std::get<ConnectionLog>(std::move(log));
}

/// The faults of a log that cannot be replayed.
inline std::vector<Fault> faults_of(std::string_view content) {
  const TemporaryFile file(content);
  auto log = read_logs({file.path()}, {});
  REQUIRE(std::holds_alternative<std::vector<Fault>>(log));
  return std::get<std::vector<Fault>>(log);
}

/// The connections of one host, as replayed.
inline std::vector<RecordedConnection> rows_of(const ConnectionLog& log, std::size_t host = 0) {
  return log.load_of(host).connections->copy();
}

/// Number of connections that `rule` decided over all hosts.
inline std::uint64_t decided_by(const ConnectionLog& log, CloserRule rule) {
  std::uint64_t count = 0;
  for (std::size_t host = 0; host < log.hosts().size(); ++host) {
    count += log.rules_of(host)[static_cast<std::size_t>(rule)];
  }
  return count;
}

inline TimePoint at_ms(std::int64_t milliseconds) { return TimePoint{Duration{milliseconds * 1'000'000}}; }
inline Duration ms(std::int64_t milliseconds) { return Duration{milliseconds * 1'000'000}; }

}  // namespace test
}  // namespace portsim
