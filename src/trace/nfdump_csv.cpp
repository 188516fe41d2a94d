#include "trace/nfdump_csv.hpp"

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
      columns_.name(split(line, ','));
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

  void read_row(LogSink& sink) {
    const std::string_view proto = cell("pr");
    if (columns_.is_whole() && proto != "TCP" && proto != "6") {
      sink.skip();
      return;
    }
    const auto begin = parse_iso_time(columns_["ts"]);
    const auto end = parse_iso_time(columns_["te"]);
    const auto source_port = parse_port(cell("sp"));
    const auto destination_port = parse_port(cell("dp"));
    Flow flow{.source = cell("sa"), .destination = cell("da"), .flags = cell("flg")};
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
    pairs_.add(flow);
  }

  NamedColumns columns_;
  FlowPairs pairs_;
  bool is_in_summary_ = false;
};

}  // namespace

bool is_nfdump_csv(std::string_view line) { return line.starts_with("ts,te,td,"); }

std::unique_ptr<LogReader> make_nfdump_reader() { return std::make_unique<NfdumpCsv>(); }

}  // namespace portsim
