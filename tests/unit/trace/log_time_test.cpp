#include "trace/log_time.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

TEST_CASE("seconds of a log are exact to the nanosecond", "[log_time]") {
  CHECK(parse_log_seconds("1521911720.615923") == 1521911720'615923000);
  CHECK(parse_log_seconds("0") == 0);
  CHECK(parse_log_seconds("0.000000001") == 1);
  CHECK(parse_log_seconds(".5") == 500'000'000);
  CHECK(parse_log_seconds("7.") == 7'000'000'000);
  CHECK(parse_log_seconds("1521911720.6159231239999") == 1521911720'615923123);
  CHECK(parse_log_seconds("9000000000") == 9'000'000'000'000'000'000);
}

TEST_CASE("seconds of a log may have an exponent", "[log_time]") {
  CHECK(parse_log_seconds("1.521911720615923e9") == 1521911720'615923000);
  CHECK(parse_log_seconds("15E-1") == 1'500'000'000);
  CHECK(parse_log_seconds("2e+0") == 2'000'000'000);
  CHECK(parse_log_seconds("1e-12") == 0);
}

TEST_CASE("what is no time in seconds is none", "[log_time]") {
  for (const char* text :
       {"", ".", "-1", "1x", "1.2.3", "1e", "1e1234", "1e99", "99999999999", "nan", " 1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_log_seconds(text).has_value());
  }
}

TEST_CASE("a date of ISO 8601 is a time from 1970 on", "[log_time]") {
  constexpr std::int64_t kTime = 1521911720'000000000;
  CHECK(parse_iso_time("2018-03-24T17:15:20.615923Z") == kTime + 615'923'000);
  CHECK(parse_iso_time("2018-03-24T19:15:20+02:00") == kTime);
  CHECK(parse_iso_time("2018-03-24 13:15:20 -0400") == kTime);
  CHECK(parse_iso_time("2018/03/24 17:15:20") == kTime);
  for (const char* text : {"", "2018-03-24", "2018-13-24T17:15:20Z", "2018-02-30T17:15:20Z",
                           "2018-03-24T25:15:20Z", "2018-03-24T17:15:20.Z", "2018-03-24T17:15:20Zulu"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso_time(text).has_value());
  }
}

TEST_CASE("the time of a web server is a time from 1970 on", "[log_time]") {
  CHECK(parse_web_time("24/Mar/2018:17:15:20.615") == 1521911720'615000000);
  CHECK(parse_web_time("24/Mar/2018:13:15:20 -0400") == 1521911720'000000000);
  CHECK_FALSE(parse_web_time("24/Mai/2018:13:15:20").has_value());
  CHECK_FALSE(parse_web_time("24/Mar/2018").has_value());
}

TEST_CASE("a length of time may have units", "[log_time]") {
  CHECK(parse_log_length("1.5") == 1'500'000'000);
  CHECK(parse_log_length("250ms") == 250'000'000);
  CHECK(parse_log_length("1m2.5s") == 62'500'000'000);
  CHECK(parse_log_length("15.46us") == 15'460);
  CHECK_FALSE(parse_log_length("1 fortnight").has_value());
  CHECK_FALSE(parse_log_length("ms").has_value());
  CHECK_FALSE(parse_log_length("").has_value());
}

TEST_CASE("times that would lie outside of all times are the first or the last", "[log_time]") {
  constexpr std::int64_t kLatest = 9'000'000'000'000'000'000;
  CHECK(time_after(5, 3) == 8);
  CHECK(time_after(kLatest - 1, kLatest) == kLatest);
  CHECK(time_before(5, 3) == 2);
  CHECK(time_before(5, 9) == 0);
  CHECK(parse_log_length("2500000h2500000h") == kLatest);
}

}  // namespace
}  // namespace portsim
