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
#include "report/plot/page.hpp"
#include "report/plot/run_plot.hpp"
#include "report/plot/scale.hpp"

namespace portsim {
namespace {

using plot::escaped;

/// Shows the row of the timeline under the pointer. The places are those of run_svg.cpp.
constexpr std::string_view kScript = R"((function () {
  var timeline = JSON.parse(document.getElementById("timeline").textContent);
  var cursor = document.getElementById("cursor"), at = 0, all = timeline.rows.length;
  var left = 70 / 960, right = 944 / 960;
  function show(index) {
    at = Math.max(0, Math.min(all - 1, index));
    var row = timeline.rows[at], from = at ? timeline.rows[at - 1][0] : timeline.start_s;
    var share = (row[0] - timeline.start_s) / (timeline.end_s - timeline.start_s);
    cursor.style.left = 100 * (left + share * (right - left)) + "%";
    cursor.hidden = false;
    values.textContent = from + " s to " + row[0] + " s: " + timeline.columns.slice(1).map(function (name, i) {
      return name + " " + row[i + 1];
    }).filter(function (text, i) { return i === 0 || row[i + 1] > 0; }).join(", ");
  }
  function point(event) {
    var box = picture.getBoundingClientRect(), share = ((event.clientX - box.left) / box.width - left) / (right - left);
    show(Math.floor(share * all));
  }
  if (all > 0) {
    follow("a time", point, {ArrowLeft: -1, ArrowRight: 1, Home: -all, End: all}, function (step) { show(at + step); });
  }
})();
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
  std::vector<std::pair<std::string, std::string>> rows = report.scenario_echo;
  if (const auto* recorded = std::get_if<RecordedLoad>(&report.scenario->load)) {
    for (const InputFile& file : recorded->files) {
      rows.insert(rows.begin(), {"replay", file.path});
    }
  }
  plot::write_scenario_table(rows, out);
}

}  // namespace

void write_run_page(const Report& report, std::ostream& out) {
  plot::write_page_start(answer_line(report), out);
  out << "<p>" << escaped(answer_details(report)) << "</p>\n";
  for (const std::string& warning : warnings(report)) {
    out << "<p><strong>Warning:</strong> " << escaped(warning) << "</p>\n";
  }
  plot::write_picture(
      "",
      [&](std::ostream& to) {
        write_run_svg(report, to);
        to << "<div id=\"cursor\" hidden></div>";
      },
      out);
  std::ostringstream limits;
  write_limits(report, {}, limits);
  if (const std::string text = limits.str(); !text.empty()) {
    out << "<pre>" << escaped(text) << "</pre>\n";
  }
  write_states(report, out);
  std::ostringstream text;
  write_text(report, {}, text);
  out << "<h2>The report</h2>\n<pre>" << escaped(text.str()) << "</pre>\n";
  write_scenario(report, out);
  write_timeline_data(report, out);
  plot::write_page_end(report.version, kScript, out);
}

}  // namespace portsim
