#include "trace/access_log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

constexpr std::string_view kDigits = "0123456789";

/// What a line holds.
struct Request {
  std::string_view client;
  std::string_view server = kUnnamedServer;  ///< the virtual host, where the line begins with it
  std::int64_t date_ns = 0;
  std::string_view between;  ///< date and request
  std::string_view rest;     ///< behind the opening quote of the request
};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// nginx's `$msec`: seconds since 1970 with three decimals.
std::optional<std::int64_t> parse_epoch(std::string_view text) {
  constexpr std::size_t kSecondDigits = 10;  // from 2001 on
  const bool is_epoch = text.find('.') == kSecondDigits && text.size() > kSecondDigits + 1 &&
                        text.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_epoch ? parse_log_seconds(text) : std::nullopt;
}

/// True for what can be nothing but an address of IPv4 or IPv6.
bool is_ip_address(std::string_view text) {
  const auto count = [&](char c) { return std::count(text.begin(), text.end(), c); };
  const bool is_v4 = count('.') == 3 && text.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_v4 ||
         (count(':') >= 2 && text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos);
}

/// Client and virtual host out of what stands before the date: `HOST IDENT USER`, perhaps behind a virtual
/// host (`example.org:443`), or what syslog writes before a message.
void find_names(std::string_view before, Request& request) {
  std::vector<std::string_view> words = split_words(before);
  const auto is_tag = [](std::string_view word) { return word.ends_with(':') && !is_ip_address(word); };
  words.erase(words.begin(), std::find_if(words.rbegin(), words.rend(), is_tag).base());
  const bool has_server = words.size() >= 4 && !is_ip_address(words.front()) &&
                          !words.front().ends_with(',') &&
                          (words.front().find(':') != std::string_view::npos || is_ip_address(words[1]));
  if (has_server) {
    request.server = words.front();
    words.erase(words.begin());
  }
  request.client = words.empty() ? std::string_view() : words.front();
  request.client.remove_suffix(request.client.ends_with(',') ? 1 : 0);  // the first of several
}

std::optional<Request> find_request(std::string_view line) {
  for (std::size_t open = line.find('[', 1); open != std::string_view::npos;
       open = line.find('[', open + 1)) {
    const std::size_t close = line.find(']', open);
    const std::size_t quote = line.find('"', std::min(close, line.size()));
    if (quote == std::string_view::npos) {
      break;
    }
    const bool is_word = line[open - 1] == ' ' || line[open - 1] == '\t';
    const std::string_view text = is_word ? line.substr(open + 1, close - open - 1) : std::string_view();
    const auto web_time = parse_web_time(text);
    const auto iso_time = web_time ? web_time : parse_iso_time(text);
    if (const auto date = iso_time ? iso_time : parse_epoch(text)) {
      Request request{.client = {}, .date_ns = *date, .between = {}, .rest = line.substr(quote + 1)};
      request.between = line.substr(close + 1, quote - close - 1);
      find_names(line.substr(0, open), request);
      const bool has_names = is_log_address(request.client) && is_log_address(request.server) &&
                             request.client.find('"') == std::string_view::npos;
      return has_names ? std::optional(request) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// A field of a line, perhaps with a quoted part.
struct Field {
  std::string_view text;
  bool is_quoted = false;
};

Field take_field(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  bool is_inside = false;
  std::size_t end = 0;
  for (; end < rest.size() && (is_inside || (rest[end] != ' ' && rest[end] != '\t')); ++end) {
    is_inside = is_inside != (rest[end] == '"');
    end += rest[end] == '\\' ? 1 : 0;
  }
  const Field field{rest.substr(0, end), rest.starts_with('"')};
  rest.remove_prefix(std::min(end, rest.size()));
  return field;
}

/// Goes behind the request. A client may have sent quotes in it: it ends where the status follows.
void skip_request(std::string_view& rest) {
  constexpr std::size_t kStatus = 3;
  for (std::size_t end = rest.find("\" "); end != std::string_view::npos; end = rest.find("\" ", end + 1)) {
    const std::string_view status = rest.substr(end + 2, kStatus);
    if (status.size() == kStatus && (is_number(status) || status.starts_with("- "))) {
      rest.remove_prefix(end + 1);
      return;
    }
  }
  rest.remove_prefix(std::min(rest.find('"'), rest.size() - 1) + 1);
}

/// The fields that not every access log has: those between date and request, and those behind status, bytes
/// and, in the combined format, referer and program.
std::vector<Field> more_fields(const Request& request) {
  std::vector<Field> fields;
  const auto take_all = [&fields](std::string_view text) {
    for (Field field = take_field(text); !field.text.empty(); field = take_field(text)) {
      fields.push_back(field);
    }
  };
  std::string_view rest = request.rest;
  take_all(request.between);
  if (!rest.empty()) {
    skip_request(rest);
  }
  take_field(rest);  // the status
  take_field(rest);  // the bytes
  for (int i = 0; i < 2 && rest.starts_with(" \""); ++i) {
    take_field(rest);
  }
  take_all(rest);
  return fields;
}

/// How long the request took, if the line tells.
struct Time {
  std::int64_t length_ns = 0;  ///< or a number without a unit
  bool is_date_the_end = false;
  bool has_unit = true;
};

std::string_view without_signs(std::string_view text) {
  constexpr std::string_view kAround = "\"'*[](),;|";
  const std::size_t begin = std::min(text.find_first_not_of(kAround), text.size());
  return text.substr(begin, text.find_last_not_of(kAround) + 1 - begin);
}

/// `0.250` is nginx's, `250123` or `1` Apache's, `250ms` of programs in Go; `0/250123` holds both units of
/// Apache's, the finer one last.
std::optional<Time> parse_time(std::string_view text) {
  text = without_signs(text);
  const std::size_t slash = text.find('/');
  text = text.substr(slash + 1);  // npos + 1 is 0
  if (is_number(text)) {
    const auto count = parse_count(text);
    if (!count) {
      return std::nullopt;
    }
    return slash == std::string_view::npos ? Time{*count, false, false}
                                           : Time{std::int64_t{*count} * 1000, false};
  }
  const bool is_decimal = text.find_first_not_of("0123456789.") == std::string_view::npos;
  const auto length = text.empty() ? std::nullopt : parse_log_length(text);
  return length ? std::optional(Time{*length, is_decimal}) : std::nullopt;
}

/// A field with a name that is usual for the time of the request.
std::optional<Time> find_named_time(const std::vector<Field>& fields) {
  constexpr std::array<std::string_view, 9> kNames{
      "rt", "request_time", "time", "D", "duration", "response_time", "took", "elapsed", "latency"};
  for (const Field& field : fields) {
    const std::string_view text = without_signs(field.text);
    const std::size_t end = text.find_first_of("=:");
    if (end != std::string_view::npos &&
        std::find(kNames.begin(), kNames.end(), text.substr(0, end)) != kNames.end()) {
      return parse_time(text.substr(end + 1));
    }
  }
  return std::nullopt;
}

/// True for `0.250`: nginx writes a time with three decimals, and nothing else so.
bool is_decimal_time(std::string_view text) {
  const std::size_t point = text.find('.');
  return point != std::string_view::npos && is_number(text.substr(0, point)) &&
         is_number(text.substr(point + 1)) && text.size() - point > 3;
}

/// Among whole numbers: seconds and microseconds of the same time (%T %D), one alone, or the one behind the
/// bytes in and out (%I %O, which alone are no time).
std::optional<Time> find_whole_time(const std::vector<std::string_view>& numbers) {
  constexpr int kMicroseconds = 1'000'000;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    const auto seconds = parse_count(numbers[i - 1]);
    const auto microseconds = parse_count(numbers[i]);
    if (seconds && microseconds && *seconds == *microseconds / kMicroseconds) {
      return Time{std::int64_t{*microseconds} * 1000, false};
    }
  }
  const bool has_one = numbers.size() == 1 || numbers.size() == 3;
  return has_one ? parse_time(numbers.back()) : std::nullopt;
}

/// Sets the date of `request` where a field tells it more exactly.
std::optional<Time> find_time(Request& request) {
  std::vector<Field> fields = more_fields(request);
  const auto epoch = std::find_if(fields.begin(), fields.end(), [](const Field& field) {
    return parse_epoch(without_signs(field.text)).has_value();
  });
  if (epoch != fields.end()) {
    request.date_ns = *parse_epoch(without_signs(epoch->text));
    fields.erase(epoch);
  }
  if (const auto named = find_named_time(fields)) {
    return named;
  }
  std::vector<std::string_view> numbers;
  for (const bool is_quoted : {false, true}) {
    for (const Field& field : fields) {
      const std::string_view text = without_signs(field.text);
      if (field.is_quoted != is_quoted || text.empty() ||
          kDigits.find(text.front()) == std::string_view::npos) {
        continue;
      }
      if (is_number(text) && !is_quoted) {
        numbers.push_back(text);
      } else if (is_decimal_time(text) || text.ends_with('s') || text.find('/') != std::string_view::npos) {
        if (const auto time = parse_time(text)) {
          return time;
        }
      }
    }
  }
  return find_whole_time(numbers);
}

class AccessLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (line.empty()) {
      return;
    }
    std::optional<Request> request = find_request(line);
    if (!request) {
      sink.damaged();
      return;
    }
    if (request->client == "-") {
      sink.skip();  // it came over a socket of the machine itself
      return;
    }
    const std::optional<Time> time = find_time(*request);
    if (time && !time->has_unit && unit_ns_ == 0) {
      wait(*request, time->length_ns, sink);
      return;
    }
    LogRow row{.source = request->client, .destination = request->server, .ending = {}};
    row.start_ns = request->date_ns;
    if (time) {
      const std::int64_t length = time->has_unit ? time->length_ns : time->length_ns * unit_ns_;
      row.lifetime = Duration{length};
      row.start_ns = time->is_date_the_end ? time_before(row.start_ns, length) : row.start_ns;
    }
    sink.add(row);
  }

  void finish(LogSink& sink) override { decide(1'000'000'000, sink); }

 private:
  /// A request whose time may be in microseconds (%D) or in seconds (%T).
  struct Waiting {
    std::string client;
    std::string server;
    std::int64_t date_ns;
    std::int64_t number;
  };

  /// The first number of a thousand or more tells microseconds; a thousand smaller ones tell seconds.
  void wait(const Request& request, std::int64_t number, LogSink& sink) {
    constexpr std::int64_t kMany = 1000;
    waiting_.push_back({std::string(request.client), std::string(request.server), request.date_ns, number});
    if (number >= kMany) {
      decide(1'000, sink);
    } else if (waiting_.size() == kMany) {
      decide(1'000'000'000, sink);
    }
  }

  void decide(std::int64_t unit_ns, LogSink& sink) {
    unit_ns_ = unit_ns;
    for (const Waiting& waiting : waiting_) {
      LogRow row{.source = waiting.client, .destination = waiting.server, .ending = {}};
      row.start_ns = waiting.date_ns;
      row.lifetime = Duration{waiting.number * unit_ns};
      sink.add(row);
    }
    waiting_.clear();
  }

  std::int64_t unit_ns_ = 0;  // of times that are whole numbers; 0: not known yet
  std::vector<Waiting> waiting_;
};

}  // namespace

bool is_access_log(std::string_view line) { return find_request(line).has_value(); }

std::unique_ptr<LogReader> make_access_log_reader() { return std::make_unique<AccessLog>(); }

}  // namespace portsim
