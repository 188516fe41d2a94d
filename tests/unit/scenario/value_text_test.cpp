#include "scenario/value_text.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Duration time_of(std::string_view text) {
  const Parsed<Duration> parsed = parse_duration(text);
  CAPTURE(text);
  REQUIRE(holds_value(parsed));
  return std::get<Duration>(parsed);
}

std::string time_fault(std::string_view text) {
  const Parsed<Duration> parsed = parse_duration(text);
  return holds_value(parsed) ? "" : std::get<Wrong>(parsed).what;
}

Rate rate_of(std::string_view text) {
  const Parsed<Rate> parsed = parse_rate(text);
  CAPTURE(text);
  REQUIRE(holds_value(parsed));
  return std::get<Rate>(parsed);
}

std::string rate_fault(std::string_view text) {
  const Parsed<Rate> parsed = parse_rate(text);
  return holds_value(parsed) ? "" : std::get<Wrong>(parsed).what;
}

TEST_CASE("a bare or hexadecimal time is in seconds") {
  CHECK(time_of("240") == 240s);
  CHECK(time_of("0xF0") == 240s);
  CHECK(time_of("0X1e") == 30s);
  CHECK(time_of("0") == 0s);
  CHECK(time_of("0.5") == 500ms);
  CHECK(time_of(".5") == 500ms);
}

TEST_CASE("a time may have any of eight units") {
  CHECK(time_of("7ns") == 7ns);
  CHECK(time_of("7us") == 7us);
  CHECK(time_of("7ms") == 7ms);
  CHECK(time_of("7s") == 7s);
  CHECK(time_of("4min") == 240s);
  CHECK(time_of("7h") == 7h);
  CHECK(time_of("2d") == 48h);
  CHECK(time_of("1y") == 8760h);
}

TEST_CASE("a decimal time is exact to the nanosecond") {
  CHECK(time_of("0.000000001") == 1ns);
  CHECK(time_of("1.5us") == 1500ns);
  CHECK(time_of("0.001us") == 1ns);
  CHECK(time_of("123456789.123456789") == Duration{123'456'789'123'456'789});
  CHECK(time_of("0.1d") == 8640s);
  CHECK(time_of("1.000000000000") == 1s);
}

TEST_CASE("a time finer than a nanosecond is an error") {
  CHECK(time_fault("0.0000000001") ==
        "\"0.0000000001\" is finer than a nanosecond, the smallest step of a time");
  CHECK(time_fault("0.5ns") == "\"0.5ns\" is finer than a nanosecond, the smallest step of a time");
  CHECK(time_fault(".0000000000000000000000001") ==
        "\".0000000000000000000000001\" is finer than a nanosecond, the smallest step of a time");
  CHECK(time_fault("1.0001us") != "");
  CHECK(time_fault("0.0000000000000000000000001") ==
        "\"0.0000000000000000000000001\" is finer than a nanosecond, the smallest step of a time");
}

TEST_CASE("a time is at most 10^9 s") {
  CHECK(time_of("1000000000") == kLongestDelay);
  CHECK(time_of("0x3B9ACA00") == kLongestDelay);
  CHECK(time_fault("1000000001.000000001") ==
        "\"1000000001.000000001\" is too long: a time is at most 1000000000 s");
  CHECK(time_fault("0x3B9ACA01") == "\"0x3B9ACA01\" is too long: a time is at most 1000000000 s");
  CHECK(time_fault("1000000000.000000001") != "");
  CHECK(time_fault("32y") == "\"32y\" is too long: a time is at most 1000000000 s");
  CHECK(time_fault("9999999999999999999999") ==
        "\"9999999999999999999999\" is too long: a time is at most 1000000000 s");
}

TEST_CASE("what is not a time says what a time is") {
  for (const std::string_view text : {"", "s", "fast", "-1", "+1", "1e3", "5m", "5 s", " 5", "5s ", "1.2.3",
                                      ".", "5S", "5msec", "nan", "1,5"}) {
    CAPTURE(text);
    CHECK(time_fault(text) == "\"" + std::string(text) +
                                  "\" is not a time: a time is a number with ns, us, ms, s, min, h, d or y");
  }
  CHECK(time_fault("0x") == "\"0x\" is not a time: 0x begins a hexadecimal number of seconds");
  CHECK(time_fault("0xF0s") == "\"0xF0s\" is not a time: 0x begins a hexadecimal number of seconds");
}

TEST_CASE("a time prints in the largest unit that gives a whole number") {
  CHECK(duration_text(0s) == "0s");
  CHECK(duration_text(1ns) == "1ns");
  CHECK(duration_text(1500ns) == "1500ns");
  CHECK(duration_text(10ms) == "10ms");
  CHECK(duration_text(1500ms) == "1500ms");
  CHECK(duration_text(240s) == "240s");
  CHECK(duration_text(3600s) == "1h");
  CHECK(duration_text(5400s) == "5400s");
  CHECK(duration_text(48h) == "48h");
  CHECK(duration_text(kLongestDelay) == "1000000000s");
}

TEST_CASE("a rate keeps the decimal and the unit that were written") {
  CHECK(rate_of("20/s") == Rate{20, 0, RateUnit::per_second});
  CHECK(rate_of("20") == Rate{20, 0, RateUnit::per_second});
  CHECK(rate_of("1200/min") == Rate{1200, 0, RateUnit::per_minute});
  CHECK(rate_of("16.5625520573/s") == Rate{165'625'520'573, 10, RateUnit::per_second});
  CHECK(rate_of(".5/h") == Rate{5, 1, RateUnit::per_hour});
  CHECK(rate_of("20.50/s") == Rate{205, 1, RateUnit::per_second});
}

TEST_CASE("k and M are a thousand and a million") {
  CHECK(rate_of("72k/h") == Rate{72'000, 0, RateUnit::per_hour});
  CHECK(rate_of("1.5M/d") == Rate{1'500'000, 0, RateUnit::per_day});
  CHECK(rate_of("1.2345k") == Rate{12'345, 1, RateUnit::per_second});
  CHECK(rate_of("0.0001k/s") == Rate{1, 1, RateUnit::per_second});
}

TEST_CASE("what is not a rate says why") {
  for (const std::string_view text : {"", "/s", "fast", "-20/s", "k/h", ".", "./s"}) {
    CAPTURE(text);
    CHECK(rate_fault(text) ==
          "\"" + std::string(text) + "\" is not a rate: it begins with a number of connections");
  }
  for (const std::string_view text : {"20/sec", "20s", "20 /s", "20K", "20kM/s", "20/s/s", "20/"}) {
    CAPTURE(text);
    CHECK(rate_fault(text) ==
          "\"" + std::string(text) +
              "\" is not a rate: a number, k or M if wanted, then /s, /min, /h, /d or nothing");
  }
}

TEST_CASE("a rate has no exponent") {
  CHECK(rate_fault("1e3/s") ==
        "\"1e3/s\" is not a rate: it is written without an exponent, 1000M/s for 10^9 per second");
}

TEST_CASE("a rate has at most 18 digits, k and M written out") {
  CHECK(holds_value(parse_rate("999999999999999999/s")));
  CHECK(rate_fault("1000000000000000000/s") != "");
  CHECK(rate_fault("1000000000000000M/s") ==
        "\"1000000000000000M/s\" is not a rate: it has more than 18 digits");
  CHECK(rate_fault("0.0000000000000000001/s") != "");
}

TEST_CASE("a rate prints as it is read") {
  for (const std::string text : {"20/s", "16.5625520573/s", "1200/min", "72000/h", "0.5/d"}) {
    CHECK(rate_text(rate_of(text)) == text);
  }
  CHECK(rate_text(rate_of("1.5M/d")) == "1500000/d");
}

TEST_CASE("ports are single ones and ranges with both ends, in ascending order") {
  const auto ranges = parse_ranges("7000-7100,1024-5000,6000");
  REQUIRE(holds_value(ranges));
  CHECK(std::get<std::vector<PortRange>>(ranges) ==
        std::vector<PortRange>{{1024, 5000}, {6000, 6000}, {7000, 7100}});
  CHECK(ranges_text(std::get<std::vector<PortRange>>(ranges)) == "1024-5000,6000,7000-7100");
}

TEST_CASE("ports lie within 1 to 65535") {
  CHECK(holds_value(parse_ranges("1-65535")));
  for (const std::string_view text : {"", "0", "0-10", "65536", "1-65536", "10-", "-10", "a-b", "1-2-3",
                                      "1,,2", "1,", "1 - 2", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(holds_value(parse_ranges(text)));
  }
  CHECK(std::get<Wrong>(parse_ranges("1024-5000,0-7")).what ==
        "\"0-7\" is not a range of ports within 1 to 65535");
}

TEST_CASE("a count has limits, and may be hexadecimal") {
  CHECK(std::get<std::uint64_t>(parse_count("0x10", 1, 100)) == 16);
  CHECK(std::get<Wrong>(parse_count("101", 1, 100)).what == "\"101\" is not a whole number from 1 to 100");
  CHECK(std::get<Wrong>(parse_count("101", 1, 100)).example == "100");
  CHECK(std::get<Wrong>(parse_count("0", 1, 100)).example == "1");
  CHECK_FALSE(holds_value(parse_count("1.5", 1, 100)));
  CHECK_FALSE(holds_value(parse_count("-1", 0, 100)));
}

}  // namespace
}  // namespace portsim
