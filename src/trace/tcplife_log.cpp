#include "trace/tcplife_log.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "scenario/value_text.hpp"
#include "trace/addresses.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

class Tcplife final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_tcplife(line)) {
      has_commas_ = line.find(',') != std::string_view::npos;
      columns_.name(cells_of(line));
      column_count_ = cells_of(line).size();
      if (!columns_.has("TIME") && !columns_.has("TIME(s)")) {
        sink.refuse("tells no times", "run tcplife with -t or -T");
      }
    } else if (!line.empty()) {
      columns_.take(with_one_name(cells_of(line)));
      read_row(sink);
    }
  }

 private:
  [[nodiscard]] std::vector<std::string_view> cells_of(std::string_view line) const {
    return has_commas_ ? split(line, ',') : split_words(line);
  }

  /// The name of a program may hold blanks; no column behind it does.
  [[nodiscard]] std::vector<std::string_view> with_one_name(std::vector<std::string_view> cells) const {
    if (!has_commas_ && cells.size() > column_count_ && column_count_ > 7) {
      const auto surplus = static_cast<std::ptrdiff_t>(cells.size() - column_count_);
      const auto behind_name = cells.end() - 7;
      cells.erase(behind_name - surplus, behind_name);
    }
    return cells;
  }

  /// When the connection ended: seconds, or a time of day.
  [[nodiscard]] std::optional<std::int64_t> end_time() {
    const std::string_view seconds = columns_["TIME(s)"];
    if (!seconds.empty()) {
      return parse_log_seconds(seconds);
    }
    const auto time = parse_time_of_day(columns_["TIME"]);
    if (!time) {
      return std::nullopt;
    }
    // Lines are written at the ends of connections: one that is half a day earlier is of the next day.
    days_ += *time + kDay / 2 < last_time_ ? 1 : 0;
    last_time_ = *time;
    return time_after(*time, std::min(days_, kMostDays) * kDay);
  }

  void read_row(LogSink& sink) {
    const auto end = end_time();
    const auto milliseconds = parse_log_seconds(columns_["MS"]);
    auto local_port = parse_port(columns_["LPORT"]);
    auto remote_port = parse_port(columns_["RPORT"]);
    LogRow row{.source = columns_["LADDR"], .destination = columns_["RADDR"], .ending = {}};
    if (!columns_.is_whole() || !end || !milliseconds || !local_port || !remote_port ||
        !is_log_address(row.source) || !is_log_address(row.destination)) {
      sink.damaged();
      return;
    }
    if (*local_port < *remote_port) {
      if (is_loopback_address(row.source)) {
        sink.skip();
        return;
      }
      std::swap(row.source, row.destination);
      std::swap(local_port, remote_port);
    }
    row.lifetime = Duration{*milliseconds / 1000};
    row.start_ns = time_before(*end, row.lifetime->count());
    row.destination_port = *remote_port;
    sink.add(row);
  }

  static constexpr std::int64_t kDay = 86'400 * kNanosecondsPerSecond;

  static constexpr std::int64_t kMostDays = 100'000;

  bool has_commas_ = false;
  std::int64_t days_ = 1;  // not 0, so that no start is below 0
  std::int64_t last_time_ = 0;
  std::size_t column_count_ = 0;
  NamedColumns columns_;
};

}  // namespace

bool is_tcplife(std::string_view line) {
  return line.find("LADDR") != std::string_view::npos && line.find("RPORT") != std::string_view::npos &&
         line.find("MS") != std::string_view::npos;
}

std::unique_ptr<LogReader> make_tcplife_reader() { return std::make_unique<Tcplife>(); }

}  // namespace portsim
