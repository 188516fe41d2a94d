#include "study/axis_values.hpp"

#include "catch.hpp"
#include "scenario/options.hpp"

namespace portsim {
namespace {

using Texts = std::vector<std::string>;

Texts values(ValueKind kind, const std::string& text) {
  const auto parsed = expand_values(kind, text);
  if (const Wrong* wrong = std::get_if<Wrong>(&parsed)) {
    return {"wrong: " + wrong->what};
  }
  return std::get<Texts>(parsed);
}

bool is_wrong(ValueKind kind, const std::string& text) { return !holds_value(expand_values(kind, text)); }

ValueKind kind_of(std::string_view option) { return value_kind(find_option(option)->description); }

std::string column_of(std::string_view option) { return column_name(find_option(option)->description); }

}  // namespace

TEST_CASE("a list of numbers is several values, each with its own text") {
  CHECK(values(ValueKind::time, "30,60,120,240") == Texts{"30", "60", "120", "240"});
  CHECK(values(ValueKind::time, "none,30s,4min") == Texts{"none", "30s", "4min"});
  CHECK(values(ValueKind::count, "0x10,3") == Texts{"0x10", "3"});
  CHECK(values(ValueKind::rate, "20/s") == Texts{"20/s"});
}

TEST_CASE("a range holds both ends and is exact to the last decimal") {
  CHECK(values(ValueKind::rate, "5..20:5/s") == Texts{"5/s", "10/s", "15/s", "20/s"});
  CHECK(values(ValueKind::time, "0.1..0.5:0.1") == Texts{"0.1", "0.2", "0.3", "0.4", "0.5"});
  CHECK(values(ValueKind::time, "10ms..30ms:10ms") == Texts{"10ms", "20ms", "30ms"});
  CHECK(values(ValueKind::rate, "1..2:0.5k/s") == Texts{"1k/s", "1.5k/s", "2k/s"});
  CHECK(values(ValueKind::count, "7..7:3") == Texts{"7"});
  CHECK(values(ValueKind::share, "0..0.000000000000000003:0.000000000000000001").size() == 4);
}

TEST_CASE("a range ends at the last step that does not pass its end") {
  CHECK(values(ValueKind::count, "1..10:4") == Texts{"1", "5", "9"});
}

TEST_CASE("a range without a step goes by one") {
  CHECK(values(ValueKind::count, "1..4") == Texts{"1", "2", "3", "4"});
  CHECK(values(ValueKind::rate, "1..3/min") == Texts{"1/min", "2/min", "3/min"});
}

TEST_CASE("a list may hold ranges") {
  CHECK(values(ValueKind::time, "5,10..30:10,100") == Texts{"5", "10", "20", "30", "100"});
}

TEST_CASE("a range that makes no sense is refused") {
  for (const std::string text :
       {"5..1:1", "1..5:0", "..5:1", "1..:1", "1..5:x", "1..2..3:1", "a..b:1", "-1..5:1", "1s..5min:1s",
        "1..1000001:1", "0..0.000001:0.0000000000000000001"}) {
    CAPTURE(text);
    CHECK(is_wrong(ValueKind::time, text));
  }
  CHECK(values(ValueKind::count, "1..1000000").size() == 1'000'000);
}

TEST_CASE("a list whose last unit may have been meant for all is refused") {
  CHECK(is_wrong(ValueKind::rate, "5,10/min"));
  CHECK(is_wrong(ValueKind::time, "100,200ms"));
  CHECK(values(ValueKind::rate, "5,10/s") == Texts{"5", "10/s"});
  CHECK(values(ValueKind::time, "0,100ms") == Texts{"0", "100ms"});
  CHECK(values(ValueKind::time, "0x1e,4min") == Texts{"0x1e", "4min"});
}

TEST_CASE("where the comma is part of a value, a text is one value") {
  CHECK(values(kind_of("lifetime"), "uniform:1s,2s") == Texts{"uniform:1s,2s"});
  CHECK(values(kind_of("ports"), "1024-5000,6000") == Texts{"1024-5000,6000"});
  CHECK(values(kind_of("arrivals"), "onoff:1s,2s") == Texts{"onoff:1s,2s"});
  CHECK(values(kind_of("retry"), "fixed:1s,3") == Texts{"fixed:1s,3"});
  CHECK(values(kind_of("close"), "client=0.9,server=0.1") == Texts{"client=0.9,server=0.1"});
  CHECK(values(kind_of("syn-waits"), "3s,6s") == Texts{"3s,6s"});
}

TEST_CASE("every option whose value is a number reads a number of its kind") {
  int numbers = 0;
  for (const Option& option : option_table()) {
    CAPTURE(option.description.name);
    Draft draft;
    if (value_kind(option.description) != ValueKind::text) {
      CHECK_FALSE(option.read("1", draft).has_value());
      ++numbers;
    }
  }
  CHECK(numbers > 20);
  for (const std::string_view name :
       {"rate", "delay", "ports-in-use", "destinations", "source-addresses", "seed", "duration", "loss",
        "max-time-wait", "requests-per-connection"}) {
    CAPTURE(name);
    CHECK_FALSE(kind_of(name) == ValueKind::text);
  }
}

TEST_CASE("a row shows numbers as bare decimals in one unit") {
  CHECK(plain_value(ValueKind::rate, "1200/min") == PlainValue{"20", true});
  CHECK(plain_value(ValueKind::rate, "72k/h") == PlainValue{"20", true});
  CHECK(plain_value(ValueKind::rate, "1/d") == PlainValue{"0.000011574074074074073", true});
  CHECK(plain_value(ValueKind::rate, "27/d") == PlainValue{"0.0003125", true});
  CHECK(plain_value(ValueKind::rate, "16.5625520573") == PlainValue{"16.5625520573", true});
  CHECK(plain_value(ValueKind::time, "0xF0") == PlainValue{"240", true});
  CHECK(plain_value(ValueKind::time, "1ns") == PlainValue{"0.000000001", true});
  CHECK(plain_value(ValueKind::duration, "100ms") == PlainValue{"0.1", true});
  CHECK(plain_value(ValueKind::share, "1e-3") == PlainValue{"0.001", true});
  CHECK(plain_value(ValueKind::count, "0x10") == PlainValue{"16", true});
}

TEST_CASE("a row shows what is no number as it was given") {
  CHECK(plain_value(ValueKind::time, "none") == PlainValue{"none", false});
  CHECK(plain_value(ValueKind::time, "loopback:1s") == PlainValue{"loopback:1s", false});
  CHECK(plain_value(ValueKind::duration, "exp:1s") == PlainValue{"exp:1s", false});
  CHECK(plain_value(ValueKind::text, "1024") == PlainValue{"1024", false});
}

TEST_CASE("a column has the name of its option, with the unit") {
  CHECK(column_of("rate") == "rate_per_s");
  CHECK(column_of("delay") == "delay_s");
  CHECK(column_of("lifetime") == "lifetime_s");
  CHECK(column_of("fin-wait-2-timeout") == "fin_wait_2_timeout_s");
  CHECK(column_of("ports-in-use") == "ports_in_use");
  CHECK(column_of("seed") == "seed");
  CHECK(column_of("ports") == "ports");
}

}  // namespace portsim
