#include <algorithm>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/exact_ratio.hpp"
#include "base/number_text.hpp"
#include "report/answer.hpp"
#include "report/phrases.hpp"
#include "report/plot/run_plot.hpp"
#include "report/plot/scale.hpp"

namespace portsim {
namespace {

using plot::escaped;

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
#values{min-height:3em;font-variant-numeric:tabular-nums}
table{border-collapse:collapse}th,td{padding:.15rem .7rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child{text-align:left;padding-left:0}
td.text{text-align:left;overflow-wrap:anywhere}
pre{font-size:.85rem;overflow-x:auto}
@media (prefers-color-scheme:dark){body{background:#16181c;color:#ddd}th,td{border-color:#34383f}}
</style>
)";

/// Shows the row of the timeline under the pointer. The places are those of run_svg.cpp.
constexpr std::string_view kScript = R"(<script>
"use strict";
(function () {
  var timeline = JSON.parse(document.getElementById("timeline").textContent);
  var picture = document.getElementById("picture"), values = document.getElementById("values");
  var cursor = document.getElementById("cursor"), at = 0;
  var left = 70 / 960, right = 944 / 960;
  function show(index) {
    at = Math.max(0, Math.min(timeline.rows.length - 1, index));
    var row = timeline.rows[at], from = at ? timeline.rows[at - 1][0] : timeline.start_s;
    var share = (row[0] - timeline.start_s) / (timeline.end_s - timeline.start_s);
    cursor.style.left = 100 * (left + share * (right - left)) + "%";
    cursor.hidden = false;
    values.textContent = from + " s to " + row[0] + " s: " + timeline.columns.slice(1).map(function (name, i) {
      return name + " " + row[i + 1];
    }).filter(function (text, i) { return i === 0 || row[i + 1] > 0; }).join(", ");
  }
  function follow(event) {
    var box = picture.getBoundingClientRect(), share = ((event.clientX - box.left) / box.width - left) / (right - left);
    show(Math.floor(share * timeline.rows.length));
  }
  if (timeline.rows.length === 0) { return; }
  picture.addEventListener("pointermove", follow);
  picture.addEventListener("pointerdown", follow);
  picture.addEventListener("keydown", function (event) {
    var step = {ArrowLeft: -1, ArrowRight: 1, Home: -timeline.rows.length, End: timeline.rows.length}[event.key];
    if (step) { show(at + step); event.preventDefault(); }
  });
  values.textContent = "Point at the picture, or use the arrow keys on it, for its values.";
})();
</script>
)";

void write_timeline_data(const Report& report, std::ostream& out) {
  const Result& result = report.result;
  const Duration start = report.scenario->warm_up;
  out << "<script type=\"application/json\" id=\"timeline\">{\"start_s\":" << seconds_text(start.count())
      << ",\"end_s\":" << seconds_text((start + result.window).count())
      << ",\"columns\":[\"end_s\",\"ports_in_use_max\"";
  for (const TcpState state : kClientStates) {
    out << ",\"" << name(state) << '"';
  }
  out << ",\"attempts\",\"failed\"],\"rows\":[";
  bool is_first = true;
  for (const TimelineRow& row : result.timeline) {
    out << (is_first ? "\n[" : ",\n[") << seconds_text(row.end.time_since_epoch().count()) << ','
        << row.ports_in_use_max;
    for (const std::uint64_t count : row.states) {
      out << ',' << count;
    }
    out << ',' << row.attempts << ',' << row.failed << ']';
    is_first = false;
  }
  out << "]}</script>\n";
}

void write_states(const Report& report, std::ostream& out) {
  const Result& result = report.result;
  const auto row = [&](std::string_view label, const GaugeResult& gauge, const std::string& entered) {
    const double mean = result.window.count() <= 0
                            ? 0
                            : nearest_double(gauge.area, static_cast<Uint128>(result.window.count()));
    out << "<tr><td>" << label << "</td><td>" << grouped(gauge.peak) << "</td><td>" << decimal(mean)
        << "</td><td>" << grouped(gauge.at_end) << "</td><td>" << entered << "</td></tr>\n";
  };
  out << "<h2>Ports in use, of " << grouped(result.capacity) << "</h2>\n<div class=\"wide\"><table>\n"
      << "<tr><th></th><th>peak</th><th>mean</th><th>at the end</th><th>entered</th></tr>\n";
  row("all states", result.ports_in_use, "");
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    row(name(kClientStates[i]), result.states[i].gauge, grouped(result.states[i].entered));
  }
  out << "</table></div>\n";
}

void write_scenario(const Report& report, std::ostream& out) {
  out << "<h2>Scenario</h2>\n<div class=\"wide\"><table>\n";
  std::vector<std::pair<std::string, std::string>> rows = report.scenario_echo;
  if (const auto* recorded = std::get_if<RecordedLoad>(&report.scenario->load)) {
    for (const InputFile& file : recorded->files) {
      rows.insert(rows.begin(), {"replay", file.path});
    }
  }
  for (const auto& [name, value] : rows) {
    out << "<tr><td>" << escaped(name) << "</td><td class=\"text\">" << escaped(value) << "</td></tr>\n";
  }
  out << "</table></div>\n";
}

}  // namespace

void write_run_page(const Report& report, std::ostream& out) {
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>portsim: " << escaped(answer_line(report))
      << "</title>\n"
      << kHead << "</head>\n<body>\n<h1>" << escaped(answer_line(report)) << "</h1>\n<p>"
      << escaped(answer_details(report)) << "</p>\n";
  for (const std::string& warning : warnings(report)) {
    out << "<p><strong>Warning:</strong> " << escaped(warning) << "</p>\n";
  }
  out << "<div class=\"wide\"><div id=\"picture\" tabindex=\"0\">\n";
  write_run_svg(report, out);
  out << "<div id=\"cursor\" hidden></div></div></div>\n<p id=\"values\"></p>\n";
  write_states(report, out);
  std::ostringstream text;
  write_text(report, {}, text);
  out << "<h2>Report, with what would help</h2>\n<pre>" << escaped(text.str()) << "</pre>\n";
  write_scenario(report, out);
  out << "<p>portsim " << escaped(report.version) << "</p>\n";
  write_timeline_data(report, out);
  out << kScript << "</body>\n</html>\n";
}

}  // namespace portsim
