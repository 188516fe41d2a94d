#include "trace/w3c_log.hpp"

#include <optional>
#include <string>
#include <vector>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

constexpr std::string_view kFields = "#Fields:";
constexpr std::string_view kDate = "#Date:";

class W3cLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (line.starts_with(kFields)) {
      columns_.name(split_words(line.substr(kFields.size())));
    } else if (line.starts_with(kDate)) {
      line.remove_prefix(kDate.size());
      date_ = take_word(line);
    } else if (!line.empty() && !line.starts_with('#')) {
      read_row(line, sink);
    }
  }

 private:
  void read_row(std::string_view line, LogSink& sink) {
    columns_.take(split_words(line));
    const std::string date(columns_.has("date") ? columns_["date"] : std::string_view(date_));
    const auto time = parse_iso_time(date + " " + std::string(columns_["time"]));
    LogRow row{.source = columns_["c-ip"], .destination = columns_["s-ip"], .ending = {}};
    if (!columns_.is_whole() || !time || !is_log_address(row.source)) {
      sink.damaged();
      return;
    }
    if (!is_log_address(row.destination) || row.destination == "-") {
      row.destination = kUnnamedServer;
    }
    row.destination_port = parse_port(columns_["s-port"]).value_or(0);
    row.start_ns = *time;
    if (const auto length = length_of(columns_["time-taken"])) {
      row.start_ns = time_before(*time, *length);
      row.lifetime = Duration{*length};
    }
    sink.add(row);
  }

  static std::optional<std::int64_t> length_of(std::string_view text) {
    if (const auto milliseconds = parse_count(text)) {
      return *milliseconds * kNanosecondsPerMillisecond;
    }
    return parse_log_seconds(text);
  }

  NamedColumns columns_;
  std::string date_;  // of the header, for rows that tell the time alone
};

}  // namespace

bool is_w3c_log(std::string_view line) {
  return line.starts_with("#Software: Microsoft Internet Information Services") ||
         (line.starts_with(kFields) && line.find(" c-ip") != std::string_view::npos);
}

std::unique_ptr<LogReader> make_w3c_log_reader() { return std::make_unique<W3cLog>(); }

}  // namespace portsim
