#include "trace/nfdump_text.hpp"

#include <optional>
#include <string>
#include <utility>

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

/// `192.0.2.1:80`, `2001:db8::1.80` or `[2001:db8::1]:80`.
std::optional<std::pair<std::string_view, std::uint16_t>> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t point = text.rfind('.');
  const bool is_v6 = text.find(':') != colon && !text.starts_with('[');
  const std::size_t cut = is_v6 && point != std::string_view::npos && point > colon ? point : colon;
  if (cut == std::string_view::npos) {
    return std::nullopt;
  }
  const auto port = parse_port(text.substr(cut + 1));
  std::string_view address = text.substr(0, cut);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  return port && is_log_address(address) ? std::optional(std::pair(address, *port)) : std::nullopt;
}

/// `.AP.SF`; the form `line` has none.
std::string_view flags_of(std::string_view rest) {
  constexpr std::size_t kLeast = 6;
  const std::string_view word = take_word(rest);
  return word.size() >= kLeast && word.find_first_not_of(".CEUAPRSF") == std::string_view::npos
             ? word
             : std::string_view();
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
    const auto source = row ? parse_endpoint(row->source) : std::nullopt;
    const auto destination = row ? parse_endpoint(row->destination) : std::nullopt;
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
    flow.has_answer = row->arrow == "<->";
    pairs_.add(flow, sink);
  }

  FlowPairs pairs_;
  bool is_in_summary_ = false;
};

}  // namespace

bool is_nfdump_text(std::string_view line) { return is_header(line) || parse_row(line).has_value(); }

std::unique_ptr<LogReader> make_nfdump_text_reader() { return std::make_unique<NfdumpText>(); }

}  // namespace portsim
