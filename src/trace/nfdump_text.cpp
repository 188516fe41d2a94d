#include "trace/nfdump_text.hpp"

#include <optional>
#include <string>

#include "trace/flow_pairs.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

/// The words that every row begins with.
struct Row {
  std::int64_t begin_ns = 0;
  std::int64_t length_ns = 0;
  std::string_view protocol;
  std::string_view source;
  std::string_view arrow;
  std::string_view destination;
  std::string_view rest;
};

std::optional<Row> parse_row(std::string_view line) {
  Row row;
  const std::string_view date = take_word(line);
  const std::string_view time = take_word(line);
  const std::string_view duration = take_word(line);
  const auto begin = parse_iso_time(std::string(date) + " " + std::string(time));
  const auto clock = parse_time_of_day(duration);
  const auto length = clock ? clock : parse_log_seconds(duration);
  row.protocol = take_word(line);
  row.source = take_word(line);
  row.arrow = take_word(line);
  row.destination = take_word(line);
  row.rest = line;
  if (!begin || !length || (row.arrow != "->" && row.arrow != "<->")) {
    return std::nullopt;
  }
  row.begin_ns = *begin;
  row.length_ns = *length;
  return row;
}

/// `.AP.SF`; the form `line` has none.
std::string_view flags_of(std::string_view rest) {
  constexpr std::size_t kLeast = 6;
  const std::string_view word = take_word(rest);
  return word.size() >= kLeast && word.find_first_not_of(".CEUAPRSF") == std::string_view::npos
             ? word
             : std::string_view();
}

/// True where a row for both directions counts no packets out: the first number, behind flags and type of
/// service if there are any.
bool is_one_way(std::string_view rest) {
  if (!flags_of(rest).empty()) {
    take_word(rest);
    take_word(rest);
  }
  return take_word(rest) == "0";
}

bool is_header(std::string_view line) {
  return line.starts_with("Date f") && line.find("Src IP Addr:Port") != std::string_view::npos;
}

class NfdumpText final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_header(line)) {
      is_in_summary_ = false;
    } else if (line.starts_with("Summary")) {
      is_in_summary_ = true;
    } else if (!line.empty() && !is_in_summary_) {
      read_row(line, sink);
    }
  }

  void finish(LogSink& sink) override { pairs_.finish(sink); }

 private:
  void read_row(std::string_view line, LogSink& sink) {
    const std::optional<Row> row = parse_row(line);
    if (row && row->protocol != "TCP" && row->protocol != "6") {
      sink.skip();
      return;
    }
    const auto source = row ? parse_log_endpoint(row->source) : std::nullopt;
    const auto destination = row ? parse_log_endpoint(row->destination) : std::nullopt;
    if (!source || !destination) {
      sink.damaged();
      return;
    }
    FlowRecord flow{.source = source->first, .destination = destination->first, .flags = flags_of(row->rest)};
    flow.source_port = source->second;
    flow.destination_port = destination->second;
    flow.begin_ns = row->begin_ns;
    flow.end_ns = time_after(row->begin_ns, row->length_ns);
    flow.has_flags = !flow.flags.empty();
    flow.has_answer = row->arrow == "<->" && !is_one_way(row->rest);
    pairs_.add(flow, sink);
  }

  FlowPairs pairs_;
  bool is_in_summary_ = false;
};

}  // namespace

bool is_nfdump_text(std::string_view line) { return is_header(line) || parse_row(line).has_value(); }

std::unique_ptr<LogReader> make_nfdump_text_reader() { return std::make_unique<NfdumpText>(); }

}  // namespace portsim
