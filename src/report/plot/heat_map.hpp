// The picture of a sweep over two options.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "portsim/time.hpp"

namespace portsim {

/// What a cell of the map shows.
struct HeatCell {
  std::uint64_t failed = 0;
  std::uint64_t attempts = 0;
  std::optional<TimePoint> first_failure;
  std::optional<bool> fails_by_theory;  ///< the closed form of the fluid limit; empty where it does not hold
};

/// A sweep over two options with several values each.
struct HeatMap {
  std::string across;  ///< the column's name of the option along the x axis: `delay_s`
  std::string upward;  ///< of the one along the y axis
  std::vector<std::string> across_values;
  std::vector<std::string> upward_values;
  std::vector<HeatCell> cells;  ///< first the one at the first values; the value across changes fastest
  std::vector<std::pair<std::string, std::string>>
      scenario{};         ///< (option, value) that all cells share; for the page
  std::string version{};  ///< of portsim; for the page
};

/// `delay_s 240, rate_per_s 20`: the values of a cell, an index into `cells`.
[[nodiscard]] std::string cell_name(const HeatMap& map, std::size_t index);

/// One SVG image: a square for each cell, the darker the more of its attempts fail, with its numbers for the
/// pointer; a line between the cells that fail by the closed form and those that do not. Beneath, where a
/// cell fails, the same cells by the time of their first failure, the darker the sooner.
void write_heat_map(const HeatMap& map, std::ostream& out);

/// One HTML page that holds all it needs: the maps with the values under the pointer, a table of the cells,
/// and the scenario that they share. Without scripts only the line with the values under the pointer lacks.
void write_sweep_page(const HeatMap& map, std::ostream& out);

}  // namespace portsim
