#include "trace/haproxy_log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trace/addresses.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

constexpr std::string_view kProgram = "haproxy";

/// The accept date in brackets, and the text on both sides of it.
struct Parts {
  std::string_view before;
  std::int64_t time_ns = 0;
  std::string_view after;
};

std::optional<Parts> find_date(std::string_view line) {
  for (std::size_t open = line.find('['); open != std::string_view::npos; open = line.find('[', open + 1)) {
    const std::size_t close = line.find(']', open);
    if (close == std::string_view::npos) {
      break;
    }
    const std::string_view text = line.substr(open + 1, close - open - 1);
    const auto web_time = parse_web_time(text);
    if (const auto time = web_time ? web_time : parse_iso_time(text)) {
      return Parts{line.substr(0, open), *time, line.substr(close + 1)};
    }
  }
  return std::nullopt;
}

/// True for `... 192.0.2.9:33317 [06/Feb/20`: a line about a session that is cut in its date.
bool is_cut_in_date(std::string_view line) {
  const std::size_t open = line.rfind(" [");
  return open != std::string_view::npos && line.find(']', open) == std::string_view::npos &&
         (open + 2 == line.size() || (line[open + 2] >= '0' && line[open + 2] <= '9'));
}

/// The name of the proxy's host out of what syslog writes before the message: by RFC 5424 the third word, by
/// RFC 3164 the one before the program's. A loopback address is only how the message came.
std::string_view host_of(std::string_view before) {
  const std::vector<std::string_view> words = split_words(before);
  std::string_view host;
  if (!words.empty() && words.front().starts_with('<') && words.front().ends_with(">1")) {
    host = words.size() > 2 ? words[2] : std::string_view();
  } else {
    const auto is_tag = [](std::string_view word) {
      return word.ends_with(':') || word.starts_with(kProgram) || word.find('[') != std::string_view::npos;
    };
    // The last word is the client, perhaps `::1:33317`.
    const auto last = words.empty() ? words.rend() : words.rbegin() + 1;
    const auto tag = std::find_if(last, words.rend(), is_tag);
    host = tag == words.rend() || tag + 1 == words.rend() ? std::string_view() : *(tag + 1);
  }
  const bool is_time = parse_time_of_day(host).has_value() || parse_iso_time(host).has_value();
  return is_log_address(host) && !is_time && !is_loopback_address(host) ? host : kProgram;
}

constexpr int kNotReached = -1;

/// `10/0/30/69/109` or, of TCP, `0/5007/5010`: milliseconds.
struct Timers {
  int before_connect = 0;  ///< request and queue
  int connect = kNotReached;
  int total = 0;
};

std::optional<Timers> parse_timers(std::string_view text) {
  std::array<int, 5> values{};
  std::size_t count = 0;
  for (bool more = true; more; ++count) {
    const std::size_t slash = text.find('/');
    more = slash != std::string_view::npos;
    std::string_view value = text.substr(0, slash);
    text.remove_prefix(more ? slash + 1 : text.size());
    value.remove_prefix(value.starts_with('+') ? 1 : 0);  // logged before the end
    const auto number = value == "-1" ? std::optional(kNotReached) : parse_count(value);
    if (!number || count == values.size()) {
      return std::nullopt;
    }
    values[count] = *number;
  }
  if (count == 3) {
    return Timers{values[0], values[1], values[2]};
  }
  if (count != 5) {
    return std::nullopt;
  }
  const bool is_reached = values[0] != kNotReached && values[1] != kNotReached;
  return Timers{is_reached ? values[0] + values[1] : kNotReached, values[2], values[4]};
}

/// Of a connection that was not established: how the session ended says why.
Ending judge_failed_connect(std::string_view state) {
  if (state.starts_with("SC")) {
    return {Closer::refused, CloserRule::refused, false};
  }
  if (state.starts_with("sC")) {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  return {Closer::reset, CloserRule::reset, false};
}

/// What a line tells of a session.
struct Session {
  std::int64_t time_ns = 0;
  std::string server;  ///< `backend/server`
  Timers timers;
  std::string_view state;  ///< how it ended
};

/// The termination state: 2 letters of TCP, 4 of HTTP. It stands before the numbers of connections; what
/// stands before it, such as cookies, may look like it.
std::string_view state_of(std::string_view rest) {
  std::string_view state;
  while (!rest.empty() && !rest.starts_with('"') && !rest.starts_with('{')) {
    const std::string_view word = take_word(rest);
    if (!state.empty() && std::count(word.begin(), word.end(), '/') == 4) {
      return state;
    }
    const bool is_state = (word.size() == 2 || word.size() == 4) &&
                          word.find_first_not_of("CSPLRIDUKcsQTHVXNEMOAF-") == std::string_view::npos;
    state = is_state ? word : state;
  }
  return state;
}

/// `frontend backend/server timers ...`, of `option httplog` and `option tcplog`.
std::optional<Session> parse_session(const Parts& parts) {
  std::string_view rest = parts.after;
  take_word(rest);  // the frontend
  const std::string_view server = take_word(rest);
  const std::optional<Timers> timers = parse_timers(take_word(rest));
  if (!timers || server.find('/') == std::string_view::npos) {
    return std::nullopt;
  }
  return Session{parts.time_ns, std::string(server), *timers, state_of(rest)};
}

/// `"request" status bytes "" "" port ms "frontend" "backend" "server" TR Tw Tc Tr Ta state ...`, of `option
/// httplog clf`; `option tcplog clf` has the request "TCP ", the timers Th Tw Tc Tt and bytes behind them.
std::optional<Session> parse_clf_session(const Parts& parts) {
  constexpr std::size_t kLeastWords = 15;
  constexpr std::size_t kMilliseconds = 5;
  constexpr std::size_t kTimers = 9;
  const std::size_t begin = parts.after.find('"');
  const std::size_t end = begin == std::string_view::npos ? begin : parts.after.find('"', begin + 1);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  std::vector<std::string_view> words = split_words(parts.after.substr(end + 1));
  for (std::string_view& word : words) {
    word.remove_prefix(word.starts_with('"') ? 1 : 0);
    word.remove_suffix(word.ends_with('"') ? 1 : 0);
  }
  const auto milliseconds = words.size() < kLeastWords ? std::nullopt : parse_count(words[kMilliseconds]);
  if (!milliseconds) {
    return std::nullopt;
  }
  const auto timer = [&](std::size_t index) { return std::string(words[kTimers + index]); };
  const bool is_tcp = words.front() == "000";
  const auto timers =
      parse_timers(is_tcp ? timer(1) + "/" + timer(2) + "/" + timer(3)
                          : timer(0) + "/" + timer(1) + "/" + timer(2) + "/" + timer(3) + "/" + timer(4));
  if (!timers) {
    return std::nullopt;
  }
  return Session{parts.time_ns + *milliseconds * kNanosecondsPerMillisecond,
                 std::string(words[kTimers - 2]) + "/" + std::string(words[kTimers - 1]), *timers,
                 words[kTimers + 5]};
}

bool is_clf(const Parts& parts) {
  std::string_view rest = parts.after;
  return take_word(rest).starts_with('"');
}

/// `Connect from 10.0.0.5:30001 to 10.0.0.9:80 (www/HTTP)`, the form without options: the start of a
/// connection to the proxy, at the time of syslog.
struct Start {
  std::int64_t time_ns = 0;
  std::pair<std::string_view, std::uint16_t> client;
  std::pair<std::string_view, std::uint16_t> proxy;
};

std::optional<Start> parse_start(std::string_view line) {
  constexpr std::string_view kMark = "Connect from ";
  const std::size_t mark = line.find(kMark);
  if (mark == std::string_view::npos) {
    return std::nullopt;
  }
  const std::vector<std::string_view> words = split_words(line.substr(mark + kMark.size()));
  const auto time = parse_syslog_time(line);
  const auto client = words.size() < 3 || words[1] != "to" ? std::nullopt : parse_log_endpoint(words[0]);
  const auto proxy = client ? parse_log_endpoint(words[2]) : std::nullopt;
  return time && proxy ? std::optional(Start{*time, *client, *proxy}) : std::nullopt;
}

class HaproxyLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (line.empty()) {
      return;
    }
    const std::optional<Parts> parts = find_date(line);
    if (!parts && is_cut_in_date(line)) {
      sink.damaged();
      return;
    }
    if (!parts) {
      add_start(line, sink);
      return;
    }
    const std::optional<Session> session = is_clf(*parts) ? parse_clf_session(*parts) : parse_session(*parts);
    if (!session && is_connection_error(*parts)) {
      sink.skip();
      return;
    }
    if (!session) {
      sink.damaged();
      return;
    }
    if (session->state.starts_with('R')) {
      sink.exhausted(session->time_ns);  // "a resource on the proxy has been exhausted": ports, as a rule
    }
    if (session->server.ends_with("/<NOSRV>") || session->timers.before_connect == kNotReached) {
      sink.skip();
    } else {
      add(host_of(parts->before), *session, sink);
    }
  }

 private:
  /// `frontend/listener: SSL handshake failure`: no session came about.
  static bool is_connection_error(const Parts& parts) {
    std::string_view rest = parts.after;
    const std::string_view listener = take_word(rest);
    return listener.ends_with(':') && listener.find('/') != std::string_view::npos;
  }

  /// A log of sessions may have such lines, too: they are not the proxy's own connections, and count where a
  /// log has nothing else.
  void add_start(std::string_view line, LogSink& sink) {
    const std::optional<Start> start = parse_start(line);
    if (!start) {
      sink.skip();  // a message of the program
      return;
    }
    const std::int64_t time_ns = years_.in_order(start->time_ns);
    id_.assign(start->client.first).append(":").append(std::to_string(start->client.second));
    id_.append(" ").append(std::to_string(time_ns));
    LogRow row{.source = start->client.first, .destination = start->proxy.first, .ending = {}};
    row.start_ns = time_ns;
    row.source_port = start->client.second;
    row.destination_port = start->proxy.second;
    row.id = id_;
    sink.add(row);
  }

  static void add(std::string_view host, const Session& session, LogSink& sink) {
    const Timers& timers = session.timers;
    LogRow row{.source = host, .destination = session.server, .ending = {}};
    row.start_ns = session.time_ns + timers.before_connect * kNanosecondsPerMillisecond;
    row.lifetime = Duration{std::max(0, timers.total - timers.before_connect) * kNanosecondsPerMillisecond};
    if (timers.connect == kNotReached) {
      row.ending = judge_failed_connect(session.state);
    }
    sink.add(row);
  }

  SyslogYears years_;
  std::string id_;
};

}  // namespace

bool is_haproxy_log(std::string_view line) {
  if (line.find("haproxy[") != std::string_view::npos) {
    return true;
  }
  const std::optional<Parts> parts = find_date(line);
  return parts && (parse_session(*parts) || parse_clf_session(*parts));
}

std::unique_ptr<LogReader> make_haproxy_reader() { return std::make_unique<HaproxyLog>(); }

}  // namespace portsim
