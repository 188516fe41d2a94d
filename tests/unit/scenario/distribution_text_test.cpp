#include "scenario/distribution_text.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Distribution distribution_of(std::string_view text) {
  const Parsed<Distribution> parsed = parse_distribution(text);
  CAPTURE(text);
  REQUIRE(holds_value(parsed));
  return std::get<Distribution>(parsed);
}

std::string fault(std::string_view text) {
  const Parsed<Distribution> parsed = parse_distribution(text);
  return holds_value(parsed) ? "" : std::get<Wrong>(parsed).what;
}

Distribution alone(const Law& law) { return {{{1.0, law}}}; }

TEST_CASE("a bare time is a constant") { CHECK(distribution_of("100ms") == Distribution::constant(100ms)); }

TEST_CASE("each law has its form") {
  CHECK(distribution_of("exp:100ms") == alone(Exponential{100ms}));
  CHECK(distribution_of("uniform:1s,0x5") == alone(Uniform{1s, 5s}));
  CHECK(distribution_of("lognormal:200ms,1.5") == alone(Lognormal{200ms, 1.5}));
  CHECK(distribution_of("pareto:50ms,2.5") == alone(Pareto{50ms, 2.5}));
}

TEST_CASE("a mix gives each law a weight") {
  const Distribution expected{{{0.8, Constant{100ms}}, {0.2, Exponential{30s}}}};
  CHECK(distribution_of("0.8*100ms+0.2*exp:30s") == expected);
  const Distribution with_arguments{{{8, Uniform{1s, 2s}}, {2, Pareto{1s, 3}}}};
  CHECK(distribution_of("8*uniform:1s,2s+2*pareto:1s,3") == with_arguments);
}

TEST_CASE("a plus sign in an exponent does not divide a mix") {
  const Distribution expected{{{1e21, Constant{1s}}, {3, Lognormal{1s, 1e2}}, {1, Constant{2s}}}};
  CHECK(distribution_of("1e+21*1s+3*lognormal:1s,1e+2+1*2s") == expected);
}

TEST_CASE("a mix of one is that one, whatever its weight") {
  CHECK(distribution_of("0.5*exp:1s") == alone(Exponential{1s}));
}

TEST_CASE("what is no distribution says why") {
  CHECK(fault("fast") == "\"fast\" is not a time: a time is a number with ns, us, ms, s, min, h, d or y");
  CHECK(fault("exp:fast") == "\"fast\" is not a time: a time is a number with ns, us, ms, s, min, h, d or y");
  CHECK(fault("exp:") != "");
  CHECK(fault("") != "");
  CHECK(fault("normal:1s,2s") ==
        "there is no distribution \"normal\": exp, uniform, lognormal, pareto or a bare time");
  CHECK(fault("uniform:1s") == "\"uniform:1s\" has not the form uniform:LOW,HIGH");
  CHECK(fault("uniform:1s,2s,3s") == "\"uniform:1s,2s,3s\" has not the form uniform:LOW,HIGH");
  CHECK(fault("uniform:1s,x") ==
        "\"x\" is not a time: a time is a number with ns, us, ms, s, min, h, d or y");
  CHECK(fault("lognormal:1s") == "\"lognormal:1s\" has not the form lognormal:MEDIAN,SIGMA");
  CHECK(fault("lognormal:1s,big") == "\"big\" is not a decimal number");
  CHECK(fault("lognormal:1s,-1") == "\"-1\" is below 0");
  CHECK(fault("pareto:1s") == "\"pareto:1s\" has not the form pareto:MINIMUM,SHAPE");
  CHECK(fault("pareto:1x,2") != "");
}

TEST_CASE("in a mix every part needs a weight, and a mix does not nest") {
  CHECK(fault("1s+2s") == "every part of a mix has the form WEIGHT*DURATION, and \"1s\" has no weight");
  CHECK(fault("0.5*1s+2s") == "every part of a mix has the form WEIGHT*DURATION, and \"2s\" has no weight");
  CHECK(fault("0.5*1s+") != "");
  CHECK(fault("x*1s") == "\"x\" is not a decimal number");
  CHECK(fault("-1*1s+2*2s") == "\"-1\" is below 0");
  CHECK(fault("0.5*0.5*1s") != "");
  CHECK(fault("0.5*(1*1s+1*2s)") != "");
}

TEST_CASE("every distribution prints as it is read") {
  for (const std::string text :
       {"100ms", "0s", "exp:1h", "uniform:1ns,240s", "lognormal:200ms,1.5", "pareto:50ms,2.5",
        "0.8*100ms+0.2*exp:30s", "1e-7*1s+1e+21*2s+0*uniform:1s,2s"}) {
    CHECK(distribution_text(distribution_of(text)) == text);
  }
}

}  // namespace
}  // namespace portsim
