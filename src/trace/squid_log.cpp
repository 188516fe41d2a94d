#include "trace/squid_log.hpp"

#include <optional>
#include <vector>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

/// `end elapsed client result/status bytes method url ...`.
struct Request {
  std::string_view client;
  std::int64_t end_ns = 0;
  std::int64_t length_ns = 0;
};

std::optional<Request> parse_request(std::string_view line) {
  constexpr std::size_t kLeastWords = 7;
  constexpr std::size_t kClient = 2;
  constexpr std::size_t kResult = 3;
  constexpr std::size_t kMethod = 5;
  const std::vector<std::string_view> words = split_words(line);
  if (words.size() < kLeastWords || words[0].find('.') == std::string_view::npos) {
    return std::nullopt;
  }
  const auto end = parse_log_seconds(words[0]);
  const auto length = parse_count(words[1]);
  const std::size_t slash = words[kResult].find('/');
  const bool has_result = slash != std::string_view::npos && parse_count(words[kResult].substr(slash + 1));
  const bool has_method =
      words[kMethod] == "-" ||
      words[kMethod].find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == std::string_view::npos;
  if (!end || !length || !has_result || !has_method || !is_log_address(words[kClient])) {
    return std::nullopt;
  }
  return Request{words[kClient], *end, *length * kNanosecondsPerMillisecond};
}

/// A line as Squid writes it, or behind what syslog puts before it.
std::optional<Request> parse_line(std::string_view line) {
  constexpr std::string_view kTagEnd = "]: ";
  const std::optional<Request> request = parse_request(line);
  const std::size_t tag = request ? std::string_view::npos : line.find(kTagEnd);
  return tag == std::string_view::npos ? request : parse_request(line.substr(tag + kTagEnd.size()));
}

class SquidLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    const std::optional<Request> request = parse_line(line);
    if (request) {
      LogRow row{.source = request->client, .destination = kUnnamedServer, .ending = {}};
      row.start_ns = time_before(request->end_ns, request->length_ns);
      row.lifetime = Duration{request->length_ns};
      sink.add(row);
    } else if (!line.empty()) {
      sink.damaged();
    }
  }
};

}  // namespace

bool is_squid_log(std::string_view line) { return parse_line(line).has_value(); }

std::unique_ptr<LogReader> make_squid_log_reader() { return std::make_unique<SquidLog>(); }

}  // namespace portsim
