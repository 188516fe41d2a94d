#include "trace/json_access_log.hpp"

#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <type_traits>

#include "base/number_text.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

/// What a field is, by its name in small letters, wherever it stands in the object.
constexpr std::array<std::string_view, 13> kClientNames{"remote_addr",
                                                        "remote_ip",
                                                        "remoteip",
                                                        "remote_host",
                                                        "remotehost",
                                                        "clienthost",
                                                        "client_ip",
                                                        "clientip",
                                                        "client",
                                                        "src_ip",
                                                        "source_ip",
                                                        "clientipaddress",
                                                        "downstream_remote_address"};

struct TimeName {
  std::string_view name;
  bool is_end;  ///< of the request, where the object tells how long it took
};
/// The most exact and the most certain first.
constexpr std::array kTimeNames{
    TimeName{"startutc", false},    TimeName{"start_time", false},   TimeName{"msec", true},
    TimeName{"time_iso8601", true}, TimeName{"time_local", true},    TimeName{"ts", true},
    TimeName{"@timestamp", false},  TimeName{"timestamp", false},    TimeName{"time", false},
    TimeName{"date", false},        TimeName{"request_start", false}};

/// How long the request took. 0: the name does not tell the unit; decimals are seconds then, and whole
/// numbers microseconds.
struct LengthName {
  std::string_view name;
  std::int64_t unit_ns;
};
constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kSecond = kNanosecondsPerSecond;
constexpr std::array kLengthNames{LengthName{"request_time", 0},
                                  LengthName{"duration", 0},
                                  LengthName{"d", 0},
                                  LengthName{"response_time", 0},
                                  LengthName{"elapsed", 0},
                                  LengthName{"latency", 0},
                                  LengthName{"rt", 0},
                                  LengthName{"duration_s", kSecond},
                                  LengthName{"duration_ms", kNanosecondsPerMillisecond},
                                  LengthName{"request_time_ms", kNanosecondsPerMillisecond},
                                  LengthName{"response_time_ms", kNanosecondsPerMillisecond},
                                  LengthName{"latency_ms", kNanosecondsPerMillisecond},
                                  LengthName{"duration_us", kMicrosecond},
                                  LengthName{"duration_ns", 1}};

template <class Names>
std::optional<std::size_t> place_of(const Names& names, std::string_view key) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& each) {
    if constexpr (std::is_same_v<std::decay_t<decltype(each)>, std::string_view>) {
      return each == key;
    } else {
      return each.name == key;
    }
  });
  return found == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names.begin()));
}

/// Keeps the fields that are wanted out of one object; of several the one that is named first in the lists.
class Fields : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Fields> {
 public:
  std::array<std::string_view, kClientNames.size()> clients{};
  std::array<std::string_view, kTimeNames.size()> times{};
  std::array<std::string_view, kLengthNames.size()> lengths{};

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    key_.assign(text, length);
    std::transform(key_.begin(), key_.end(), key_.begin(), [](unsigned char letter) {
      return letter == '-' ? '_' : static_cast<char>(std::tolower(letter));
    });
    return true;
  }

  bool String(const char* text, rapidjson::SizeType length, bool) { return keep({text, length}); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) { return keep({text, length}); }

 private:
  bool keep(std::string_view value) {
    const auto store = [&](const auto& names, auto& places) {
      const auto place = place_of(names, key_);
      if (place && places[*place].empty()) {
        places[*place] = value;
      }
    };
    if (value != "-") {
      store(kClientNames, clients);
      store(kTimeNames, times);
      store(kLengthNames, lengths);
    }
    return true;
  }

  std::string key_;
};

/// The address alone: the first of several, without a port.
std::string_view address_of(std::string_view text) {
  text = text.substr(0, text.find(','));
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
  }
  return std::count(text.begin(), text.end(), ':') == 1 ? text.substr(0, text.find(':')) : text;
}

/// Seconds or, if there are so many, milli-, micro- or nanoseconds from 1970; or a date.
std::optional<std::int64_t> parse_time(std::string_view text) {
  constexpr std::size_t kDigitsOfSeconds = 10;
  const bool is_whole = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_whole && text.size() > kDigitsOfSeconds && text.size() <= kDigitsOfSeconds + 9) {
    const std::string seconds(text.substr(0, kDigitsOfSeconds));
    return parse_log_seconds(seconds + "." + std::string(text.substr(kDigitsOfSeconds)));
  }
  if (const auto seconds = parse_log_seconds(text)) {
    return seconds;
  }
  const auto web = parse_web_time(text);
  return web ? web : parse_iso_time(text);
}

/// What an object tells of a request.
struct Request {
  std::string_view client;
  std::int64_t start_ns = 0;
  std::optional<Duration> length{};
};

std::optional<Duration> parse_length(std::string_view text, std::int64_t unit_ns) {
  if (const auto whole = parse_unsigned(text)) {
    const std::int64_t unit = unit_ns == 0 ? kMicrosecond : unit_ns;
    const auto most = static_cast<std::uint64_t>(kLongestDelay.count() / unit);
    return Duration{static_cast<std::int64_t>(std::min(*whole, most)) * unit};
  }
  if (const auto decimal = parse_log_seconds(text)) {
    return Duration{*decimal / (kSecond / (unit_ns == 0 ? kSecond : unit_ns))};
  }
  const auto length = text.empty() ? std::nullopt : parse_log_length(text);
  return length ? std::optional(Duration{*length}) : std::nullopt;
}

std::optional<Duration> length_of(const Fields& fields, std::string_view time_name) {
  for (std::size_t i = 0; i < kLengthNames.size(); ++i) {
    std::int64_t unit = kLengthNames[i].unit_ns;
    if (kLengthNames[i].name == "duration") {  // of Traefik and of Envoy
      unit = time_name == "startutc" ? 1 : time_name == "start_time" ? kNanosecondsPerMillisecond : 0;
    }
    if (const auto length = parse_length(fields.lengths[i], unit)) {
      return length;
    }
  }
  return std::nullopt;
}

std::optional<Request> request_of(const Fields& fields) {
  Request request;
  for (const std::string_view text : fields.clients) {
    request.client = request.client.empty() ? address_of(text) : request.client;
  }
  if (!is_log_address(request.client)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kTimeNames.size(); ++i) {
    if (const auto time = parse_time(fields.times[i])) {
      request.length = length_of(fields, kTimeNames[i].name);
      request.start_ns =
          kTimeNames[i].is_end && request.length ? time_before(*time, request.length->count()) : *time;
      return request;
    }
  }
  return std::nullopt;
}

/// The request on a line, perhaps behind what syslog writes; its texts point into `buffer`.
std::optional<Request> parse_request(std::string_view line, std::string& buffer) {
  buffer.assign(line.substr(std::min(line.find('{'), line.size())));
  rapidjson::InsituStringStream stream(buffer.data());
  rapidjson::Reader reader;
  Fields fields;
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseStopWhenDoneFlag |
                              rapidjson::kParseIterativeFlag;  // however deep it is nested
  return buffer.empty() || reader.Parse<kFlags>(stream, fields).IsError() ? std::nullopt : request_of(fields);
}

class JsonAccessLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    const std::optional<Request> request = parse_request(line, buffer_);
    if (request) {
      LogRow row{.source = request->client, .destination = kUnnamedServer, .ending = {}};
      row.start_ns = request->start_ns;
      row.lifetime = request->length;
      sink.add(row);
    } else if (line.find_first_not_of(" \t[],") != std::string_view::npos) {
      sink.damaged();
    }
  }

 private:
  std::string buffer_;
};

}  // namespace

bool is_json_access_log(std::string_view line) {
  std::string buffer;
  return line.find('{') != std::string_view::npos && parse_request(line, buffer).has_value();
}

std::unique_ptr<LogReader> make_json_access_log_reader() { return std::make_unique<JsonAccessLog>(); }

}  // namespace portsim
