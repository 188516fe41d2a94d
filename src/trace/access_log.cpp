#include "trace/access_log.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

/// What a line holds.
struct Request {
  std::string_view client;
  std::int64_t date_ns = 0;
  std::string_view rest;  ///< behind the opening quote of the request
};

std::optional<Request> find_request(std::string_view line) {
  constexpr std::string_view kBetween = "] \"";
  const std::size_t open = line.find(" [");
  const std::size_t close = line.find(kBetween, open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    return std::nullopt;
  }
  const auto date = parse_web_time(line.substr(open + 2, close - open - 2));
  std::string_view words = line;
  const std::string_view client = take_word(words);
  if (!date || !is_log_address(client)) {
    return std::nullopt;
  }
  return Request{client, *date, line.substr(close + kBetween.size())};
}

/// How long the request took, if the line tells.
struct Time {
  std::int64_t length_ns = 0;
  bool is_date_the_end = false;
};

/// What stands behind the fields that every access log has: the request, status and bytes, and in the
/// combined format referer and program, both quoted.
std::string_view find_tail(std::string_view rest) {
  const auto skip_quoted = [&rest] {
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != '"') {
      end += rest[end] == '\\' ? 2 : 1;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  };
  skip_quoted();
  take_word(rest);  // the status
  take_word(rest);  // the bytes
  for (int i = 0; i < 2 && rest.starts_with(" \""); ++i) {
    rest.remove_prefix(2);
    skip_quoted();
  }
  return rest;
}

/// `0.250` is nginx's, `250123` Apache's; `0/250123` holds both units, the finer one last.
std::optional<Time> parse_time(std::string_view text) {
  constexpr std::string_view kAround = "\"'*[](),;";
  const std::size_t begin = std::min(text.find_first_not_of(kAround), text.size());
  text = text.substr(begin, text.find_last_not_of(kAround) + 1 - begin);
  text = text.substr(text.find('/') + 1);  // npos + 1 is 0
  if (text.find('.') != std::string_view::npos) {
    const auto length = parse_log_seconds(text);
    return length ? std::optional(Time{*length, true}) : std::nullopt;
  }
  const auto microseconds = parse_count(text);
  return microseconds ? std::optional(Time{std::int64_t{*microseconds} * 1000, false}) : std::nullopt;
}

/// A field with the name that is usual for the time of the request, else the first number of the tail.
std::optional<Time> find_time(std::string_view rest) {
  const std::vector<std::string_view> words = split_words(find_tail(rest));
  for (const std::string_view word : words) {
    const std::size_t end = word.find_first_of("=:");
    const std::string_view name = word.substr(0, end);
    if (end != std::string_view::npos &&
        (name == "rt" || name == "request_time" || name == "time" || name == "D")) {
      return parse_time(word.substr(end + 1));
    }
  }
  return words.empty() ? std::nullopt : parse_time(words.front());
}

class AccessLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (line.empty()) {
      return;
    }
    const std::optional<Request> request = find_request(line);
    if (!request) {
      sink.damaged();
      return;
    }
    LogRow row{.source = request->client, .destination = "server", .ending = {}};
    row.start_ns = request->date_ns;
    if (const std::optional<Time> time = find_time(request->rest)) {
      row.lifetime = Duration{time->length_ns};
      row.start_ns -= time->is_date_the_end ? time->length_ns : 0;
    }
    sink.add(row);
  }
};

}  // namespace

bool is_access_log(std::string_view line) { return find_request(line).has_value(); }

std::unique_ptr<LogReader> make_access_log_reader() { return std::make_unique<AccessLog>(); }

}  // namespace portsim
