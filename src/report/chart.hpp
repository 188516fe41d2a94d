// Ports in use over the counted window, drawn with characters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "portsim/result.hpp"
#include "report/report.hpp"

namespace portsim {

/// A drawing and what it takes to read it.
struct Chart {
  std::vector<std::string> lines;  ///< empty without a timeline
  std::uint64_t top = 0;           ///< ports at the upper edge: the capacity, or less if the bars are low
  Duration time_per_column{};      ///< rounded down
};

/// Draws `result.timeline`, at most `style.columns` wide: bars for the most ports in use within each
/// column's time, the capacity as a line above them, a mark below each column in which attempts failed.
/// `start` is the beginning of the counted window.
[[nodiscard]] Chart draw_chart(const Result& result, TimePoint start, const TextStyle& style);

}  // namespace portsim
