#include <algorithm>
#include <ostream>
#include <string_view>

#include "report/phrases.hpp"
#include "report/plot/heat_map.hpp"
#include "report/plot/page.hpp"
#include "report/plot/scale.hpp"

namespace portsim {
namespace {

using plot::escaped;

/// Shows what the title of the cell under the pointer says. The arrow keys go from cell to cell.
constexpr std::string_view kScript = R"(<script>
"use strict";
(function () {
  var picture = document.getElementById("picture"), values = document.getElementById("values");
  var cells = Array.from(picture.querySelectorAll("rect")).filter(function (rect) { return rect.firstElementChild; });
  var columns = Number(picture.dataset.columns), here = null;
  function show(cell) {
    if (here) { here.classList.remove("here"); }
    here = cell;
    here.classList.add("here");
    values.textContent = here.textContent;
  }
  function follow(event) {
    if (cells.indexOf(event.target) >= 0) { show(event.target); }
  }
  picture.addEventListener("pointermove", follow);
  picture.addEventListener("pointerdown", follow);
  picture.addEventListener("keydown", function (event) {
    var step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: columns, ArrowDown: -columns}[event.key];
    var next = here ? cells.indexOf(here) + step : 0;
    if (step && cells[next]) { show(cells[next]); }
    if (step) { event.preventDefault(); }
  });
  values.textContent = "Point at a cell, or use the arrow keys on the picture, for its values.";
})();
</script>
)";

void write_cells(const HeatMap& map, std::ostream& out) {
  const std::size_t columns = map.across_values.size();
  out << "<h2>Cells</h2>\n<div class=\"wide\"><table>\n<tr><th>" << escaped(map.upward) << "</th><th>"
      << escaped(map.across)
      << "</th><th>attempts</th><th>failed</th><th>failing</th><th>first failure</th><th>by the closed "
         "form</th></tr>\n";
  for (std::size_t index = 0; index < map.cells.size(); ++index) {
    const HeatCell& cell = map.cells[index];
    out << "<tr><td>" << escaped(map.upward_values[index / columns]) << "</td><td>"
        << escaped(map.across_values[index % columns]) << "</td><td>" << grouped(cell.attempts) << "</td><td>"
        << grouped(cell.failed) << "</td><td>" << percent(cell.failed, cell.attempts) << "</td><td>"
        << (cell.first_failure ? human_time(*cell.first_failure) : "never") << "</td><td>"
        << (!cell.fails_by_theory   ? ""
            : *cell.fails_by_theory ? "fails"
                                    : "does not fail")
        << "</td></tr>\n";
  }
  out << "</table></div>\n";
}

/// How the cell fails that fails most.
std::string worst_case(const HeatMap& map) {
  const auto worst =
      std::max_element(map.cells.begin(), map.cells.end(), [](const HeatCell& one, const HeatCell& other) {
        return Uint128{one.failed} * other.attempts < Uint128{other.failed} * one.attempts;
      });
  return "The worst is " + cell_name(map, static_cast<std::size_t>(worst - map.cells.begin())) + ": " +
         percent(worst->failed, worst->attempts) + " of its attempts find no port.";
}

}  // namespace

void write_sweep_page(const HeatMap& map, std::ostream& out) {
  const auto failing = static_cast<std::uint64_t>(std::count_if(
      map.cells.begin(), map.cells.end(), [](const HeatCell& cell) { return cell.failed > 0; }));
  const std::string of_all =
      counted(map.cells.size(), "combination") + " of " + map.upward + " and " + map.across;
  plot::write_page_start(failing == 0 ? "Ports run out in none of " + of_all
                                      : "Ports run out in " + grouped(failing) + " of " + of_all,
                         out);
  if (failing > 0) {
    out << "<p>" << escaped(worst_case(map)) << "</p>\n";
  }
  out << "<div class=\"wide\"><div id=\"picture\" tabindex=\"0\" data-columns=\"" << map.across_values.size()
      << "\">\n";
  write_heat_map(map, out);
  out << "</div></div>\n<p id=\"values\"></p>\n";
  plot::write_scenario_table(map.scenario, out);
  write_cells(map, out);
  out << "<p>portsim " << escaped(map.version) << "</p>\n" << kScript << "</body>\n</html>\n";
}

}  // namespace portsim
