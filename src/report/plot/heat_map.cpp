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

// Places, in tenths of a unit of a drawing of 960 x 620.
constexpr Tenths kLeft = 1100;
constexpr Tenths kRight = 9440;
constexpr Tenths kTop = 700;
constexpr Tenths kFloor = 5200;
constexpr Tenths kLegend = 5900;
constexpr std::uint64_t kColours = 8;      // beside that of no failure
constexpr std::size_t kMostWithText = 12;  // cells a row that have room for a number
constexpr std::size_t kMostLabels = 16;

constexpr std::string_view kStyle = R"(<style>
.portsim text{font:12px "DejaVu Sans",Verdana,sans-serif;fill:#222}
.portsim .title{font-size:15px;font-weight:bold}.portsim .paper{fill:#fff}
.portsim rect{shape-rendering:crispEdges}.portsim .line{fill:none;stroke:#0050a0;stroke-width:3}
.portsim .h0{fill:#eef3ee}.portsim .h1{fill:#fde8cf}.portsim .h2{fill:#fdd0a2}.portsim .h3{fill:#fdae6b}
.portsim .h4{fill:#fd8d3c}.portsim .h5{fill:#f16913}.portsim .h6{fill:#d94801}.portsim .h7{fill:#a63603}
.portsim .h8{fill:#7f2704}.portsim text.dark{fill:#222}.portsim text.light{fill:#fff}
@media (prefers-color-scheme:dark){.portsim text{fill:#ddd}.portsim .paper{fill:#16181c}.portsim .line{stroke:#4da3ff}}
</style>
)";

/// 0 for none, else 1 to kColours by the share that fails.
std::uint64_t colour(const HeatCell& cell) {
  return cell.failed == 0
             ? 0
             : 1 + std::min(kColours - 1,
                            static_cast<std::uint64_t>(Uint128{cell.failed} * kColours / cell.attempts));
}

/// Draws one map.
class HeatDrawing {
 public:
  HeatDrawing(const HeatMap& map, std::ostream& out)
      : map_(map),
        out_(out),
        x_(map.across_values.size(), kLeft, kRight),
        y_(map.upward_values.size(), kFloor, kTop) {}

  void draw() {
    const std::string title = "Attempts that find no port, by " + map_.across + " and " + map_.upward;
    out_
        << "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"portsim\" viewBox=\"0 0 960 620\" role=\"img\" "
           "aria-label=\""
        << escaped(title) << "\">\n"
        << kStyle << "<rect class=\"paper\" width=\"960\" height=\"620\"/>\n";
    text(kLeft, 280, "title", "start", title);
    for (std::size_t row = 0; row < map_.upward_values.size(); ++row) {
      for (std::size_t column = 0; column < map_.across_values.size(); ++column) {
        draw_cell(row, column);
      }
    }
    draw_labels();
    draw_theory();
    draw_legend();
    out_ << "</svg>\n";
  }

 private:
  [[nodiscard]] const HeatCell& cell(std::size_t row, std::size_t column) const {
    return map_.cells[row * map_.across_values.size() + column];
  }

  void text(Tenths x, Tenths y, std::string_view kind, std::string_view anchor, const std::string& content) {
    out_ << "<text x=\"" << tenths_text(x) << "\" y=\"" << tenths_text(y) << "\" class=\"" << kind
         << "\" text-anchor=\"" << anchor << "\">" << escaped(content) << "</text>\n";
  }

  void box(std::uint64_t shade, Tenths x, Tenths y, Tenths width, Tenths height, const std::string& title) {
    out_ << "<rect class=\"h" << shade << "\" x=\"" << tenths_text(x) << "\" y=\"" << tenths_text(y)
         << "\" width=\"" << tenths_text(width) << "\" height=\"" << tenths_text(height) << '"';
    if (title.empty()) {
      out_ << "/>\n";
    } else {
      out_ << "><title>" << escaped(title) << "</title></rect>\n";
    }
  }

  void draw_cell(std::size_t row, std::size_t column) {
    const HeatCell& here = cell(row, column);
    const Tenths left = x_.at(column);
    const Tenths top = y_.at(row + 1);
    const std::string share = here.attempts == 0 ? "no attempt" : percent(here.failed, here.attempts);
    const std::string first = here.first_failure ? ", the first at " + human_time(*here.first_failure) : "";
    box(colour(here), left, top, x_.at(column + 1) - left, y_.at(row) - top,
        fmt::format("{} {}, {} {}: {} fail{}", map_.across, map_.across_values[column], map_.upward,
                    map_.upward_values[row], share, first));
    if (map_.across_values.size() <= kMostWithText && map_.upward_values.size() <= 2 * kMostWithText) {
      text((left + x_.at(column + 1)) / 2, (top + y_.at(row)) / 2 + 40, colour(here) >= 6 ? "light" : "dark",
           "middle", share);
    }
  }

  void draw_labels() {
    const auto step = [](std::size_t count) { return (count + kMostLabels - 1) / kMostLabels; };
    for (std::size_t i = 0; i < map_.across_values.size(); i += step(map_.across_values.size())) {
      text((x_.at(i) + x_.at(i + 1)) / 2, kFloor + 180, "", "middle", map_.across_values[i]);
    }
    for (std::size_t i = 0; i < map_.upward_values.size(); i += step(map_.upward_values.size())) {
      text(kLeft - 80, (y_.at(i) + y_.at(i + 1)) / 2 + 40, "", "end", map_.upward_values[i]);
    }
    text((kLeft + kRight) / 2, kFloor + 380, "", "middle", map_.across);
    text(kLeft - 80, kTop - 100, "", "end", map_.upward);
  }

  [[nodiscard]] bool differ(std::size_t row, std::size_t column, std::size_t other_row,
                            std::size_t other_column) const {
    const std::optional<bool> a = cell(row, column).fails_by_theory;
    const std::optional<bool> b = cell(other_row, other_column).fails_by_theory;
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
        if (column > 0 && differ(row, column, row, column - 1)) {
          edge(x_.at(column), y_.at(row), x_.at(column), y_.at(row + 1));
        }
        if (row > 0 && differ(row, column, row - 1, column)) {
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
    Tenths place = kLeft;
    for (std::uint64_t shade = 0; shade <= kColours; ++shade) {
      box(shade, place, kLegend - 110, kWidth, 130, "");
      if (shade % 2 == 0) {
        const std::string label = std::to_string(100 * shade / kColours) + " %";
        text(place + kWidth, kLegend + 160, "", "end", shade == 0 ? "none" : label);
      }
      place += kWidth;
    }
    if (has_theory_) {
      out_ << "<path class=\"line\" d=\"M" << tenths_text(place + 300) << ',' << tenths_text(kLegend - 40)
           << "h30\"/>\n";
      text(place + 700, kLegend, "", "start", "limit of the closed form");
    }
  }

  const HeatMap& map_;
  std::ostream& out_;
  plot::Scale x_;
  plot::Scale y_;
  bool has_theory_ = false;
};

}  // namespace

void write_heat_map(const HeatMap& map, std::ostream& out) { HeatDrawing(map, out).draw(); }

}  // namespace portsim
