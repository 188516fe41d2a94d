#include "study/port_forecast.hpp"

#include <catch.hpp>

using namespace portsim;
using namespace std::chrono_literals;

namespace {

/// A pool without the timer wheel of Linux, so that numbers are round.
std::vector<std::vector<Setting>> levels(const std::string& ports, const std::string& delay = "60") {
  return {{{"profile", "linux", ""},
           {"ports", ports, ""},
           {"delay", delay, ""},
           {"timer-hz", "none", ""},
           {"lifetime", "0", ""},
           {"rtt", "0", ""}}};
}

PoolState steady(std::uint64_t per_second) {
  PoolState state;
  state.time_wait = 60s;
  state.through_time_wait = PortFlow::of(per_second, 1s);
  return state;
}

}  // namespace

TEST_CASE("an empty pool lasts as long as it has ports for the rate") {
  CHECK(forecast_ports(levels("40000-40999"), steady(50)).exhausted_after == Duration(20020ms));
}

TEST_CASE("ports that are in use now bring the failure forward by their number") {
  PoolState state = steady(50);
  state.staying = 100;
  state.time_wait_left.assign(200, 59s);
  CHECK(forecast_ports(levels("40000-40999"), state).exhausted_after == Duration(14020ms));
}

TEST_CASE("ports whose TIME_WAIT ends while the pool fills serve again") {
  PoolState state = steady(50);
  state.time_wait_left.assign(500, 5s);
  CHECK(forecast_ports(levels("40000-40999"), state).exhausted_after == Duration(20020ms));
}

TEST_CASE("a pool that gives ports back as fast as they are taken is never used up") {
  const PortForecast forecast = forecast_ports(levels("40000-40999"), steady(16));
  CHECK_FALSE(forecast.exhausted_after);
  CHECK(forecast.horizon >= Duration(120s));
}

TEST_CASE("connections that stay use a pool up in the end") {
  PoolState state = steady(10);  // 600 ports in TIME_WAIT
  state.growth = PortFlow::of(1, 10s);
  const PortForecast forecast = forecast_ports(levels("40000-40999"), state);
  REQUIRE(forecast.exhausted_after);
  CHECK(*forecast.exhausted_after == Duration(4010s));  // the 401st that stays
}

TEST_CASE("a full pool without a timer fails at the next attempt") {
  PoolState state = steady(10);
  state.staying = 1000;
  CHECK(forecast_ports(levels("40000-40999"), state).exhausted_after == Duration(100ms));
}

TEST_CASE("the stack's own reuse on the loopback counts") {
  PoolState state = steady(50);
  state.is_loopback = true;
  CHECK_FALSE(forecast_ports(levels("40000-40999"), state).exhausted_after);
}

TEST_CASE("a rate beyond all bounds takes a bounded run") {
  const PortForecast forecast = forecast_ports(levels("40000-40999"), steady(1'000'000'000));
  REQUIRE(forecast.exhausted_after);
  CHECK(*forecast.exhausted_after == Duration(1001ns));
}
