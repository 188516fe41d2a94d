#include "report/chart.hpp"

#include <chrono>

#include "catch.hpp"
#include "report/layout.hpp"
#include "sample_report.hpp"

using namespace portsim;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

/// A result with one timeline row a second.
Result result_of(std::uint64_t capacity, const std::vector<std::uint64_t>& ports,
                 const std::vector<std::size_t>& failed = {}) {
  Result result;
  result.capacity = capacity;
  result.window = std::chrono::seconds(ports.size());
  result.timeline_step = 1s;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    result.timeline.push_back({at(std::chrono::seconds(i + 1)), ports[i], {}, 1, 0});
  }
  for (const std::size_t i : failed) {
    result.timeline[i].failed = 1;
  }
  return result;
}

constexpr TextStyle kSmallAscii{18, false};  // ten columns of bars beside the labels
constexpr TextStyle kSmallUtf8{18, true};

}  // namespace

TEST_CASE("a small pool has one line for each port, the capacity above, failures below") {
  const Chart chart =
      draw_chart(result_of(3, {1, 1, 2, 2, 3, 3, 3, 3, 2, 0}, {6, 7}), TimePoint{}, kSmallAscii);
  CHECK(chart.lines == Lines{
                           "     3 |----------",
                           "       |    ####",
                           "       |  #######",
                           "       |#########",
                           "     0 ++-+-+-+--+",
                           "failed        xx",
                           "        0 s   10 s",
                       });
  CHECK(chart.top == 3);
  CHECK(chart.time_per_column == 1s);
}

TEST_CASE("a terminal with UTF-8 gets eighths of a line") {
  const Result result = result_of(64, {1, 2, 3, 4, 5, 6, 7, 8, 60, 64});
  const Chart chart = draw_chart(result, TimePoint{}, kSmallUtf8);
  REQUIRE(chart.lines.size() == 11);
  CHECK(chart.lines[0] == "    64 │┄┄┄┄┄┄┄┄┄┄");
  CHECK(chart.lines[1] == "       │        ▄█");
  CHECK(chart.lines[4] == "    32 │        ██");
  CHECK(chart.lines[8] == "       │▁▂▃▄▅▆▇███");
}

TEST_CASE("a bar reaches the capacity only where every port is in use, and one port can be seen") {
  const Chart chart =
      draw_chart(result_of(3977, {3976, 3977, 1, 0, 0, 0, 0, 0, 0, 0}), TimePoint{}, kSmallUtf8);
  CHECK(chart.lines[1] == "       │▇█");
  CHECK(chart.lines[8] == "       │██▁");
}

TEST_CASE("a column shows the largest of the steps that it covers") {
  std::vector<std::uint64_t> ports(1000, 0);
  ports[499] = 8;
  const Chart chart = draw_chart(result_of(8, ports, {999}), TimePoint{}, kSmallAscii);
  REQUIRE(chart.lines.size() == 12);
  CHECK(chart.lines[1] == "       |    #");
  CHECK(chart.lines[10] == "failed           x");
}

TEST_CASE("a timeline with fewer steps than columns fills them all") {
  const Chart chart = draw_chart(result_of(1, {0, 1}), TimePoint{}, kSmallAscii);
  CHECK(chart.lines[1] == "       |     #####");
}

TEST_CASE("low bars get a scale of their own") {
  const Chart chart =
      draw_chart(result_of(3977, {10, 20, 30, 33, 33, 33, 33, 33, 33, 33}), TimePoint{}, kSmallAscii);
  CHECK(chart.top == 40);
  CHECK(chart.lines[0] == "    40 |");
  CHECK(chart.lines[4] == "    20 |  ########");
}

TEST_CASE("the time axis begins where counting begins") {
  const Chart chart = draw_chart(result_of(2, {1, 1, 1, 1}), at(100s), {80, false});
  CHECK(chart.lines.back().find("100 s") == 8);
  CHECK(chart.lines.back().find("102 s") != std::string::npos);
  CHECK(chart.lines.back().size() == 80);
  CHECK(chart.lines.back().substr(75) == "104 s");
}

TEST_CASE("without a timeline there is no chart") {
  CHECK(draw_chart(Result{}, TimePoint{}, {}).lines.empty());
}

TEST_CASE("no line of a chart is wider than its style allows") {
  for (unsigned columns = 40; columns <= 132; ++columns) {
    for (const std::string& line : draw_chart(overload_report().result, TimePoint{}, {columns, true}).lines) {
      REQUIRE(display_width(line) <= columns);
    }
  }
}
