#include "settings_support.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

bool is_legal(const std::string& name, const std::string& value) {
  return faults_of(name == "rate" ? Level{{name, value}} : Level{{"rate", "20/s"}, {name, value}}).empty();
}

/// The faults that `validate` finds once `change` was made to a scenario without any.
template <class Change>
std::vector<Fault> faults_after(Change change) {
  Scenario scenario = scenario_of({{"rate", "20/s"}});
  change(scenario);
  auto checked = validate(std::move(scenario));
  auto* faults = std::get_if<std::vector<Fault>>(&checked);
  return faults == nullptr ? std::vector<Fault>{} : std::move(*faults);
}

TEST_CASE("TIME_WAIT cannot be set on nt351, and the remedy names Service Pack 5") {
  CHECK(faults_of({{"rate", "5"}, {"profile", "nt351"}, {"delay", "240"}}).empty());
  for (const std::string delay : {"120", "239.999999999", "241"}) {
    const std::vector<Fault> faults = faults_of({{"rate", "5"}, {"profile", "nt351"}, {"delay", delay}});
    REQUIRE(faults.size() == 1);
    CHECK(line(faults.front()) == "--delay " + delay +
                                      ": the TIME_WAIT delay must be 240 seconds on profile nt351 / Service "
                                      "Pack 5 is needed to change it: try --profile nt351-sp5");
  }
  CHECK(faults_of({{"rate", "5"}, {"profile", "nt351-sp5"}, {"delay", "120"}}).empty());
}

TEST_CASE("any TIME_WAIT delay is a what-if on a stack without documented limits") {
  for (const std::string delay : {"0", "1ns", "15ms", "1000000000"}) {
    CHECK(faults_of({{"rate", "5"}, {"profile", "macos"}, {"delay", delay}}).empty());
  }
}

TEST_CASE("TcpTimedWaitDelay is 30 to 300 whole seconds on nt4") {
  CHECK(is_legal("delay", "30"));
  CHECK(is_legal("delay", "300"));
  CHECK(is_legal("delay", "0.5min"));
  CHECK(line(fault_of("delay", "20")) ==
        "--delay 20: TcpTimedWaitDelay must be 30 to 300 seconds on profile nt4 / try --delay 30, or a "
        "profile without that limit (portsim profiles)");
  CHECK(line(fault_of("delay", "29")) ==
        "--delay 29: TcpTimedWaitDelay must be 30 to 300 seconds on profile nt4 / try --delay 30, or a "
        "profile without that limit (portsim profiles)");
  CHECK(line(fault_of("delay", "301")) ==
        "--delay 301: TcpTimedWaitDelay must be 30 to 300 seconds on profile nt4 / try --delay 300, or a "
        "profile without that limit (portsim profiles)");
  CHECK(line(fault_of("delay", "300.000000001")) ==
        "--delay 300.000000001: TcpTimedWaitDelay must be 30 to 300 seconds on profile nt4 / try --delay "
        "300, or a profile without that limit (portsim profiles)");
  CHECK(
      line(fault_of("delay", "99.5")) ==
      "--delay 99.5: TcpTimedWaitDelay must be whole seconds on profile nt4 / try --delay 99 or --delay 100");
}

TEST_CASE("a stack without a named knob has limits and a step of its own") {
  const auto change = [](Duration delay) {
    return [delay](Scenario& s) {
      s.stack.name = "mine";
      s.stack.time_wait_knob.clear();
      s.stack.time_wait_limits = {.least = 0s, .most = 60s, .step = 15ms};
      s.time_wait = delay;
    };
  };
  CHECK(faults_after(change(150ms)).empty());
  CHECK(faults_after(change(0s)).empty());
  REQUIRE(faults_after(change(20ms)).size() == 1);
  CHECK(line(faults_after(change(20ms)).front()) ==
        "delay 20ms: the TIME_WAIT delay must be a multiple of 15ms on profile mine / "
        "try --delay 0.015 or --delay 0.03");
  CHECK(line(faults_after(change(61s)).front()) ==
        "delay 61s: the TIME_WAIT delay must be 0 to 60 seconds on profile mine / try --delay 60, or a "
        "profile without that limit (portsim profiles)");
}

TEST_CASE("a rate lies within 1e-9 and 1e9 per second, both exactly included") {
  CHECK(is_legal("rate", "0.000000001/s"));
  CHECK(is_legal("rate", "0.00000006/min"));
  CHECK(is_legal("rate", "0.0000864/d"));
  CHECK(is_legal("rate", "1000M/s"));
  CHECK(is_legal("rate", "86400000M/d"));
  for (const std::string value : {"0", "0/s", "0.000000000999999999/s", "0.0000863999999999/d"}) {
    CHECK(line(fault_of("rate", value)) ==
          "--rate " + value + ": the rate must be 1e-9 to 1e9 connections per second / try --rate 20/s");
  }
  for (const std::string value : {"1000000000.00000001/s", "86400000000001/d", "3600000000001/h"}) {
    CHECK(line(fault_of("rate", value)) ==
          "--rate " + value + ": the rate must be 1e-9 to 1e9 connections per second / try --rate 1000M/s");
  }
}

TEST_CASE("a rate without a number says what is wrong and what to do") {
  CHECK(line(fault_of("rate", "/s")) ==
        "--rate /s: \"/s\" is not a rate: it begins with a number of connections / "
        "try --rate 20/s, 1200/min or 72k/h");
  CHECK(line(fault_of("rate", "fast")) ==
        "--rate fast: \"fast\" is not a rate: it begins with a number of connections / "
        "try --rate 20/s, 1200/min or 72k/h");
}

TEST_CASE("a range that ends before it begins is told the right way round") {
  CHECK(line(fault_of("ports", "5000-1024")) ==
        "--ports 5000-1024: the range 5000-1024 ends before it begins / try --ports 1024-5000");
  CHECK(line(fault_of("reserved-ports", "30-20")) ==
        "--reserved-ports 30-20: the range 30-20 ends before it begins / try --reserved-ports 20-30");
}

TEST_CASE("ranges of one list may touch but not overlap") {
  CHECK(is_legal("ports", "1024-2000,2001-5000"));
  CHECK(line(fault_of("ports", "1024-5000,5000-6000")) ==
        "--ports 1024-5000,5000-6000: 1024-5000 and 5000-6000 overlap / name each port once");
  CHECK(line(fault_of("ports", "1500,1024-5000")) ==
        "--ports 1500,1024-5000: 1024-5000 and 1500 overlap / name each port once");
  CHECK(fault_of("reserved-ports", "80,80").what == "80 and 80 overlap");
}

TEST_CASE("reserved ports outside the ranges are harmless") {
  CHECK(is_legal("reserved-ports", "80,60000-65535"));
}

TEST_CASE("at least one port must be left") {
  CHECK(line(fault_of("reserved-ports", "1024-5000")) ==
        "--reserved-ports 1024-5000: every port of 1024-5000 is reserved: none is left / "
        "reserve fewer, or widen --ports");
  CHECK(is_legal("ports-in-use", "3976"));
  CHECK(line(fault_of("ports-in-use", "3977")) ==
        "--ports-in-use 3977: the pool has 3977 ports, and at least one must be left / "
        "try --ports-in-use 3976 or less, or widen --ports");
  CHECK(fault_of("ports-in-use", "65536").what == "\"65536\" is not a whole number from 0 to 65535");
}

TEST_CASE("the run lasts longer than 0, and longer than its warm-up") {
  CHECK(line(fault_of("duration", "0")) ==
        "--duration 0: the run must last longer than 0 / try --duration 1h");
  CHECK(is_legal("duration", "1ns"));
  CHECK(is_legal("warm-up", "3599.999999999"));
  CHECK(line(fault_of("warm-up", "1h")) ==
        "--warm-up 1h: the warm-up must be shorter than the run, which lasts 1h / "
        "try --warm-up 0 or a longer --duration");
}

TEST_CASE("the loss is a probability below 1") {
  CHECK(is_legal("loss", "0"));
  CHECK(is_legal("loss", "0.999"));
  CHECK(fault_of("loss", "1").what == "the loss is a probability: 0 or more, and less than 1");
  CHECK(fault_of("loss", "2").what == "the loss is a probability: 0 or more, and less than 1");
  CHECK(line(fault_of("loss", "1%")) == "--loss 1%: \"1%\" is not a decimal number / try --loss 0.01");
  CHECK_FALSE(is_legal("loss", "-0.1"));
}

TEST_CASE("the share of unreachable peers is given once, and at most 1") {
  CHECK(is_legal("unreachable", "1"));
  CHECK(fault_of("unreachable", "1.01").what == "the share of unreachable peers must be 0 to 1");
  const std::vector<Fault> faults =
      faults_of({{"rate", "1"}, {"close", "client=1,unreachable=1"}, {"unreachable", "0.5"}});
  REQUIRE(faults.size() == 1);
  CHECK(line(faults[0]) ==
        "--unreachable 0.5: --close gives the unreachable peers a weight already / leave out one of the two");
}

TEST_CASE("weights are not all 0") {
  CHECK(line(fault_of("close", "client=0,server=0")) ==
        "--close client=0,server=0: the weights must be 0 or more, and not all 0 / "
        "try --close client=0.9,server=0.1");
  CHECK_FALSE(is_legal("close", "client=0"));
  CHECK_FALSE(is_legal("close", "client=1e308,server=1e308"));
  CHECK(line(fault_of("lifetime", "0*1s+0*2s")) ==
        "--lifetime 0*1s+0*2s: the weights of a mix must be 0 or more, and not all 0 / "
        "try --lifetime 0.8*100ms+0.2*exp:30s");
  CHECK_FALSE(is_legal("rtt", "0*1s"));
}

TEST_CASE("the parameters of a distribution have limits") {
  CHECK(fault_of("lifetime", "exp:0").what == "the mean of an exponential distribution must be above 0");
  CHECK(fault_of("rtt", "uniform:2s,1s").what == "the lower end 2s is above the upper end 1s");
  CHECK(fault_of("client-close-delay", "pareto:1s,0").what ==
        "the shape of a Pareto distribution must be above 0");
  CHECK(is_legal("lifetime", "uniform:1s,1s"));
  CHECK(is_legal("peer-close-delay", "lognormal:1s,0"));
  CHECK(faults_of({{"rate", "1"}, {"lifetime", "0.5*exp:0+0.5*uniform:2s,1s"}}).size() == 2);
}

TEST_CASE("times ON last, retries wait, and backoff ends before time does") {
  CHECK(fault_of("arrivals", "onoff:0,5s").what == "the time ON must be above 0");
  CHECK(is_legal("arrivals", "onoff:5s,0"));
  CHECK_FALSE(is_legal("retry", "fixed:0,3"));
  CHECK(is_legal("retry", "fixed:1ns,1000000"));
  CHECK(fault_of("retry", "fixed:1s,1000001").what == "fixed takes 1 to 1000000 further tries");
  CHECK(is_legal("retry", "backoff:1s,62"));
  CHECK(fault_of("retry", "backoff:1s,63").what == "backoff takes 1 to 62 further tries");
}

TEST_CASE("keep-alive carries at least one request") {
  CHECK(fault_of("requests-per-connection", "0").what == "\"0\" is not a whole number from 1 to 1000000000");
}

TEST_CASE("where none is possible, a fault says so") {
  CHECK(line(fault_of("connect-timeout", "never")) ==
        "--connect-timeout never: \"never\" is not a time: a time is a number with ns, us, ms, s, min, h, d "
        "or y / "
        "try --connect-timeout 30s or none");
}

TEST_CASE("validate finds what no text can say") {
  CHECK(faults_after([](Scenario&) {}).empty());
  CHECK(faults_after([](Scenario& s) { s.ports.clear(); }).front().what == "there are no ports");
  CHECK(faults_after([](Scenario& s) { s.ports = {{0, 10}}; }).front().what == "ports lie within 1 to 65535");
  CHECK(faults_after([](Scenario& s) { s.lifetime.components.clear(); }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.lifetime = Distribution::constant(-1ns); }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.rtt = Distribution::constant(kLongestDelay + 1ns); }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.closers[0] = -1; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.closers[5] = 1; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.loss = -0.1; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.connect_timeout = -1ns; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.fin_wait_2_timeout = kLongestDelay + 1ns; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.duration = kLongestDelay + 1ns; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.warm_up = -1ns; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.replication = 0; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.stack.syn_waits.clear(); }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.stack.fin_waits = {-1s}; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { s.retry = {RetryPolicy::Kind::fixed, 1s, 0}; }).size() == 1);
  CHECK(faults_after([](Scenario& s) { std::get<GeneratedLoad>(s.load).rate.decimals = 19; }).size() == 1);
  CHECK(faults_after([](Scenario& s) {
          std::get<GeneratedLoad>(s.load).arrivals = BatchArrivals{0};
        }).size() == 1);
  CHECK(faults_after([](Scenario& s) {
          std::get<GeneratedLoad>(s.load).requests_per_connection = 0;
        }).size() == 1);
}

}  // namespace
}  // namespace portsim
