#include <algorithm>
#include <catch.hpp>
#include <sstream>

#include "report/plot/heat_map.hpp"
#include "report/plot/run_plot.hpp"
#include "report/plot/scale.hpp"
#include "sample_report.hpp"

using namespace portsim;
using namespace std::chrono_literals;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

HeatMap two_by_two() {
  HeatMap map{.across = "delay_s",
              .upward = "rate_per_s",
              .across_values = {"30", "240"},
              .upward_values = {"10", "20"},
              .cells = {}};
  map.cells = {
      {0, 100, {}, false}, {0, 100, {}, false}, {0, 200, {}, false}, {50, 200, TimePoint{198s}, true}};
  return map;
}

std::string drawn(const HeatMap& map) {
  std::ostringstream out;
  write_heat_map(map, out);
  return out.str();
}

}  // namespace

TEST_CASE("a scale runs from one end to the other, upwards or downwards, and no further") {
  const plot::Scale right(10, 100, 200);
  CHECK(right.at(0) == 100);
  CHECK(right.at(5) == 150);
  CHECK(right.at(11) == 200);
  const plot::Scale up(10, 200, 100);
  CHECK(up.at(0) == 200);
  CHECK(up.at(10) == 100);
  CHECK(plot::Scale(0, 0, 10).at(0) == 0);
}

TEST_CASE("counts have ticks at 1, 2 or 5 times a power of ten") {
  CHECK(plot::count_ticks(4308, 6) == std::vector<std::uint64_t>{0, 1000, 2000, 3000, 4000});
  CHECK(plot::count_ticks(3, 6) == std::vector<std::uint64_t>{0, 1, 2, 3});
  CHECK(plot::count_ticks(28232, 6).size() == 6);
}

TEST_CASE("times have ticks that people count in") {
  CHECK(plot::time_ticks(1h, 8).at(1) == Duration(10min));
  CHECK(plot::time_ticks(1min, 8).at(1) == Duration(10s));
  CHECK(plot::time_ticks(7 * 24h, 8).at(1) == Duration(24h));
  CHECK(plot::time_ticks(3ms, 8).at(1) == Duration(500us));
  CHECK(plot::time_ticks(Duration(1), 8).size() == 2);
  CHECK(plot::time_ticks(std::chrono::seconds(1'000'000'000), 8).size() <= 18);
}

TEST_CASE("places are written in tenths without an empty one") {
  CHECK(plot::tenths_text(1234) == "123.4");
  CHECK(plot::tenths_text(1230) == "123");
  CHECK(plot::tenths_text(-5) == "-0.5");
}

TEST_CASE("text in a drawing cannot become markup, nor bytes that are no text") {
  CHECK(plot::escaped("<script>&\"\x01\xFF") == "&lt;script&gt;&amp;&quot; \xEF\xBF\xBD");
}

TEST_CASE("the picture of a run shows its capacity, its first failure and its outages") {
  Report report = overload_report();
  REQUIRE(report.result.first_failure);
  for (TimelineRow& row : report.result.timeline) {
    row.states[client_index(TcpState::time_wait)] = row.ports_in_use_max;
  }
  std::ostringstream out;
  write_run_svg(report, out);
  const std::string svg = out.str();
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find(">capacity ") != std::string::npos);
  CHECK(svg.find(">first failure ") != std::string::npos);
  CHECK(count_of(svg, "<rect class=\"outage\"") >= 2);  // one at least, and the legend's
  CHECK(count_of(svg, "<title>TIME_WAIT</title>") == 1);
}

TEST_CASE("a legend says of which outages the shades are, and fills a second line where the first is full") {
  Report report = overload_report();
  report.result.outages.list_truncated = false;
  std::ostringstream some;
  write_run_svg(report, some);
  CHECK(count_of(some.str(), ">outage</text>") == 1);
  for (StateResult& state : report.result.states) {
    state.gauge.peak = 1;
  }
  report.result.outages.list_truncated = true;
  std::ostringstream out;
  write_run_svg(report, out);
  CHECK(count_of(out.str(), ">outage</text>") == 0);
  CHECK(count_of(out.str(),
                 ">the first " + std::to_string(report.result.outages.list.size()) + " outages</text>") == 1);
  CHECK(count_of(out.str(), "y=\"501\"") + count_of(out.str(), "y=\"517\"") == 10);
  CHECK(count_of(out.str(), "y=\"517\"") > 0);
}

TEST_CASE("where no attempt fails the ports have the whole height") {
  Report report = overload_report();
  std::ostringstream failing;
  write_run_svg(report, failing);
  CHECK(count_of(failing.str(), "attempts that found no port") == 1);
  report.result.failed = 0;
  std::ostringstream out;
  write_run_svg(report, out);
  CHECK(count_of(out.str(), "attempts that found no port") == 0);
  CHECK(count_of(out.str(), "L944,460") >= 1);  // the axis of the ports
}

TEST_CASE("a page names nothing outside itself and holds every row of the timeline") {
  const Report report = overload_report();
  std::ostringstream out;
  write_run_page(report, out);
  const std::string page = out.str();
  CHECK(count_of(page, "http") == 1);  // the name of SVG's namespace
  CHECK(page.find("src=") == std::string::npos);
  const std::string rows = page.substr(page.find("\"rows\":["));
  CHECK(count_of(rows.substr(0, rows.find("</script>")), "\n[") == report.result.timeline.size());
}

TEST_CASE("a heat map is the darker the more fails, and tells how many and when") {
  const std::string svg = drawn(two_by_two());
  const std::string shares = svg.substr(0, svg.find("</g>"));
  CHECK(count_of(shares, "<rect class=\"h0\"") == 4);  // three cells and the legend's
  CHECK(shares.find("<rect class=\"h3\" x=\"527\"") != std::string::npos);
  CHECK(
      shares.find("<title>delay_s 240, rate_per_s 20: 25.0 % fail (50 of 200), the first at 198 s</title>") !=
      std::string::npos);
}

TEST_CASE("beneath it the same cells are the darker the sooner the first attempt fails") {
  HeatMap map = two_by_two();
  map.cells[2] = {1, 200, TimePoint{399s}, true};
  const std::string svg = drawn(map);
  const std::string times = svg.substr(svg.find("Time to the first failure"));
  CHECK(count_of(times, "<rect class=\"h0\"") == 3);  // two cells and the legend's
  CHECK(times.find("class=\"t8\" x=\"527\"") < times.find(">198 s<"));
  CHECK(times.find("class=\"t8\" x=\"527\"") > times.find(">399 s<"));
  CHECK(count_of(svg,
                 "<title>delay_s 240, rate_per_s 20: 25.0 % fail (50 of 200), the first at 198 s</title>") ==
        2);
}

TEST_CASE("a sweep in which nothing fails has no map of first failures") {
  HeatMap map = two_by_two();
  map.cells.back() = {0, 200, {}, false};
  CHECK(drawn(map).find("Time to the first failure") == std::string::npos);
}

TEST_CASE("classes of times have round ends that hold all of them") {
  using Ends = std::vector<Duration>;
  CHECK(plot::time_classes(66283ms, 265133ms, 8) == Ends{60s, 90s, 120s, 150s, 180s, 210s, 240s, 270s});
  CHECK(plot::time_classes(2s, 100s, 8) == Ends{0s, 2s, 5s, 10s, 15s, 30s, 1min, 2min});
  CHECK(plot::time_classes(1ms, 1h, 8) == Ends{0s, 30s, 1min, 2min, 5min, 10min, 15min, 30min, 1h});
  CHECK(plot::time_classes(198s, 198s, 8).size() == 2);
  CHECK(plot::time_classes(0s, 0s, 8).back() >= 0s);
  for (const Duration latest : {Duration(1), Duration(7s), Duration(100h), Duration(1'000'000'000s)}) {
    for (const Duration earliest : {Duration(0), latest / 100, latest / 3, latest}) {
      const Ends ends = plot::time_classes(earliest, latest, 8);
      CHECK(ends.size() >= 2);
      CHECK(ends.size() <= 9);
      CHECK(std::is_sorted(ends.begin(), ends.end()));
      CHECK(ends.front() <= earliest);
      CHECK(ends.back() >= latest);
    }
  }
}

TEST_CASE("a cell that found no port at once is drawn, too") {
  HeatMap map = two_by_two();
  map.cells.back() = {200, 200, TimePoint{}, true};
  CHECK(drawn(map).find("100 % fail (200 of 200), the first at 0 s") != std::string::npos);
}

TEST_CASE("the page of a sweep holds maps, cells and scenario, and names nothing outside itself") {
  HeatMap map = two_by_two();
  map.scenario = {{"profile", "<nt4>"}};
  std::ostringstream out;
  write_sweep_page(map, out);
  const std::string page = out.str();
  CHECK(page.find("<h1>Ports run out in 1 of 4 combinations of rate_per_s and delay_s</h1>") !=
        std::string::npos);
  CHECK(page.find(
            "<td>20</td><td>240</td><td>200</td><td>50</td><td>25.0 %</td><td>198 s</td><td>fails</td>") !=
        std::string::npos);
  CHECK(page.find("<td class=\"text\">&lt;nt4&gt;</td>") != std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
}

TEST_CASE("the line of the closed form runs between what fails by it and what does not") {
  CHECK(drawn(two_by_two()).find("limit of the closed form") != std::string::npos);
  HeatMap unknown = two_by_two();
  unknown.cells.back().fails_by_theory.reset();
  CHECK(drawn(unknown).find("limit of the closed form") == std::string::npos);
}
