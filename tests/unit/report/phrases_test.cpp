#include "report/phrases.hpp"

#include <chrono>

#include "catch.hpp"

using namespace portsim;
using namespace std::chrono_literals;

TEST_CASE("large counts are grouped by thousands") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(72'000) == "72,000");
  CHECK(grouped(1'234'567) == "1,234,567");
}

TEST_CASE("means have three decimals, and a small one is not called 0") {
  CHECK(decimal(3866.7266277777776) == "3,866.727");
  CHECK(decimal(603.0) == "603");
  CHECK(decimal(0.25) == "0.25");
  CHECK(decimal(0.0) == "0");
  CHECK(decimal(0.0001) == "<0.001");
  CHECK(decimal(999.9996) == "1,000");
}

TEST_CASE("times read as people write them") {
  CHECK(human_time(0s) == "0 s");
  CHECK(human_time(7ns) == "7 ns");
  CHECK(human_time(30us) == "30 us");
  CHECK(human_time(1'500ns) == "1.5 us");
  CHECK(human_time(100ms) == "100 ms");
  CHECK(human_time(198'850ms) == "198.85 s");
  CHECK(human_time(240s) == "240 s");
  CHECK(human_time(599'999ms) == "599.999 s");
  CHECK(human_time(617'250ms) == "10 min 17.25 s");
  CHECK(human_time(1h) == "1 h");
  CHECK(human_time(1h + 30min) == "1 h 30 min");
  CHECK(human_time(24h) == "1 d");
  CHECK(human_time(52h + 500ms) == "2 d 4 h 1 s");
  CHECK(human_time(std::chrono::hours(24 * 3650)) == "3,650 d");
  CHECK(human_seconds(TimePoint{1'399'600ms}) == "1,399.6 s");
  CHECK(human_time(TimePoint{198'850ms}) == "198.85 s");
}

TEST_CASE("times that round up to the next unit use that unit") {
  CHECK(human_time(999'999'600ns) == "1 s");
  CHECK(human_time(599'999'600us) == "10 min");
  CHECK(human_time(1h - 1ns) == "1 h");
  CHECK(human_time(123'456'789ns) == "123.457 ms");
  CHECK(human_time(1'234'567'891ns) == "1.235 s");
}

TEST_CASE("a share is called 0 or 100 per cent only when it is exactly that") {
  CHECK(percent(0, 72'000) == "0 %");
  CHECK(percent(72'000, 72'000) == "100 %");
  CHECK(percent(12'345, 72'000) == "17.1 %");
  CHECK(percent(1, 2) == "50.0 %");
  CHECK(percent(1, 72'000) == "0.001 %");
  CHECK(percent(71'999, 72'000) == "99.999 %");
  CHECK(percent(999'999'999'999'999, 1'000'000'000'000'000) == "99.9999999999999 %");
  CHECK(percent(0, 0) == "0 %");
  CHECK(ratio_percent(0.17187239713476596, 2) == "17.19 %");
  CHECK(ratio_percent(0.00001, 2) == "0.001 %");
  CHECK(ratio_percent(0.99999, 2) == "99.999 %");
  CHECK(ratio_percent(0.0, 2) == "0 %");
  CHECK(ratio_percent(1.0, 2) == "100 %");
  CHECK(ratio_percent(1e-300, 2) == "<1e-15 %");
}

TEST_CASE("one port is a port, two are ports") {
  CHECK(counted(1, "port") == "1 port");
  CHECK(counted(0, "port") == "0 ports");
  CHECK(counted(3977, "port") == "3,977 ports");
}
