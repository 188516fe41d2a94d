#include "trace/windows_firewall_log.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/middle_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

constexpr std::string_view kFields = "#Fields:";

constexpr std::string_view kUsualFields =
    "date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype "
    "icmpcode "
    "info path";

/// A row of a log whose header was cut off.
bool is_row_without_header(std::string_view line) {
  const std::vector<std::string_view> words = split_words(line);
  const std::size_t usual = split_words(kUsualFields).size();
  return (words.size() == usual || words.size() == usual + 1) &&
         parse_iso_time(std::string(words[0]) + " " + std::string(words[1])) &&
         (words[2] == "ALLOW" || words[2] == "DROP" || words[2] == "OPEN" || words[2] == "CLOSE") &&
         (words[3] == "TCP" || words[3] == "UDP" || words[3] == "ICMP");
}

class WindowsFirewallLog final : public LogReader {
 public:
  explicit WindowsFirewallLog(std::size_t most_open) : most_open_(most_open) {
    columns_.name(split_words(kUsualFields));
  }

  void read(std::string_view line, LogSink& sink) override {
    if (line.starts_with(kFields)) {
      columns_.name(split_words(line.substr(kFields.size())));
    } else if (!line.empty() && !line.starts_with('#')) {
      read_row(line, sink);
    }
  }

  void finish(LogSink& sink) override {
    for (const auto& [key, open] : open_) {
      give(open, sink);
    }
  }

 private:
  void read_row(std::string_view line, LogSink& sink) {
    columns_.take(split_words(line));
    const std::string_view action = columns_["action"];
    if (action == "INFO-EVENTS-LOST") {
      sink.lost(static_cast<std::uint64_t>(parse_count(columns_["info"]).value_or(1)));
      return;
    }
    if (columns_["dst-port"].empty()) {
      sink.damaged();
      return;
    }
    if (action == "CLOSE" && columns_["protocol"] == "TCP") {
      close(sink);
      return;
    }
    const bool is_start = action == "ALLOW" || action == "OPEN" || action == "OPEN-INBOUND";
    if (!is_start || columns_["protocol"] != "TCP") {
      sink.skip();
      return;
    }
    const auto start = parse_iso_time(std::string(columns_["date"]) + " " + std::string(columns_["time"]));
    const auto port = parse_port(columns_["dst-port"]);
    LogRow row{.source = columns_["src-ip"], .destination = columns_["dst-ip"], .ending = {}};
    if (!start || !port || !is_log_address(row.source) || !is_log_address(row.destination)) {
      sink.damaged();
      return;
    }
    row.start_ns = *start;
    row.destination_port = *port;
    if (action == "ALLOW") {
      sink.add(row);
    } else {
      open(Open{*start, std::string(row.source), std::string(row.destination), *port}, sink);
    }
  }

  /// A connection whose end XP and 2003 log too.
  struct Open {
    std::int64_t start_ns = 0;
    std::string source;
    std::string destination;
    std::uint16_t port = 0;
  };

  static void give(const Open& open, LogSink& sink, std::optional<std::int64_t> end_ns = std::nullopt) {
    LogRow row{.source = open.source, .destination = open.destination, .ending = {}};
    row.start_ns = open.start_ns;
    row.destination_port = open.port;
    if (end_ns) {
      row.lifetime = Duration{std::max<std::int64_t>(0, *end_ns - open.start_ns)};
    }
    sink.add(row);
  }

  [[nodiscard]] std::string key() const {
    std::string text;
    for (const std::string_view column : {"src-ip", "src-port", "dst-ip", "dst-port"}) {
      text.append(columns_[column]).push_back(' ');
    }
    return text;
  }

  void open(Open row, LogSink& sink) {
    if (open_.size() >= most_open_) {
      give_older_half(sink);
    }
    const auto [place, is_new] = open_.try_emplace(key());
    if (!is_new) {
      give(place->second, sink);  // it has lost its end
    }
    place->second = std::move(row);
  }

  void give_older_half(LogSink& sink) {
    const std::int64_t middle = middle_time(open_, [](const Open& open) { return open.start_ns; });
    for (auto at = open_.begin(); at != open_.end();) {
      const bool is_old = at->second.start_ns <= middle;
      if (is_old) {
        give(at->second, sink);
      }
      at = is_old ? open_.erase(at) : std::next(at);
    }
  }

  void close(LogSink& sink) {
    const auto end = parse_iso_time(std::string(columns_["date"]) + " " + std::string(columns_["time"]));
    const auto found = open_.find(key());
    if (!end) {
      sink.damaged();
    } else if (found == open_.end()) {
      sink.skip();  // it was opened before the log begins, or was given already
    } else {
      give(found->second, sink, end);
      open_.erase(found);
    }
  }

  std::map<std::string, Open> open_;
  std::size_t most_open_;
  NamedColumns columns_;
};

}  // namespace

bool is_windows_firewall_log(std::string_view line) {
  return line.starts_with("#Software: Microsoft Windows Firewall") ||
         (line.starts_with(kFields) && line.find("src-ip") != std::string_view::npos) ||
         is_row_without_header(line);
}

std::unique_ptr<LogReader> make_windows_firewall_reader(std::size_t most_open) {
  return std::make_unique<WindowsFirewallLog>(most_open);
}

}  // namespace portsim
