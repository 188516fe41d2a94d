#include "report/plot/heat_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>

#include "report/phrases.hpp"
#include "report/plot/scale.hpp"

namespace portsim {
namespace {

using plot::escaped;
using plot::Tenths;
using plot::tenths_text;

// Places, in tenths of a unit of a map of 960 x 620.
constexpr Tenths kLeft = 1100;
constexpr Tenths kRight = 9440;
constexpr Tenths kTop = 700;
constexpr Tenths kFloor = 5200;
constexpr Tenths kLegend = 5900;
constexpr Tenths kHeight = 6200;
constexpr Tenths kLetter = 75;           // the width of a letter, on average
constexpr std::size_t kColours = 8;      // beside that of no failure
constexpr std::size_t kMostInARow = 14;  // letters of a value beside an axis

constexpr std::string_view kStyle = R"(<style>
.portsim text{font:12px "DejaVu Sans",Verdana,sans-serif;fill:#222;pointer-events:none}
.portsim .title{font-size:15px;font-weight:bold}.portsim .paper{fill:#fff}
.portsim rect{shape-rendering:crispEdges}.portsim .line{fill:none;stroke:#0050a0;stroke-width:3;pointer-events:none}
.portsim .h0{fill:#e9eee9}.portsim .h1{fill:#fde8cf}.portsim .h2{fill:#fdd0a2}.portsim .h3{fill:#fdae6b}
.portsim .h4{fill:#fd8d3c}.portsim .h5{fill:#f16913}.portsim .h6{fill:#d94801}.portsim .h7{fill:#a63603}
.portsim .h8{fill:#7f2704}
.portsim .t1{fill:#e4e1f1}.portsim .t2{fill:#cfcfe5}.portsim .t3{fill:#b4b3d8}.portsim .t4{fill:#9a95c8}
.portsim .t5{fill:#807dba}.portsim .t6{fill:#6a51a3}.portsim .t7{fill:#54278f}.portsim .t8{fill:#3f007d}
.portsim text.dark{fill:#222}.portsim text.light{fill:#fff}.portsim .here{fill:none;stroke:#0050a0;stroke-width:3;pointer-events:none}
@media (prefers-color-scheme:dark){.portsim text{fill:#ddd}.portsim .paper{fill:#16181c}.portsim .h0{fill:#2b312d}
.portsim .line,.portsim .here{stroke:#4da3ff}}
</style>
)";

/// What a map shows of a cell.
class Measure {
 public:
  Measure() = default;
  Measure(const Measure&) = delete;
  Measure& operator=(const Measure&) = delete;
  virtual ~Measure() = default;

  /// The colour's class in the style, without the number of the shade.
  [[nodiscard]] virtual char colour() const = 0;
  /// 0 for no failure, else 1 to `kColours`, the worse the darker.
  [[nodiscard]] virtual std::size_t shade(const HeatCell& cell) const = 0;
  [[nodiscard]] virtual std::string text(const HeatCell& cell) const = 0;
  /// The shades that are used, as the first and the last.
  [[nodiscard]] virtual std::pair<std::size_t, std::size_t> shades() const { return {1, kColours}; }
  /// The value between a shade and the next.
  [[nodiscard]] virtual std::string end(std::size_t shade) const = 0;
  /// What stands below the colour of no failure.
  [[nodiscard]] virtual std::string none() const = 0;
};

class FailingShare final : public Measure {
 public:
  [[nodiscard]] char colour() const override { return 'h'; }
  [[nodiscard]] std::size_t shade(const HeatCell& cell) const override {
    return cell.failed == 0
               ? 0
               : 1 + std::min(kColours - 1,
                              static_cast<std::size_t>(Uint128{cell.failed} * kColours / cell.attempts));
  }
  [[nodiscard]] std::string text(const HeatCell& cell) const override {
    return cell.attempts == 0 ? "no attempt" : percent(cell.failed, cell.attempts);
  }
  [[nodiscard]] std::string end(std::size_t shade) const override {
    return shade % 2 == 0 ? std::to_string(100 * shade / kColours) + " %" : "";
  }
  [[nodiscard]] std::string none() const override { return "none"; }
};

class FirstFailureTime final : public Measure {
 public:
  FirstFailureTime(TimePoint earliest, TimePoint latest)
      : ends_(plot::time_classes(earliest.time_since_epoch(), latest.time_since_epoch(), kColours)) {}

  [[nodiscard]] char colour() const override { return 't'; }
  [[nodiscard]] std::size_t shade(const HeatCell& cell) const override {
    if (!cell.first_failure) {
      return 0;
    }
    const auto upper =
        std::lower_bound(ends_.begin() + 1, ends_.end() - 1, cell.first_failure->time_since_epoch());
    return kColours - static_cast<std::size_t>(upper - ends_.begin() - 1);
  }
  [[nodiscard]] std::string text(const HeatCell& cell) const override {
    return cell.first_failure ? human_time(*cell.first_failure) : "never";
  }
  [[nodiscard]] std::pair<std::size_t, std::size_t> shades() const override {
    return {kColours + 2 - ends_.size(), kColours};
  }
  [[nodiscard]] std::string end(std::size_t shade) const override {
    return human_time(ends_.at(kColours - shade));
  }
  [[nodiscard]] std::string none() const override { return "never"; }

 private:
  std::vector<Duration> ends_;
};

std::string shortened(const std::string& text) {
  return text.size() <= kMostInARow ? text : text.substr(0, kMostInARow - 2) + "..";
}

/// Draws one map.
class HeatDrawing {
 public:
  HeatDrawing(const HeatMap& map, const Measure& measure, std::ostream& out)
      : map_(map),
        measure_(measure),
        out_(out),
        x_(map.across_values.size(), kLeft, kRight),
        y_(map.upward_values.size(), kFloor, kTop) {}

  void draw(const std::string& title) {
    text(kLeft, 280, "title", "start", title);
    for (std::size_t row = 0; row < map_.upward_values.size(); ++row) {
      for (std::size_t column = 0; column < map_.across_values.size(); ++column) {
        draw_cell(row, column);
      }
    }
    draw_labels();
    draw_theory();
    draw_legend();
  }

 private:
  [[nodiscard]] std::size_t index(std::size_t row, std::size_t column) const {
    return row * map_.across_values.size() + column;
  }

  void text(Tenths x, Tenths y, std::string_view kind, std::string_view anchor, const std::string& content) {
    out_ << "<text x=\"" << tenths_text(x) << "\" y=\"" << tenths_text(y) << "\" class=\"" << kind
         << "\" text-anchor=\"" << anchor << "\">" << escaped(content) << "</text>\n";
  }

  void box(std::size_t shade, Tenths x, Tenths y, Tenths width, Tenths height, const std::string& title) {
    out_ << "<rect class=\"" << (shade == 0 ? 'h' : measure_.colour()) << shade << "\" x=\"" << tenths_text(x)
         << "\" y=\"" << tenths_text(y) << "\" width=\"" << tenths_text(width) << "\" height=\""
         << tenths_text(height) << '"';
    if (title.empty()) {
      out_ << "/>\n";
    } else {
      out_ << "><title>" << escaped(title) << "</title></rect>\n";
    }
  }

  void draw_cell(std::size_t row, std::size_t column) {
    const HeatCell& here = map_.cells[index(row, column)];
    const Tenths left = x_.at(column);
    const Tenths top = y_.at(row + 1);
    const Tenths width = x_.at(column + 1) - left;
    const Tenths height = y_.at(row) - top;
    const std::size_t shade = measure_.shade(here);
    std::string title = cell_name(map_, index(row, column)) + ": ";
    title += here.attempts == 0 ? "no attempt"
                                : fmt::format("{} fail ({} of {})", percent(here.failed, here.attempts),
                                              grouped(here.failed), grouped(here.attempts));
    box(shade, left, top, width, height,
        title + (here.first_failure ? ", the first at " + human_time(*here.first_failure) : ""));
    const std::string label = measure_.text(here);
    if (static_cast<Tenths>(label.size() + 1) * kLetter <= width && 2 * kLetter <= height) {
      text(left + width / 2, top + height / 2 + 40,
           shade == 0   ? ""
           : shade >= 5 ? "light"
                        : "dark",
           "middle", label);
    }
  }

  void draw_labels() {
    std::size_t longest = 1;
    for (const std::string& value : map_.across_values) {
      longest = std::max(longest, shortened(value).size());
    }
    const auto step = [](std::size_t count, Tenths each, Tenths all) {
      const std::size_t most = std::max<std::size_t>(1, static_cast<std::size_t>(all / each));
      return (count + most - 1) / most;
    };
    const std::size_t columns = map_.across_values.size();
    const auto width = static_cast<Tenths>(longest + 2) * kLetter;
    for (std::size_t i = 0; i < columns; i += step(columns, width, kRight - kLeft)) {
      text((x_.at(i) + x_.at(i + 1)) / 2, kFloor + 180, "", "middle", shortened(map_.across_values[i]));
    }
    const std::size_t rows = map_.upward_values.size();
    for (std::size_t i = 0; i < rows; i += step(rows, 3 * kLetter, kFloor - kTop)) {
      text(kLeft - 80, (y_.at(i) + y_.at(i + 1)) / 2 + 40, "", "end", shortened(map_.upward_values[i]));
    }
    text((kLeft + kRight) / 2, kFloor + 380, "", "middle", map_.across);
    text(kLeft - 80, kTop - 100, "", "end", map_.upward);
  }

  [[nodiscard]] bool differ(std::size_t one, std::size_t other) const {
    const std::optional<bool> a = map_.cells[one].fails_by_theory;
    const std::optional<bool> b = map_.cells[other].fails_by_theory;
    return a && b && *a != *b;
  }

  /// Along the borders of the cells between which the closed form changes its mind.
  void draw_theory() {
    std::string path;
    const auto edge = [&](Tenths x1, Tenths y1, Tenths x2, Tenths y2) {
      path += fmt::format("M{},{}L{},{}", tenths_text(x1), tenths_text(y1), tenths_text(x2), tenths_text(y2));
    };
    for (std::size_t row = 0; row < map_.upward_values.size(); ++row) {
      for (std::size_t column = 0; column < map_.across_values.size(); ++column) {
        if (column > 0 && differ(index(row, column), index(row, column - 1))) {
          edge(x_.at(column), y_.at(row), x_.at(column), y_.at(row + 1));
        }
        if (row > 0 && differ(index(row, column), index(row - 1, column))) {
          edge(x_.at(column), y_.at(row), x_.at(column + 1), y_.at(row));
        }
      }
    }
    has_theory_ = !path.empty();
    if (has_theory_) {
      out_ << "<path class=\"line\" stroke-linecap=\"square\" d=\"" << path << "\"/>\n";
    }
  }

  void draw_legend() {
    constexpr Tenths kWidth = 600;
    constexpr Tenths kGap = 300;
    const auto [first, last] = measure_.shades();
    box(0, kLeft, kLegend - 110, kWidth, 130, "");
    text(kLeft + kWidth / 2, kLegend + 160, "", "middle", measure_.none());
    Tenths place = kLeft + kWidth + kGap;
    text(place, kLegend + 160, "", "middle", measure_.end(first - 1));
    for (std::size_t shade = first; shade <= last; ++shade) {
      box(shade, place, kLegend - 110, kWidth, 130, "");
      place += kWidth;
      text(place, kLegend + 160, "", "middle", measure_.end(shade));
    }
    if (has_theory_) {
      out_ << "<path class=\"line\" d=\"M" << tenths_text(place + 300) << ',' << tenths_text(kLegend - 40)
           << "h30\"/>\n";
      text(place + 700, kLegend, "", "start", "limit of the closed form");
    }
  }

  const HeatMap& map_;
  const Measure& measure_;
  std::ostream& out_;
  plot::Scale x_;
  plot::Scale y_;
  bool has_theory_ = false;
};

}  // namespace

std::string cell_name(const HeatMap& map, std::size_t index) {
  const std::size_t columns = map.across_values.size();
  return fmt::format("{} {}, {} {}", map.across, map.across_values[index % columns], map.upward,
                     map.upward_values[index / columns]);
}

void write_heat_map(const HeatMap& map, std::ostream& out) {
  std::optional<TimePoint> earliest;
  std::optional<TimePoint> latest;
  for (const HeatCell& cell : map.cells) {
    if (cell.first_failure) {
      earliest = std::min(earliest.value_or(*cell.first_failure), *cell.first_failure);
      latest = std::max(latest.value_or(*cell.first_failure), *cell.first_failure);
    }
  }
  const std::string by = ", by " + map.across + " and " + map.upward;
  const std::string title = "Attempts that find no port" + by;
  const std::string height = tenths_text(earliest ? 2 * kHeight : kHeight);
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"portsim\" viewBox=\"0 0 960 " << height
      << "\" role=\"img\" aria-label=\"" << escaped(title) << "\">\n"
      << kStyle << "<rect class=\"paper\" width=\"960\" height=\"" << height << "\"/>\n";
  out << "<g>\n";
  HeatDrawing(map, FailingShare(), out).draw(title);
  out << "</g>\n";
  if (earliest) {
    out << "<g transform=\"translate(0," << tenths_text(kHeight) << ")\">\n";
    HeatDrawing(map, FirstFailureTime(*earliest, *latest), out).draw("Time to the first failure" + by);
    out << "</g>\n";
  }
  out << "</svg>\n";
}

}  // namespace portsim
