#include "trace/nfdump_csv.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/value_text.hpp"
#include "trace/flow_pairs.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

/// The columns of a header by their names in nfdump 1.6, whoever wrote it.
std::vector<std::string_view> names_of(std::string_view header) {
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
    const auto* const alias =
        std::find_if(kAliases.begin(), kAliases.end(), [&](const auto& pair) { return pair.first == name; });
    name = alias == kAliases.end() ? name : alias->second;
  }
  return names;
}

class NfdumpCsv final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_nfdump_csv(line)) {
      is_in_summary_ = false;
      columns_.name(names_of(line));
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

  /// A date, or seconds from 1970.
  [[nodiscard]] std::optional<std::int64_t> time_of(std::string_view name) const {
    const std::string_view text = columns_[name];
    const auto date = parse_iso_time(text.substr(std::min(text.find_first_not_of(' '), text.size())));
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

  /// `58844`, or `58844.0` out of a table whose numbers all have decimals.
  [[nodiscard]] std::optional<std::uint16_t> port_of(std::string_view name) const {
    const std::string_view text = cell(name);
    return parse_port(text.ends_with(".0") ? text.substr(0, text.size() - 2) : text);
  }

  void read_row(LogSink& sink) {
    const std::string_view proto = cell("pr");
    if (columns_.is_whole() && proto != "TCP" && proto != "6") {
      sink.skip();
      return;
    }
    const auto begin = time_of("ts");
    const auto end = end_of(begin.value_or(0));
    const auto source_port = port_of("sp");
    const auto destination_port = port_of("dp");
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
  if (line.find(',') == std::string_view::npos || line.find_first_of("0123456789") == 0) {
    return false;
  }
  const std::vector<std::string_view> names = names_of(line);
  constexpr std::array<std::string_view, 4> kNeeded{"ts", "sa", "da", "dp"};
  return std::all_of(kNeeded.begin(), kNeeded.end(), [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

std::unique_ptr<LogReader> make_nfdump_reader() { return std::make_unique<NfdumpCsv>(); }

}  // namespace portsim
