#include "trace/argus_log.hpp"

#include <optional>
#include <utility>

#include "scenario/value_text.hpp"
#include "trace/flow_flags.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

Ending judge_state(std::string_view state, bool is_swapped) {
  const std::size_t bar = state.find('_');
  if (bar != std::string_view::npos) {
    const std::string_view source = state.substr(0, bar);
    const std::string_view destination = state.substr(bar + 1);
    return is_swapped ? judge_flags(destination, source) : judge_flags(source, destination);
  }
  if (state == "REQ") {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  if (state == "RST") {
    return {Closer::reset, CloserRule::reset, true};
  }
  return state == "FIN" ? Ending{} : Ending{Closer::reset, CloserRule::not_closed, true};
}

class ArgusLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_argus_log(line)) {
      separator_ = line.find('\t') != std::string_view::npos ? '\t' : ',';
      columns_.name(split(line, separator_));
    } else if (!line.empty()) {
      columns_.take(split(line, separator_));
      read_row(sink);
    }
  }

 private:
  [[nodiscard]] std::string_view cell(std::string_view name) const {
    std::string_view text = columns_[name];
    return take_word(text);
  }

  void read_row(LogSink& sink) const {
    const std::string_view proto = cell("Proto");
    if (!columns_.is_whole()) {
      sink.damaged();
      return;
    }
    if (proto != "tcp" && proto != "6") {
      sink.skip();
      return;
    }
    const auto start = start_time();
    const auto length = parse_log_seconds(cell("Dur"));
    const bool is_swapped = cell("Dir") == "<-";
    const auto port = parse_port(cell(is_swapped ? "Sport" : "Dport"));
    LogRow row{.source = cell("SrcAddr"), .destination = cell("DstAddr"), .ending = {}};
    if (!start || !length || !port || !is_log_address(row.source) || !is_log_address(row.destination)) {
      sink.damaged();
      return;
    }
    if (is_swapped) {
      std::swap(row.source, row.destination);
    }
    row.start_ns = *start;
    row.lifetime = Duration{*length};
    row.destination_port = *port;
    row.ending = judge_state(cell("State"), is_swapped);
    sink.add(row);
  }

  [[nodiscard]] std::optional<std::int64_t> start_time() const {
    const auto date = parse_iso_time(columns_["StartTime"]);
    return date ? date : parse_log_seconds(cell("StartTime"));
  }

  char separator_ = ',';
  NamedColumns columns_;
};

}  // namespace

bool is_argus_log(std::string_view line) {
  return line.find("StartTime") != std::string_view::npos && line.find("SrcAddr") != std::string_view::npos &&
         line.find("State") != std::string_view::npos;
}

std::unique_ptr<LogReader> make_argus_reader() { return std::make_unique<ArgusLog>(); }

}  // namespace portsim
