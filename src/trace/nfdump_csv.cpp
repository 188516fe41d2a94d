#include "trace/nfdump_csv.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "scenario/value_text.hpp"
#include "trace/flow_pairs.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

class NfdumpCsv final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_nfdump_csv(line)) {
      is_in_summary_ = false;
      name_columns(line);
    } else if (line.starts_with("Summary")) {
      is_in_summary_ = true;
    } else if (!line.empty() && !is_in_summary_) {
      columns_.take(split(line, ','));
      read_row(sink);
    }
  }

  void finish(LogSink& sink) override { pairs_.finish(sink); }

 private:
  [[nodiscard]] std::string_view cell(std::string_view name) const {
    std::string_view text = columns_[name];
    return take_word(text);
  }

  /// Gives the columns the names of nfdump 1.6, whoever wrote the header.
  void name_columns(std::string_view header) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kAliases{
        {{"firstSeen", "ts"},    {"first", "ts"},         {"last", "te"},        {"Date flow start", "ts"},
         {"outPackets", "opkt"}, {"out_packets", "opkt"}, {"Out Pkt", "opkt"},   {"lastSeen", "te"},
         {"duration", "td"},     {"proto", "pr"},         {"srcAddr", "sa"},     {"srcPort", "sp"},
         {"dstAddr", "da"},      {"dstPort", "dp"},       {"flags", "flg"},      {"Date first seen", "ts"},
         {"Duration", "td"},     {"Proto", "pr"},         {"Src IP Addr", "sa"}, {"Src Pt", "sp"},
         {"Dst IP Addr", "da"},  {"Dst Pt", "dp"},        {"Flags", "flg"},      {"Date last seen", "te"}}};
    std::vector<std::string_view> names = split(header, ',');
    for (std::string_view& name : names) {
      name = name.substr(std::min(name.find_first_not_of(' '), name.size()));
      name = name.substr(0, name.find_last_not_of(' ') + 1);
      const auto* const alias = std::find_if(kAliases.begin(), kAliases.end(),
                                             [&](const auto& pair) { return pair.first == name; });
      name = alias == kAliases.end() ? name : alias->second;
    }
    columns_.name(names);
  }

  /// A date, or seconds from 1970.
  [[nodiscard]] std::optional<std::int64_t> time_of(std::string_view name) const {
    const auto date = parse_iso_time(columns_[name]);
    return date ? date : parse_log_seconds(cell(name));
  }

  /// Its own column, or the duration behind the start.
  [[nodiscard]] std::optional<std::int64_t> end_of(std::int64_t begin) const {
    if (!columns_["te"].empty()) {
      return time_of("te");
    }
    const auto clock = parse_time_of_day(cell("td"));
    const auto duration = clock ? clock : parse_log_seconds(cell("td"));
    return duration ? std::optional(time_after(begin, *duration)) : std::nullopt;
  }

  void read_row(LogSink& sink) {
    const std::string_view proto = cell("pr");
    if (columns_.is_whole() && proto != "TCP" && proto != "6") {
      sink.skip();
      return;
    }
    const auto begin = time_of("ts");
    const auto end = end_of(begin.value_or(0));
    const auto source_port = parse_port(cell("sp"));
    const auto destination_port = parse_port(cell("dp"));
    FlowRecord flow{.source = cell("sa"), .destination = cell("da"), .flags = cell("flg")};
    if (!begin || !end || !source_port || !destination_port || !is_log_address(flow.source) ||
        !is_log_address(flow.destination)) {
      sink.damaged();
      return;
    }
    flow.begin_ns = *begin;
    flow.end_ns = *end;
    flow.source_port = *source_port;
    flow.destination_port = *destination_port;
    flow.has_flags = !flow.flags.empty();
    flow.has_answer = parse_log_seconds(cell("opkt")).value_or(0) > 0;  // `-b`: both directions in a row
    pairs_.add(flow, sink);
  }

  NamedColumns columns_;
  FlowPairs pairs_;
  bool is_in_summary_ = false;
};

}  // namespace

bool is_nfdump_csv(std::string_view line) {
  return line.starts_with("ts,te,td,") || line.starts_with("firstSeen,") || line.starts_with("ts,td,") ||
         ((line.starts_with("Date first seen,") || line.starts_with("Date flow start,")) &&
          line.find("Src IP Addr") != std::string_view::npos);
}

std::unique_ptr<LogReader> make_nfdump_reader() { return std::make_unique<NfdumpCsv>(); }

}  // namespace portsim
