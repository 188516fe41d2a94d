#include "report/chart.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "report/layout.hpp"
#include "report/phrases.hpp"

namespace portsim {
namespace {

constexpr std::size_t kMostRows = 8;       // lines of bars
constexpr std::size_t kStepsPerRow = 8;    // heights that one character can show
constexpr std::size_t kLeastWidth = 10;    // columns of bars
constexpr std::uint64_t kLeastShare = 16;  // of the capacity in use, for an axis up to the capacity
constexpr std::string_view kFailedLabel = "failed";

/// The characters that differ between terminals.
struct Glyphs {
  std::array<const char*, kStepsPerRow + 1> bars;  ///< by height
  const char* limit;
  const char* axis;
  const char* corner;
  const char* floor;
  const char* tick;
};

constexpr Glyphs kUtf8{{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, "┄", "│", "└", "─", "┴"};
constexpr Glyphs kAscii{{" ", ".", ".", ".", ":", ":", ":", ":", "#"}, "-", "|", "+", "-", "+"};

/// What one column of the chart shows.
struct Column {
  std::uint64_t ports = 0;
  bool failed = false;
};

/// The timeline in `width` columns. Where it has fewer rows, a row fills several columns.
std::vector<Column> columns_of(const std::vector<TimelineRow>& timeline, std::size_t width) {
  std::vector<Column> columns(width);
  const std::size_t rows = timeline.size();
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t first = i * rows / width;
    const std::size_t last = std::max(first + 1, (i + 1) * rows / width);
    for (std::size_t row = first; row < last; ++row) {
      columns[i].ports = std::max(columns[i].ports, timeline[row].ports_in_use_max);
      columns[i].failed = columns[i].failed || timeline[row].failed > 0;
    }
  }
  return columns;
}

/// The smallest number of one digit followed by zeros that is not below `value`.
std::uint64_t round_above(std::uint64_t value) {
  std::uint64_t decade = 1;
  while (value / decade >= 10) {
    decade *= 10;
  }
  return (value / decade + (value % decade == 0 ? 0 : 1)) * decade;
}

/// The vertical axis.
struct Scale {
  std::uint64_t top = 1;  ///< ports at the upper edge
  std::size_t rows = kMostRows;
};

/// Up to the capacity, unless that would leave the bars too low to see. Small pools get a row a port.
Scale scale_of(const Result& result, const std::vector<Column>& columns) {
  std::uint64_t highest = 1;
  for (const Column& column : columns) {
    highest = std::max(highest, column.ports);
  }
  const std::uint64_t capacity = std::max(result.capacity, highest);
  const std::uint64_t top =
      highest >= capacity / kLeastShare ? capacity : std::min(round_above(highest), capacity);
  return {top, std::min<std::size_t>(kMostRows, top)};
}

/// Height in steps: full only at the top, visible from 1 port on.
std::size_t height(std::uint64_t ports, const Scale& scale) {
  if (ports == 0) {
    return 0;
  }
  const std::uint64_t full = scale.rows * kStepsPerRow;
  const Uint128 steps = Uint128{ports} * full / scale.top;
  return std::max<std::size_t>(1, static_cast<std::size_t>(steps));
}

/// One line of the bars; row 0 is the lowest.
std::string bar_line(const std::vector<Column>& columns, std::size_t row, const Scale& scale,
                     const Glyphs& glyphs) {
  const std::size_t below = row * kStepsPerRow;
  std::string line;
  for (const Column& column : columns) {
    line += glyphs.bars[std::clamp(height(column.ports, scale), below, below + kStepsPerRow) - below];
  }
  return line;
}

std::string failed_line(const std::vector<Column>& columns, bool with_color) {
  std::string line;
  for (const Column& column : columns) {
    line += column.failed ? 'x' : ' ';
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return painted(line, Ink::red, with_color);
}

std::string repeated(const char* glyph, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) {
    text += glyph;
  }
  return text;
}

/// Writes `label` into `line` with its middle at `center`, kept within the line.
void place(std::string& line, std::size_t center, const std::string& label) {
  if (label.size() > line.size()) {
    return;
  }
  const std::size_t start = std::min(center - std::min(center, label.size() / 2), line.size() - label.size());
  const std::size_t before = start == 0 ? 0 : start - 1;
  const std::size_t after = std::min(line.size(), start + label.size() + 1);
  if (line.find_first_not_of(' ', before) < after) {
    return;  // no room beside a label that is already there
  }
  line.replace(start, label.size(), label);
}

/// The times at both ends, in the middle and at the quarters, as far as there is room.
std::string time_labels(TimePoint start, Duration window, std::size_t width) {
  std::string line(width, ' ');
  for (const int quarter : {0, 4, 2, 1, 3}) {
    const Duration offset = window / 4 * quarter + window % 4 * quarter / 4;
    place(line, (width - 1) * static_cast<std::size_t>(quarter) / 4, human_time(start + offset));
  }
  return line.erase(line.find_last_not_of(' ') + 1);
}

std::string floor_line(std::size_t width, const Glyphs& glyphs) {
  std::string line;
  for (std::size_t i = 0; i < width; ++i) {
    const bool is_quarter = i == (width - 1) / 4 || i == (width - 1) / 2 || i == (width - 1) * 3 / 4;
    line += is_quarter || i == 0 || i + 1 == width ? glyphs.tick : glyphs.floor;
  }
  return line;
}

}  // namespace

Chart draw_chart(const Result& result, TimePoint start, const TextStyle& style) {
  if (result.timeline.empty()) {
    return {};
  }
  const Glyphs& glyphs = style.utf8 ? kUtf8 : kAscii;
  const std::size_t label_width = std::max(kFailedLabel.size(), grouped(result.capacity).size());
  const std::size_t width =
      std::max<std::size_t>(style.columns, label_width + 2 + kLeastWidth) - label_width - 2;
  const std::vector<Column> columns = columns_of(result.timeline, width);
  const Scale scale = scale_of(result, columns);
  Chart chart{{}, scale.top, result.window / static_cast<std::int64_t>(width)};
  const auto add = [&](std::string_view label, const char* axis, const std::string& body) {
    std::string line = std::string(label_width - label.size(), ' ').append(label).append(" ") + axis + body;
    chart.lines.push_back(line.erase(line.find_last_not_of(' ') + 1));
  };

  add(grouped(scale.top), glyphs.axis,
      scale.top == result.capacity ? repeated(glyphs.limit, width) : std::string());
  for (std::size_t row = scale.rows; row-- > 0;) {
    const bool is_above_half = scale.rows == kMostRows && row == kMostRows / 2;
    add(is_above_half ? grouped(scale.top / 2) : "", glyphs.axis, bar_line(columns, row, scale, glyphs));
  }
  add("0", glyphs.corner, floor_line(width, glyphs));
  if (std::any_of(columns.begin(), columns.end(), [](const Column& column) { return column.failed; })) {
    add(kFailedLabel, " ", failed_line(columns, style.color));
  }
  add("", " ", time_labels(start, result.window, width));
  return chart;
}

}  // namespace portsim
