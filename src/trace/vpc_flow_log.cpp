#include "trace/vpc_flow_log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "scenario/value_text.hpp"
#include "trace/flow_pairs.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

constexpr std::string_view kDefaultFormat =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
    "log-status";

/// The words of a row, or its cells where a query has written it as CSV. CloudWatch puts the time of export
/// before it.
std::vector<std::string_view> cells_of(std::string_view line) {
  const bool has_commas =
      line.find(',') != std::string_view::npos && line.find(' ') == std::string_view::npos;
  std::vector<std::string_view> cells = has_commas ? split(line, ',') : split_words(line);
  for (std::string_view& cell : cells) {
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
      cell = cell.substr(1, cell.size() - 2);
    }
  }
  if (!cells.empty() && parse_iso_time(cells.front())) {
    cells.erase(cells.begin());
  }
  return cells;
}

/// The names of a header as the manual spells them: a table of Athena has underscores, a format string
/// dollars and braces, CloudWatch Insights capitals.
std::vector<std::string> names_of(std::string_view header) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOtherNames{
      {{"sourceaddress", "srcaddr"},
       {"destinationaddress", "dstaddr"},
       {"sourceport", "srcport"},
       {"destinationport", "dstport"},
       {"starttime", "start"},
       {"endtime", "end"},
       {"start-time", "start"},
       {"end-time", "end"}}};
  std::vector<std::string> names;
  for (const std::string_view cell : cells_of(header)) {
    std::string& name = names.emplace_back();
    for (const char c : cell) {
      const bool is_upper = c >= 'A' && c <= 'Z';
      if (c != '$' && c != '{' && c != '}') {
        name.push_back(c == '_' ? '-' : static_cast<char>(is_upper ? c - 'A' + 'a' : c));
      }
    }
    const auto* const other = std::find_if(kOtherNames.begin(), kOtherNames.end(),
                                           [&](const auto& pair) { return pair.first == name; });
    name = other == kOtherNames.end() ? name : std::string(other->second);
  }
  return names;
}

bool is_header(std::string_view line) {
  if (line.find("dst") == std::string_view::npos && line.find("dest") == std::string_view::npos) {
    return false;
  }
  const std::vector<std::string> names = names_of(line);
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return has("srcaddr") && has("dstaddr") && has("dstport") && has("start");
}

/// The number of the field tcp-flags as letters.
std::string letters_of(int flags) {
  constexpr int kFin = 1;
  constexpr int kSyn = 2;
  constexpr int kRst = 4;
  return std::string((flags & kFin) != 0 ? "F" : "") + ((flags & kSyn) != 0 ? "S" : "") +
         ((flags & kRst) != 0 ? "R" : "");
}

class VpcFlowLog final : public LogReader {
 public:
  VpcFlowLog() { columns_.name(split_words(kDefaultFormat)); }

  void read(std::string_view line, LogSink& sink) override {
    if (is_header(line)) {
      const std::vector<std::string> names = names_of(line);
      columns_.name({names.begin(), names.end()});
    } else if (!line.empty()) {
      columns_.take(cells_of(line));
      read_row(sink);
    }
  }

  void finish(LogSink& sink) override { pairs_.finish(sink); }

 private:
  void read_row(LogSink& sink) {
    if (!columns_.is_whole()) {
      sink.damaged();
      return;
    }
    const std::string_view proto = columns_["protocol"];
    if ((!proto.empty() && proto != "6") || columns_["action"] == "REJECT" || columns_["srcaddr"] == "-") {
      sink.skip();
      return;
    }
    const auto begin = parse_log_seconds(columns_["start"]);
    const auto end = columns_.has("end") ? parse_log_seconds(columns_["end"]) : begin;
    const auto source_port = parse_port(columns_["srcport"]);
    const auto destination_port = parse_port(columns_["dstport"]);
    const std::optional<int> flags = parse_count(columns_["tcp-flags"]);
    const std::string letters = letters_of(flags.value_or(0));
    FlowRecord flow{.source = columns_["srcaddr"], .destination = columns_["dstaddr"], .flags = letters};
    if (!begin || !end || !source_port || !destination_port || !is_log_address(flow.source) ||
        !is_log_address(flow.destination)) {
      sink.damaged();
      return;
    }
    constexpr int kSynAck = 18;
    flow.begin_ns = *begin;
    flow.end_ns = *end;
    flow.source_port = *source_port;
    flow.destination_port = *destination_port;
    flow.has_flags = flags.has_value();
    flow.is_answer = flags && (*flags & kSynAck) == kSynAck;
    pairs_.add(flow, sink);
  }

  NamedColumns columns_;
  FlowPairs pairs_;
};

}  // namespace

bool is_vpc_flow_log(std::string_view line) {
  if (is_header(line)) {
    return true;
  }
  const std::vector<std::string_view> words = cells_of(line);
  return words.size() == split_words(kDefaultFormat).size() && words.front() == "2" &&
         (words.back() == "OK" || words.back() == "NODATA" || words.back() == "SKIPDATA");
}

std::unique_ptr<LogReader> make_vpc_flow_reader() { return std::make_unique<VpcFlowLog>(); }

}  // namespace portsim
