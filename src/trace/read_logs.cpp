#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "trace/addresses.hpp"
#include "trace/connection_log.hpp"
#include "trace/container_lines.hpp"
#include "trace/csv_log.hpp"
#include "trace/line_reader.hpp"
#include "trace/log_formats.hpp"
#include "trace/packet_capture.hpp"
#include "trace/packet_file.hpp"
#include "trace/quoted_cell.hpp"
#include "trace/recent_ids.hpp"

namespace portsim {

namespace {

constexpr std::size_t kDamagedNamed = 5;
constexpr std::size_t kLinesToRecognise = 1000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// Gathers the connections of all files.
class Collector final : public LogSink {
 public:
  explicit Collector(const LogChoices& choices)
      : choices_(choices), store_(std::make_unique<ConnectionStore>(choices.most_in_memory)) {}

  /// What follows comes from this file.
  void begin_file(const std::string& path) {
    path_ = path;
    at(0);
  }

  void add(const LogRow& row) override {
    if (!row.id.empty() && !ids_.insert(row.id)) {
      skip();
      return;
    }
    if (row.ending.rule == CloserRule::refused && is_repeated(row)) {
      skip();
      return;
    }
    LoggedConnection connection;
    connection.start_ns = row.start_ns;
    connection.lifetime_ns = row.lifetime ? row.lifetime->count() : -1;
    connection.host = host_number(row.source);
    connection.destination = destination_number(row.destination, row.destination_port);
    connection.is_loopback =
        is_loopback_host_[connection.host] || is_loopback_destination_[connection.destination];
    connection.is_start_alone = !row.id.empty();
    decide(row.ending, connection);
    store_->add(connection);
  }

  void skip() override { ++skipped_; }

  void damaged() override {
    if (damaged_.count++ < kDamagedNamed) {
      damaged_.first.push_back(path_ + ":" + std::to_string(place()));
    }
  }

  void exhausted(std::optional<std::int64_t> time_ns) override {
    ++observed_.count;
    if (time_ns && time_ns < observed_.first_ns.value_or(kNever)) {
      observed_.first_ns = time_ns;
    }
  }

  void lost(std::uint64_t rows) override { lost_ += rows; }

  void refuse(std::string_view what, std::string_view remedy) override {
    refusals_.push_back({path_, std::string(what), std::string(remedy)});
  }

  void note_empty_file() { empty_files_.push_back(path_); }

  ConnectionLog finish(std::vector<InputFile> files, std::string format) {
    store_->finish();
    ConnectionLog log(std::move(files), std::move(format), std::move(hosts_), std::move(store_),
                      choices_.most_in_memory);
    log.skipped += skipped_;
    log.damaged = std::move(damaged_);
    log.lost = lost_;
    log.observed = observed_;
    log.empty_files = std::move(empty_files_);
    return log;
  }

  [[nodiscard]] bool is_empty() const { return store_->size() == 0; }
  [[nodiscard]] const std::vector<Fault>& refusals() const { return refusals_; }
  [[nodiscard]] const DamagedLines& damage() const { return damaged_; }
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  [[nodiscard]] const ObservedExhaustion& observed() const { return observed_; }

 private:
  /// One connect() of Windows tries a refused SYN again from the same port, half a second later.
  bool is_repeated(const LogRow& row) {
    constexpr std::int64_t kWithin = kNanosecondsPerSecond;
    if (row.source_port == 0) {
      return false;
    }
    key_.assign(row.source).append(" ").append(row.destination);
    for (const std::uint16_t port : {row.source_port, row.destination_port}) {
      key_.push_back(static_cast<char>(port >> 8U));
      key_.push_back(static_cast<char>(port & 0xffU));
    }
    if (refused_.size() >= choices_.most_in_memory) {
      refused_.clear();
    }
    const auto [found, is_new] = refused_.try_emplace(std::hash<std::string>()(key_), row.start_ns);
    const std::int64_t distance = row.start_ns - std::exchange(found->second, row.start_ns);
    return !is_new && distance >= -kWithin && distance <= kWithin;
  }

  void decide(const Ending& ending, LoggedConnection& connection) const {
    connection.closer = ending.closer.value_or(choices_.unknown_closer);
    connection.rule = ending.rule;
    connection.has_late_reset = ending.has_late_reset;
    if (choices_.worst_case && ending.is_established) {
      connection.closer = Closer::client;
      connection.rule = CloserRule::worst_case;
      connection.has_late_reset = false;
    }
  }

  std::uint32_t host_number(std::string_view address) {
    const std::uint32_t number = hosts_.number_of(address);
    if (number == is_loopback_host_.size()) {
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

  LogChoices choices_;
  std::string path_;
  std::unique_ptr<ConnectionStore> store_;
  RecentIds ids_;
  Numbering hosts_;
  Numbering destinations_;
  std::vector<bool> is_loopback_host_;
  std::vector<bool> is_loopback_destination_;
  std::string key_;
  std::unordered_map<std::size_t, std::int64_t>
      refused_;  // hash of the addresses and ports -> the last start
  std::uint64_t skipped_ = 0;
  std::uint64_t lost_ = 0;
  DamagedLines damaged_;
  ObservedExhaustion observed_;
  std::vector<Fault> refusals_;
  std::vector<std::string> empty_files_;
};

/// The logs of one replay.
std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string first_damaged(const DamagedLines& damaged) {
  return damaged.first.empty() ? "" : " (" + damaged.first.front() + ")";
}

class Logs {
 public:
  Logs(const std::vector<std::string>& paths, const LogChoices& choices, const ByteWatch& watch)
      : paths_(paths), collector_(choices), watch_(watch) {}

  std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>> read() {
    for (const std::string& path : paths_) {
      if (auto csv = read_file(path)) {
        return std::move(*csv);
      }
    }
    faults_.insert(faults_.end(), collector_.refusals().begin(), collector_.refusals().end());
    if (faults_.empty() && collector_.is_empty()) {
      const std::uint64_t signs = collector_.observed().count;
      faults_.push_back(
          {paths_.front(),
           "holds no TCP connection: " + counted(collector_.skipped(), "row is", "rows are") +
               " about something else, " + counted(collector_.damage().count, "line", "lines") +
               " cannot be read" + first_damaged(collector_.damage()) +
               (signs == 0 ? ""
                           : "; " + counted(signs, "line tells", "lines tell") + " that there was no port"),
           "give a log with at least one"});
    }
    if (!faults_.empty()) {
      return std::move(faults_);
    }
    return collector_.finish(std::move(files_), std::move(formats_));
  }

 private:
  using Csv = std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>>;

  /// A value when the file alone is the answer.
  std::optional<Csv> read_file(const std::string& path) {
    ByteSource bytes(path);
    bytes.watch(watch_);
    collector_.begin_file(path);
    if (bytes.fill() && PacketFile::is_one(bytes.rest())) {
      read_capture(path, bytes);
      return std::nullopt;
    }
    LineReader lines(bytes);
    std::string first;
    const LogFormat* format = nullptr;
    std::size_t preamble = 0;
    bool has_damaged_preamble = false;
    while (format == nullptr && preamble < kLinesToRecognise && lines.next()) {
      collector_.at(lines.number());
      if (lines.line().find_first_not_of(" \t") == std::string_view::npos) {
        continue;
      }
      first = preamble == 0 ? quoted_cell(lines.line()) : std::move(first);
      format = find_log_format(container_.message_of(lines.line()));
      if (format == nullptr && !has_damaged_preamble && is_csv_log(lines.line())) {
        return read_csv(path, lines);
      }
      if (format == nullptr) {
        ++preamble;
        has_damaged_preamble = has_damaged_preamble || !lines.line().starts_with('#');
        note_preamble(lines.line());
      }
    }
    if (format != nullptr) {
      read_rows(*format, lines);
    }
    report_problem(path, lines, format == nullptr, first);
    files_.push_back(lines.input_file(path));
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

  /// A line before the first one that shows the format: a remark, a rule, the opening brackets of JSON, or
  /// the rest of a row that was cut.
  void note_preamble(std::string_view line) {
    if (!line.starts_with('#') && line.find_first_not_of("=[{ \t") != std::string_view::npos) {
      collector_.damaged();
    }
  }

  void note_format(std::string_view name) {
    if (formats_.find(name) == std::string::npos) {
      formats_ += (formats_.empty() ? "" : ", ") + std::string(name);
    }
  }

  void read_capture(const std::string& path, ByteSource& bytes) {
    note_format("packets");
    if (const std::string problem = read_packet_capture(bytes, collector_); !problem.empty()) {
      faults_.push_back({path, "cannot be read: " + problem, ""});
    }
    ByteSource::Stored stored = bytes.finish();
    files_.push_back({path, stored.size, std::move(stored.sha256)});
  }

  void read_rows(const LogFormat& format, LineReader& lines) {
    note_format(format.name);
    const std::unique_ptr<LogReader> reader = format.make_reader();
    do {
      collector_.at(lines.number());
      if (lines.is_cut()) {
        collector_.damaged();
      } else {
        reader->read(container_.message_of(lines.line()), collector_);
      }
    } while (lines.next());
    if (lines.is_damaged()) {
      collector_.at(lines.number());
      collector_.damaged();  // gzip data that are cut off: what came before them is good
    }
    reader->finish(collector_);
  }

  void report_problem(const std::string& path, const LineReader& lines, bool is_unknown,
                      const std::string& first) {
    if (!lines.error().empty() && (is_unknown || !lines.is_damaged())) {
      faults_.push_back({path, "cannot be read: " + lines.error(), ""});
    } else if (is_unknown && first.empty() && paths_.size() > 1) {
      collector_.note_empty_file();
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
  const ByteWatch& watch_;
  ContainerLines container_;
  std::vector<InputFile> files_;
  std::string formats_;
  std::vector<Fault> faults_;
};

}  // namespace

std::variant<RecordedLoad, ConnectionLog, std::vector<Fault>> read_logs(const std::vector<std::string>& paths,
                                                                        const LogChoices& choices,
                                                                        const ByteWatch& watch) {
  try {
    return Logs(paths, choices, watch).read();
  } catch (const ScratchError& error) {
    return std::vector<Fault>{{paths.front(), error.what(), "set TMPDIR to a directory with more room"}};
  }
}

}  // namespace portsim
