#include "trace/windows_firewall_log.hpp"

#include <string>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

constexpr std::string_view kFields = "#Fields:";

class WindowsFirewallLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (line.starts_with(kFields)) {
      columns_.name(split_words(line.substr(kFields.size())));
    } else if (!line.empty() && !line.starts_with('#')) {
      read_row(line, sink);
    }
  }

 private:
  void read_row(std::string_view line, LogSink& sink) {
    columns_.take(split_words(line));
    const std::string_view action = columns_["action"];
    if (action == "INFO-EVENTS-LOST" || columns_["dst-port"].empty()) {
      sink.damaged();
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
    sink.add(row);
  }

  NamedColumns columns_;
};

}  // namespace

bool is_windows_firewall_log(std::string_view line) {
  return line.starts_with("#Software: Microsoft Windows Firewall") ||
         (line.starts_with(kFields) && line.find("src-ip") != std::string_view::npos);
}

std::unique_ptr<LogReader> make_windows_firewall_reader() { return std::make_unique<WindowsFirewallLog>(); }

}  // namespace portsim
