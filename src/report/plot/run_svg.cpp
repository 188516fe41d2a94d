#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "report/answer.hpp"
#include "report/phrases.hpp"
#include "report/plot/run_plot.hpp"
#include "report/plot/scale.hpp"

namespace portsim {
namespace {

using plot::escaped;
using plot::Tenths;
using plot::tenths_text;

// Places, in tenths of a unit of a drawing of 960 x 520.
constexpr Tenths kLeft = 700;
constexpr Tenths kRight = 9440;
constexpr Tenths kTop = 700;
constexpr Tenths kBottom = 4600;
constexpr Tenths kFloorAboveFailed = 3600;  // of the areas, where attempts fail
constexpr Tenths kFailedTop = 3900;
constexpr Tenths kLabel = 4780;
constexpr Tenths kLegend = 5010;
constexpr Tenths kLegendLine = 160;
constexpr Tenths kCapital = 78;  // the width of a letter, on average
constexpr Tenths kLetter = 62;
constexpr Tenths kLeastShade = 10;  // an outage is seen, however short

constexpr std::size_t kMostColumns = 480;  // of the areas: two units each
constexpr std::uint64_t kLeastShare = 16;  // of the capacity in use, for an axis up to the capacity

/// The look; dark where the reader prefers it. Colours are those of Okabe and Ito, told apart by the
/// colour-blind, in the order of kClientStates.
constexpr std::string_view kStyle = R"(<style>
.portsim text{font:12px "DejaVu Sans",Verdana,sans-serif;fill:#222}
.portsim .title{font-size:15px;font-weight:bold}
.portsim .paper{fill:#fff}.portsim .grid{stroke:#ddd}.portsim .axis{stroke:#666}
.portsim .limit{stroke:#b00020;stroke-width:1.5;stroke-dasharray:6 4}.portsim .limit-text{fill:#b00020}
.portsim .peak{fill:none;stroke:#222;stroke-width:1}
.portsim .outage{fill:#b00020;fill-opacity:.13}.portsim .failed{fill:#b00020}
.portsim .first{stroke:#b00020;stroke-width:1.5}.portsim rect{shape-rendering:crispEdges}
.portsim .s0{fill:#cc79a7}.portsim .s1{fill:#0072b2}.portsim .s2{fill:#56b4e9}.portsim .s3{fill:#009e73}
.portsim .s4{fill:#d55e00}.portsim .s5{fill:#b8a900}.portsim .s6{fill:#8c6d46}.portsim .s7{fill:#e69f00}
@media (prefers-color-scheme:dark){
.portsim text{fill:#ddd}.portsim .paper{fill:#16181c}.portsim .grid{stroke:#34383f}.portsim .axis{stroke:#999}
.portsim .limit{stroke:#ff6b7a}.portsim .limit-text{fill:#ff6b7a}.portsim .peak{stroke:#eee}
.portsim .outage{fill:#ff6b7a;fill-opacity:.16}.portsim .failed{fill:#ff6b7a}.portsim .first{stroke:#ff6b7a}}
</style>
)";

/// One column of the picture.
struct Column {
  TimePoint end{};
  std::uint64_t ports = 0;  ///< the most within it
  StateCounts states{};     ///< where the most connections were there
  std::uint64_t failed = 0;
};

std::uint64_t sum(const StateCounts& states) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : states) {
    total += count;
  }
  return total;
}

std::size_t rows_per_column(const std::vector<TimelineRow>& timeline) {
  return timeline.size() / (kMostColumns + 1) + 1;
}

/// As many rows in each column. In front of them what was there at the start, which is known of a run without
/// a warm-up: nothing.
std::vector<Column> columns_of(const std::vector<TimelineRow>& timeline, TimePoint start) {
  const std::size_t rows = rows_per_column(timeline);
  std::vector<Column> columns(1);
  for (std::size_t row = 0; row < timeline.size(); ++row) {
    const TimelineRow& part = timeline[row];
    if (row % rows == 0) {
      columns.emplace_back();
    }
    Column& column = columns.back();
    column.end = part.end;
    column.ports = std::max(column.ports, part.ports_in_use_max);
    column.states = sum(part.states) >= sum(column.states) ? part.states : column.states;
    column.failed += part.failed;
  }
  if (start > TimePoint{} && columns.size() > 1) {
    columns.front() = columns[1];
    columns.front().failed = 0;
  }
  columns.front().end = start;
  return columns;
}

std::string point(Tenths x, Tenths y) { return tenths_text(x) + "," + tenths_text(y); }

/// Draws one run.
class RunDrawing {
 public:
  RunDrawing(const Report& report, std::ostream& out)
      : report_(report),
        out_(out),
        start_(TimePoint{report.scenario->warm_up}),
        columns_(columns_of(report.result.timeline, start_)),
        time_(static_cast<std::uint64_t>(std::max<std::int64_t>(report.result.window.count(), 1)), kLeft,
              kRight),
        ports_(top_of_ports(), report.result.failed > 0 ? kFloorAboveFailed : kBottom, kTop),
        failed_(most_failed(), kBottom, kFailedTop) {}

  void draw() {
    out_
        << "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"portsim\" viewBox=\"0 0 960 520\" role=\"img\" "
           "aria-label=\""
        << escaped(answer_line(report_)) << "\">\n"
        << kStyle << "<rect class=\"paper\" width=\"960\" height=\"520\"/>\n";
    text(kLeft, 240, "title", "start", answer_line(report_));
    text(kLeft, 440, "", "start", heading());
    draw_grid();
    draw_outages();
    draw_areas();
    draw_limit();
    draw_failed();
    draw_first_failure();
    draw_legend();
    out_ << "</svg>\n";
  }

 private:
  [[nodiscard]] std::uint64_t top_of_ports() const {
    const Result& result = report_.result;
    const std::uint64_t peak = std::max<std::uint64_t>(result.ports_in_use.peak, 1);
    const std::uint64_t top = peak >= result.capacity / kLeastShare ? std::max(result.capacity, peak) : peak;
    return top + top / 12 + (top < 12 ? 1 : 0);
  }

  [[nodiscard]] std::uint64_t most_failed() const {
    std::uint64_t most = 1;
    for (const Column& column : columns_) {
      most = std::max(most, column.failed);
    }
    return most;
  }

  [[nodiscard]] std::string heading() const {
    return fmt::format("Ports in use{} of {}, by TCP state{}", report_.result.nat ? " at the hosts," : "",
                       grouped(report_.result.capacity),
                       report_.result.failed == 0
                           ? ""
                           : "; beneath, attempts that found no port, in each " + column_length());
  }

  [[nodiscard]] std::string column_length() const {
    const auto rows = static_cast<std::int64_t>(rows_per_column(report_.result.timeline));
    return human_time(report_.result.timeline_step * rows);
  }

  [[nodiscard]] Tenths x(TimePoint time) const {
    return time_.at(static_cast<std::uint64_t>(std::max<std::int64_t>((time - start_).count(), 0)));
  }

  void text(Tenths x, Tenths y, std::string_view kind, std::string_view anchor, const std::string& content) {
    out_ << "<text x=\"" << tenths_text(x) << "\" y=\"" << tenths_text(y) << '"';
    if (!kind.empty()) {
      out_ << " class=\"" << kind << '"';
    }
    out_ << " text-anchor=\"" << anchor << "\">" << escaped(content) << "</text>\n";
  }

  void line(std::string_view kind, Tenths x1, Tenths y1, Tenths x2, Tenths y2) {
    out_ << "<path class=\"" << kind << "\" d=\"M" << point(x1, y1) << "L" << point(x2, y2) << "\"/>\n";
  }

  void box(std::string_view kind, Tenths x, Tenths y, Tenths width, Tenths height) {
    out_ << "<rect class=\"" << kind << "\" x=\"" << tenths_text(x) << "\" y=\"" << tenths_text(y)
         << "\" width=\"" << tenths_text(width) << "\" height=\"" << tenths_text(height) << "\"/>\n";
  }

  void draw_grid() {
    constexpr std::uint64_t kLines = 6;
    for (const std::uint64_t tick : plot::count_ticks(ports_.most(), kLines)) {
      line(tick == 0 ? "axis" : "grid", kLeft, ports_.at(tick), kRight, ports_.at(tick));
      text(kLeft - 60, ports_.at(tick) + 40, "", "end", grouped(tick));
    }
    if (report_.result.failed > 0) {
      line("axis", kLeft, kBottom, kRight, kBottom);
      text(kLeft - 60, kBottom + 40, "", "end", "0");
      line("grid", kLeft, kFailedTop, kRight, kFailedTop);
      text(kLeft - 60, kFailedTop + 40, "", "end", grouped(failed_.most()));
    }
    constexpr std::int64_t kTimes = 8;
    for (const Duration tick : plot::time_ticks(report_.result.window, kTimes)) {
      const Tenths place = x(start_ + tick);
      line("axis", place, kBottom, place, kBottom + 50);
      text(place, kLabel, "", place > kRight - 200 ? "end" : "middle", human_time(start_ + tick));
    }
  }

  /// Outages that would touch are one shade.
  void draw_outages() {
    const std::vector<Outage>& list = report_.result.outages.list;
    for (std::size_t i = 0; i < list.size();) {
      const Tenths from = x(list[i].start);
      Tenths to = std::max(x(list[i].end), from + kLeastShade);
      for (++i; i < list.size() && x(list[i].start) <= to; ++i) {
        to = std::max(to, x(list[i].end));
      }
      box("outage", from, kTop, to - from, kBottom - kTop);
    }
  }

  /// The area of each state on top of the one before it; TIME_WAIT, the broadest, lies lowest.
  void draw_areas() {
    std::vector<std::uint64_t> floor(columns_.size());
    for (std::size_t state = kClientStates.size(); state-- > 0;) {
      std::string upper;
      std::string lower;
      bool is_seen = false;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Tenths place = x(columns_[i].end);
        lower = "L" + point(place, ports_.at(floor[i])) + lower;
        floor[i] += columns_[i].states[state];
        upper += (i == 0 ? "M" : "L") + point(place, ports_.at(floor[i]));
        is_seen = is_seen || columns_[i].states[state] > 0;
      }
      if (is_seen) {
        out_ << "<path class=\"s" << state << "\" d=\"" << upper << lower << "Z\"><title>"
             << name(kClientStates[state]) << "</title></path>\n";
      }
    }
    std::string peak;
    for (const Column& column : columns_) {
      peak += (peak.empty() ? "M" : "L") + point(x(column.end), ports_.at(column.ports));
    }
    out_ << "<path class=\"peak\" d=\"" << peak << "\"/>\n";
  }

  void draw_limit() {
    const std::uint64_t capacity = report_.result.capacity;
    if (capacity <= ports_.most()) {
      line("limit", kLeft, ports_.at(capacity), kRight, ports_.at(capacity));
      text(kRight, ports_.at(capacity) - 50, "limit-text", "end", "capacity " + grouped(capacity));
    }
  }

  void draw_failed() {
    Tenths from = kLeft;
    for (const Column& column : columns_) {
      const Tenths to = x(column.end);
      if (column.failed > 0) {
        const Tenths top = std::min(failed_.at(column.failed), kBottom - kLeastShade);
        box("failed", from, top, std::max(to - from, kLeastShade), kBottom - top);
      }
      from = to;
    }
  }

  void draw_first_failure() {
    const std::optional<FirstFailure>& first = report_.result.first_failure;
    if (!first) {
      return;
    }
    const Tenths place = x(first->time);
    line("first", place, kTop - 80, place, kBottom);
    const bool is_right = place > (kLeft + kRight) / 2;
    text(is_right ? place - 50 : place + 50, kTop - 50, "limit-text", is_right ? "end" : "start",
         "first failure " + human_time(first->time));
  }

  /// Entries go on in a second line where the first is full.
  void draw_legend() {
    constexpr Tenths kSample = 120;
    Tenths x = kLeft;
    Tenths y = kLegend;
    const auto label = [&](Tenths letter, const std::string& content) {
      text(x + kSample + 40, y, "", "start", content);
      x += 300 + static_cast<Tenths>(content.size()) * letter;
      if (x > kRight - 1000) {
        x = kLeft;
        y += kLegendLine;
      }
    };
    for (std::size_t state = kClientStates.size(); state-- > 0;) {
      if (report_.result.states[state].gauge.peak > 0) {
        box("s" + std::to_string(state), x, y - 95, kSample, 100);
        label(kCapital, std::string(name(kClientStates[state])));
      }
    }
    line("peak", x, y - 45, x + kSample, y - 45);
    label(kLetter, "most in " + column_length());
    const OutageResult& outages = report_.result.outages;
    if (!outages.list.empty()) {
      box("outage", x, y - 95, kSample, 100);
      label(kLetter,
            outages.list_truncated ? "the first " + grouped(outages.list.size()) + " outages" : "outage");
    }
  }

  const Report& report_;
  std::ostream& out_;
  TimePoint start_;
  std::vector<Column> columns_;
  plot::Scale time_;
  plot::Scale ports_;
  plot::Scale failed_;
};

}  // namespace

void write_run_svg(const Report& report, std::ostream& out) { RunDrawing(report, out).draw(); }

}  // namespace portsim
