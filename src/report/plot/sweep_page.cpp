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
constexpr std::string_view kScript = R"((function () {
  var cells = Array.from(picture.querySelectorAll("rect")).filter(function (rect) { return rect.firstElementChild; });
  var columns = Number(picture.dataset.columns), at = 0, frame = cells[0].cloneNode(false);
  frame.setAttribute("class", "here");
  function show(index) {
    at = index;
    ["x", "y", "width", "height"].forEach(function (name) { frame.setAttribute(name, cells[at].getAttribute(name)); });
    cells[at].parentNode.appendChild(frame);
    values.textContent = cells[at].textContent;
  }
  function point(event) {
    var index = cells.indexOf(event.target);
    if (index >= 0) { show(index); }
  }
  follow("a cell", point, {ArrowLeft: -1, ArrowRight: 1, ArrowUp: columns, ArrowDown: -columns}, function (step) {
    var next = frame.parentNode ? at + step : 0;
    if (cells[next]) { show(next); }
  });
})();
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
  plot::write_picture(
      " data-columns=\"" + std::to_string(map.across_values.size()) + "\"",
      [&](std::ostream& to) { write_heat_map(map, to); }, out);
  plot::write_scenario_table(map.scenario, out);
  write_cells(map, out);
  plot::write_page_end(map.version, kScript, out);
}

}  // namespace portsim
