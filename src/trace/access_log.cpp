#include "trace/access_log.hpp"

#include <optional>

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

std::optional<Time> find_time(std::string_view rest) {
  const std::size_t quote = rest.rfind('"');
  if (quote == std::string_view::npos) {
    return std::nullopt;
  }
  const bool is_combined = rest.substr(0, quote).find("\" ") != std::string_view::npos;
  std::string_view words = rest.substr(quote + 1);
  if (!is_combined) {
    take_word(words);  // the status
    take_word(words);  // the bytes
  }
  const std::string_view text = take_word(words);
  if (text.find('.') != std::string_view::npos) {
    const auto length = parse_log_seconds(text);
    return length ? std::optional(Time{*length, true}) : std::nullopt;
  }
  const auto microseconds = parse_count(text);
  return microseconds ? std::optional(Time{std::int64_t{*microseconds} * 1000, false}) : std::nullopt;
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
