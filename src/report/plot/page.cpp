#include "report/plot/page.hpp"

#include <ostream>
#include <string_view>

#include "report/plot/scale.hpp"

namespace portsim::plot {
namespace {

constexpr std::string_view kHead = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;background:#fff;color:#222}
h1{font-size:1.4rem;line-height:1.3}h2{font-size:1.1rem;margin-top:2rem}
.wide{overflow-x:auto}
#picture{position:relative;min-width:40rem}#picture svg{display:block;width:100%;height:auto}
#cursor{position:absolute;top:13.5%;height:75%;width:1px;background:currentColor;opacity:.6;pointer-events:none}
#values{min-height:3em;margin:0;padding:.5rem 0;font-variant-numeric:tabular-nums}
#values{position:sticky;bottom:0;background:inherit}
table{border-collapse:collapse}th,td{padding:.15rem .7rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child{text-align:left;padding-left:0}
th{white-space:nowrap}td.text{text-align:left;overflow-wrap:anywhere}
pre{font-size:.85rem;line-height:1.18;overflow-x:auto}
@media (prefers-color-scheme:dark){body{background:#16181c;color:#ddd}th,td{border-color:#34383f}}
</style>
)";

/// Tells what `point` shows of the place under the pointer, and `move` of the next one by an arrow key.
constexpr std::string_view kFollow = R"(<script>
"use strict";
var picture = document.getElementById("picture"), values = document.getElementById("values");
function follow(subject, point, steps, move) {
  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  picture.addEventListener("keydown", function (event) {
    if (steps[event.key]) { move(steps[event.key]); event.preventDefault(); }
  });
  values.textContent = "Point at " + subject + ", or use the arrow keys on the picture, for its values.";
}
)";

}  // namespace

void write_page_start(const std::string& heading, std::ostream& out) {
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>portsim: " << escaped(heading) << "</title>\n"
      << kHead << "</head>\n<body>\n<h1>" << escaped(heading) << "</h1>\n";
}

void write_picture(const std::string& attributes, const std::function<void(std::ostream&)>& draw,
                   std::ostream& out) {
  out << "<div class=\"wide\"><div id=\"picture\" tabindex=\"0\"" << attributes << ">\n";
  draw(out);
  out << "</div></div>\n<p id=\"values\"></p>\n";
}

void write_page_end(const std::string& version, std::string_view script, std::ostream& out) {
  out << "<p>portsim " << escaped(version) << "</p>\n"
      << kFollow << script << "</script>\n</body>\n</html>\n";
}

void write_scenario_table(const std::vector<std::pair<std::string, std::string>>& options,
                          std::ostream& out) {
  out << "<h2>Scenario</h2>\n<div class=\"wide\"><table>\n";
  for (const auto& [name, value] : options) {
    out << "<tr><td>" << escaped(name) << "</td><td class=\"text\">" << escaped(value) << "</td></tr>\n";
  }
  out << "</table></div>\n";
}

}  // namespace portsim::plot
