#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "trace/addresses.hpp"
#include "trace/connection_log.hpp"
#include "trace/csv_log.hpp"
#include "trace/line_reader.hpp"
#include "trace/log_formats.hpp"
#include "trace/quoted_cell.hpp"

namespace portsim {

namespace {

constexpr std::size_t kDamagedNamed = 5;
constexpr std::size_t kLinesToRecognise = 1000;

/// Gathers the connections of all files.
class Collector final : public LogSink {
 public:
  explicit Collector(const LogChoices& choices) : choices_(choices) {}

  /// What follows comes from this file.
  void begin_file(const std::string& path, const LineReader& lines) {
    path_ = path;
    lines_ = &lines;
  }

  void add(const LogRow& row) override {
    if (!row.id.empty() && !ids_.insert(std::hash<std::string_view>()(row.id)).second) {
      skip();
      return;
    }
    LoggedConnection& connection = connections_.emplace_back();
    connection.start_ns = row.start_ns;
    connection.lifetime_ns = row.lifetime ? row.lifetime->count() : -1;
    connection.host = host_number(row.source);
    connection.destination = destination_number(row.destination, row.destination_port);
    connection.is_loopback =
        is_loopback_host_[connection.host] || is_loopback_destination_[connection.destination];
    connection.is_start_alone = !row.id.empty();
    decide(row.ending, connection);
  }

  void skip() override { ++skipped_; }

  void damaged() override {
    if (damaged_.count++ < kDamagedNamed) {
      damaged_.first.push_back(path_ + ":" + std::to_string(lines_->number()));
    }
  }

  ConnectionLog finish(std::vector<std::string> paths, std::string format) {
    drop_starts_beside_connections();
    ConnectionLog log(std::move(paths), std::move(format), std::move(hosts_), std::move(connections_));
    log.skipped = skipped_;
    log.damaged = std::move(damaged_);
    return log;
  }

  [[nodiscard]] bool is_empty() const { return connections_.empty(); }
  [[nodiscard]] const DamagedLines& damage() const { return damaged_; }
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  void decide(const Ending& ending, LoggedConnection& connection) const {
    connection.closer = ending.closer.value_or(choices_.unknown_closer);
    connection.rule = ending.rule;
    if (choices_.worst_case && ending.is_established) {
      connection.closer = Closer::client;
      connection.rule = CloserRule::worst_case;
    }
  }

  std::uint32_t host_number(std::string_view address) {
    const std::uint32_t number = host_numbers_.number_of(address);
    if (number == hosts_.size()) {
      hosts_.emplace_back(address);
      is_loopback_host_.push_back(is_loopback_address(address));
    }
    return number;
  }

  std::uint32_t destination_number(std::string_view address, std::uint16_t port) {
    key_.assign(address);
    key_.push_back(' ');
    key_.push_back(static_cast<char>(port >> 8U));
    key_.push_back(static_cast<char>(port & 0xffU));
    const std::uint32_t number = destinations_.number_of(key_);
    if (number == is_loopback_destination_.size()) {
      is_loopback_destination_.push_back(is_loopback_address(address));
    }
    return number;
  }

  /// A stream of several logs has each connection in conn.log, and its transactions beside it.
  void drop_starts_beside_connections() {
    const auto is_start = [](const LoggedConnection& c) { return c.is_start_alone; };
    if (std::all_of(connections_.begin(), connections_.end(), is_start)) {
      return;
    }
    skipped_ += std::erase_if(connections_, is_start);
    keep_hosts_with_connections();
  }

  void keep_hosts_with_connections() {
    std::vector<bool> is_used(hosts_.size());
    for (const LoggedConnection& connection : connections_) {
      is_used[connection.host] = true;
    }
    std::vector<std::uint32_t> place(hosts_.size());
    std::vector<std::string> kept;
    for (std::size_t host = 0; host < hosts_.size(); ++host) {
      place[host] = static_cast<std::uint32_t>(kept.size());
      if (is_used[host]) {
        kept.push_back(std::move(hosts_[host]));
      }
    }
    for (LoggedConnection& connection : connections_) {
      connection.host = place[connection.host];
    }
    hosts_ = std::move(kept);
  }

  LogChoices choices_;
  std::string path_;
  const LineReader* lines_ = nullptr;
  std::vector<LoggedConnection> connections_;
  std::unordered_set<std::size_t> ids_;  // hashes: two equal ones among millions are not to be expected
  Numbering host_numbers_;
  Numbering destinations_;
  std::vector<std::string> hosts_;
  std::vector<bool> is_loopback_host_;
  std::vector<bool> is_loopback_destination_;
  std::string key_;
  std::uint64_t skipped_ = 0;
  DamagedLines damaged_;
};

/// The logs of one replay.
class Logs {
 public:
  Logs(const std::vector<std::string>& paths, const LogChoices& choices)
      : paths_(paths), collector_(choices) {}

  std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>> read() {
    for (const std::string& path : paths_) {
      if (auto csv = read_file(path)) {
        return std::move(*csv);
      }
    }
    if (faults_.empty() && collector_.is_empty()) {
      faults_.push_back({paths_.front(),
                         "holds no TCP connection: " + std::to_string(collector_.skipped()) +
                             " rows are about something else, " + std::to_string(collector_.damage().count) +
                             " lines cannot be read",
                         "give a log with at least one"});
    }
    if (!faults_.empty()) {
      return std::move(faults_);
    }
    return collector_.finish(paths_, std::move(formats_));
  }

 private:
  using Csv = std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>>;

  /// A value when the file alone is the answer.
  std::optional<Csv> read_file(const std::string& path) {
    LineReader lines(path);
    collector_.begin_file(path, lines);
    std::string first;
    const LogFormat* format = nullptr;
    std::size_t preamble = 0;
    while (format == nullptr && preamble < kLinesToRecognise && lines.next()) {
      if (lines.line().find_first_not_of(" \t") == std::string_view::npos) {
        continue;
      }
      if (preamble == 0 && is_csv_log(lines.line())) {
        return read_csv(path, lines);
      }
      first = preamble == 0 ? quoted_cell(lines.line()) : std::move(first);
      format = find_log_format(lines.line());
      if (format == nullptr) {
        ++preamble;
        note_preamble(lines.line());
      }
    }
    if (format != nullptr) {
      read_rows(*format, lines);
    }
    report_problem(path, lines, format == nullptr, first);
    return std::nullopt;
  }

  std::optional<Csv> read_csv(const std::string& path, LineReader& lines) {
    if (paths_.size() > 1) {
      faults_.push_back({path, "is a plain CSV, whose times count from the start of the run",
                         "replay it alone, or join the files into one"});
      return std::nullopt;
    }
    lines.repeat();
    auto load = read_csv_log(path, lines);
    if (auto* faults = std::get_if<std::vector<Fault>>(&load)) {
      return std::move(*faults);
    }
    return std::get<RecordedLoad>(std::move(load));
  }

  /// A line before the first one that shows the format: a remark, or the rest of a row that was cut.
  void note_preamble(std::string_view line) {
    if (!line.starts_with('#')) {
      collector_.damaged();
    }
  }

  void read_rows(const LogFormat& format, LineReader& lines) {
    if (formats_.find(format.name) == std::string::npos) {
      formats_ += (formats_.empty() ? "" : ", ") + std::string(format.name);
    }
    const std::unique_ptr<LogReader> reader = format.make_reader();
    do {
      if (lines.is_cut()) {
        collector_.damaged();
      } else {
        reader->read(lines.line(), collector_);
      }
    } while (lines.next());
    reader->finish(collector_);
  }

  void report_problem(const std::string& path, const LineReader& lines, bool is_unknown,
                      const std::string& first) {
    if (!lines.error().empty()) {
      faults_.push_back({path, "cannot be read: " + lines.error(), ""});
    } else if (is_unknown && first.empty()) {
      faults_.push_back(
          {path, "the file is empty", "begin it with a header line such as start_s,duration_s"});
    } else if (is_unknown) {
      std::string known;
      for (const LogFormat& format : log_formats()) {
        known += std::string(format.name) + ", ";
      }
      faults_.push_back({path, "is no log that portsim knows; it begins with " + first,
                         "known are " + known + "and CSV with a header line such as start_s,duration_s"});
    }
  }

  const std::vector<std::string>& paths_;
  Collector collector_;
  std::string formats_;
  std::vector<Fault> faults_;
};

}  // namespace

std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>> read_logs(const std::vector<std::string>& paths,
                                                                        const LogChoices& choices) {
  return Logs(paths, choices).read();
}

}  // namespace portsim
