#include "theory/hold.hpp"

#include "catch.hpp"
#include "main_case.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr double kSecond = 1e9;

// Durations that cannot be mistaken for one another.
Scenario distinct_phases() {
  Scenario scenario = main_case();
  scenario.rtt = Distribution::constant(3ns);
  scenario.lifetime = Distribution::constant(100ns);
  scenario.peer_close_delay = Distribution::constant(2000ns);
  scenario.client_close_delay = Distribution::constant(30'000ns);
  scenario.time_wait = 60s;
  return scenario;
}

Distribution random_times() { return {{{1.0, Exponential{1s}}}}; }

TEST_CASE("a constant hold is the sum of the phases of the closer") {
  const Scenario scenario = distinct_phases();
  CHECK(constant_hold(scenario, Closer::client) == 3ns + 100ns + 3ns + 2000ns + 60s);
  CHECK(constant_hold(scenario, Closer::shutdown) == 3ns + 100ns + 3ns + 2000ns + 60s);
  CHECK(constant_hold(scenario, Closer::server) == 3ns + 100ns + 30'000ns + 3ns);
  CHECK(constant_hold(scenario, Closer::both) == 3ns + 100ns + 3ns + 60s);
  CHECK(constant_hold(scenario, Closer::reset) == 3ns + 100ns);
  CHECK(constant_hold(scenario, Closer::refused) == 3ns);
  CHECK(constant_hold(scenario, Closer::unreachable) == 45s);
  CHECK(constant_hold(main_case()) == 240'120ms);
}

TEST_CASE("the connect timeout ends a constant SYN_SENT when it is shorter, not when it is equal") {
  Scenario scenario = distinct_phases();
  scenario.connect_timeout = 20s;
  CHECK(constant_hold(scenario, Closer::unreachable) == 20s);
  scenario.connect_timeout = 3ns;
  CHECK(constant_hold(scenario, Closer::reset) == 103ns);
  scenario.connect_timeout = 2ns;
  CHECK(constant_hold(scenario, Closer::reset) == 2ns);
  CHECK(constant_hold(scenario, Closer::refused) == 2ns);
}

TEST_CASE(
    "the FIN_WAIT_2 timeout skips TIME_WAIT when the peer's FIN comes later, for a closed socket only") {
  Scenario scenario = distinct_phases();
  scenario.fin_wait_2_timeout = 2000ns;
  CHECK(constant_hold(scenario, Closer::client) == 2106ns + 60s);
  scenario.fin_wait_2_timeout = 1999ns;
  CHECK(constant_hold(scenario, Closer::client) == 106ns + 1999ns);
  CHECK(constant_hold(scenario, Closer::shutdown) == 2106ns + 60s);
}

TEST_CASE("only the durations that occur in a life can make its hold random") {
  Scenario scenario = distinct_phases();
  scenario.peer_close_delay = random_times();
  CHECK_FALSE(constant_hold(scenario, Closer::client));
  CHECK(constant_hold(scenario, Closer::server));
  CHECK(constant_hold(scenario, Closer::both));
  scenario.client_close_delay = random_times();
  CHECK_FALSE(constant_hold(scenario, Closer::server));
  CHECK(constant_hold(scenario, Closer::reset));
  scenario.lifetime = random_times();
  CHECK_FALSE(constant_hold(scenario, Closer::reset));
  CHECK(constant_hold(scenario, Closer::refused));
  scenario.rtt = random_times();
  CHECK_FALSE(constant_hold(scenario, Closer::refused));
  CHECK(constant_hold(scenario, Closer::unreachable) == 45s);
  CHECK(mean_hold_ns(scenario));
}

TEST_CASE("loss makes every hold random but that of an unreachable peer") {
  Scenario scenario = distinct_phases();
  scenario.loss = 0.01;
  CHECK_FALSE(constant_hold(scenario, Closer::client));
  CHECK_FALSE(constant_hold(scenario, Closer::refused));
  CHECK(constant_hold(scenario, Closer::unreachable) == 45s);
}

TEST_CASE("a mix of closers has no constant hold but a mean one") {
  Scenario scenario = distinct_phases();
  close_by(scenario, Closer::reset);
  scenario.closers[static_cast<std::size_t>(Closer::unreachable)] = 3;
  CHECK_FALSE(constant_hold(scenario));
  CHECK(*mean_hold_ns(scenario) == Approx((103 + 3 * 45 * kSecond) / 4).epsilon(1e-15));
}

TEST_CASE("a recorded load has no hold of its own") {
  Scenario scenario = main_case();
  scenario.load = RecordedLoad{{}, std::make_shared<std::vector<RecordedConnection>>()};
  CHECK_FALSE(constant_hold(scenario));
  CHECK_FALSE(mean_hold_ns(scenario));
}

TEST_CASE("the mean hold takes the mean of every random phase") {
  Scenario scenario = distinct_phases();
  scenario.rtt = {{{1.0, Uniform{1s, 3s}}}};
  scenario.lifetime = {{{1.0, Exponential{10s}}}};
  scenario.peer_close_delay = {{{1.0, Uniform{0s, 40s}}}};
  scenario.client_close_delay = {{{1.0, Pareto{3s, 2.5}}}};
  CHECK(*mean_hold_ns(scenario) == Approx((2 + 10 + 2 + 20 + 60) * kSecond).epsilon(1e-12));
  close_by(scenario, Closer::server);
  CHECK(*mean_hold_ns(scenario) == Approx((2 + 10 + 5 + 2) * kSecond).epsilon(1e-12));
  close_by(scenario, Closer::both);
  CHECK(*mean_hold_ns(scenario) == Approx((2 + 10 + 2 + 60) * kSecond).epsilon(1e-12));
}

TEST_CASE("the mean hold knows what the connect timeout cuts off") {
  Scenario scenario = distinct_phases();
  scenario.rtt = {{{1.0, Uniform{1s, 3s}}}};
  scenario.lifetime = Distribution::constant(10s);
  scenario.connect_timeout = 2s;
  close_by(scenario, Closer::both);
  // One half connects, with a mean RTT of 1.5 s, and passes TIME_WAIT; the other half gives up after 2 s.
  CHECK(*mean_hold_ns(scenario) == Approx((0.5 * (1.5 + 10 + 1.5 + 60) + 0.5 * 2) * kSecond).epsilon(1e-14));
  scenario.connect_timeout = 1s - 1ns;
  CHECK(*mean_hold_ns(scenario) == Approx(kSecond));
}

TEST_CASE("the mean hold knows what the FIN_WAIT_2 timeout cuts off") {
  Scenario scenario = distinct_phases();
  scenario.rtt = Distribution::constant(0s);
  scenario.lifetime = Distribution::constant(0s);
  scenario.peer_close_delay = {{{1.0, Uniform{0s, 40s}}}};
  scenario.fin_wait_2_timeout = 10s;
  CHECK(*mean_hold_ns(scenario) == Approx((0.25 * (5 + 60) + 0.75 * 10) * kSecond).epsilon(1e-14));
  scenario.peer_close_delay = {{{1.0, Lognormal{10s, 0.5}}}};
  CHECK_FALSE(mean_hold_ns(scenario));
}

TEST_CASE("the mean hold under loss is the sum over all courses of the retransmissions") {
  Scenario scenario = distinct_phases();
  scenario.rtt = Distribution::constant(1s);
  scenario.lifetime = Distribution::constant(0s);
  scenario.stack.syn_waits = {3s, 6s};
  scenario.stack.fin_waits = {5s};
  scenario.loss = 0.5;  // a try is lost with probability 3/4
  close_by(scenario, Closer::reset);
  const double syn = 0.25 * 1 + 0.75 * 0.25 * (3 + 1) + 0.75 * 0.75 * 9;
  CHECK(*mean_hold_ns(scenario) == Approx(syn * kSecond).epsilon(1e-14));
  const double connected = 1 - 0.75 * 0.75;
  close_by(scenario, Closer::server);
  scenario.client_close_delay = Distribution::constant(0s);
  CHECK(*mean_hold_ns(scenario) ==
        Approx((syn + connected * (0.25 * 1 + 0.75 * 5)) * kSecond).epsilon(1e-14));
  close_by(scenario, Closer::both);
  CHECK(*mean_hold_ns(scenario) ==
        Approx((syn + connected * (0.25 * (1 + 60) + 0.75 * 5)) * kSecond).epsilon(1e-14));
  close_by(scenario, Closer::client);
  scenario.peer_close_delay = Distribution::constant(2s);
  scenario.fin_wait_2_timeout = 7s;
  const double peer = 0.25 * (2 + 60) + 0.75 * 7;
  CHECK(*mean_hold_ns(scenario) ==
        Approx((syn + connected * (0.25 * (1 + peer) + 0.75 * 5)) * kSecond).epsilon(1e-14));
  scenario.connect_timeout = 3s;
  close_by(scenario, Closer::reset);
  CHECK(*mean_hold_ns(scenario) == Approx((0.25 * 1 + 0.75 * 3) * kSecond).epsilon(1e-14));
}

TEST_CASE("there is no mean hold where a port may never be freed") {
  Scenario scenario = distinct_phases();
  scenario.loss = 0.1;
  CHECK(mean_hold_ns(scenario));
  scenario.fin_wait_2_timeout.reset();
  CHECK_FALSE(mean_hold_ns(scenario));
  close_by(scenario, Closer::shutdown);
  scenario.fin_wait_2_timeout = 300s;
  CHECK_FALSE(mean_hold_ns(scenario));
}

TEST_CASE("a hold that its phases alone do not decide has no closed form") {
  const auto disturbed = [](auto change) {
    Scenario scenario = main_case();
    change(scenario);
    CHECK_FALSE(mean_hold_ns(scenario).has_value());
    CHECK(constant_hold(undisturbed(scenario)) == constant_hold(main_case()));
    return !is_undisturbed(scenario) && !constant_hold(scenario);
  };
  CHECK(disturbed([](Scenario& s) { s.stack.timer_hz = 250; }));
  CHECK(disturbed([](Scenario& s) { s.stack.time_wait_reuse = TimeWaitReuse{.age = 1s}; }));
  CHECK(disturbed([](Scenario& s) { s.stack.max_time_wait = 3977; }));
  CHECK(disturbed([](Scenario& s) { s.stack.gives_out_time_wait = true; }));
  CHECK(disturbed([](Scenario& s) { s.stack.fin_wait_2_split = 60s; }));
  CHECK(disturbed([](Scenario& s) { s.time_wait_resets = 1; }));
  CHECK(disturbed([](Scenario& s) { s.nat.emplace(); }));
}

TEST_CASE("what cannot come about disturbs no hold") {
  Scenario scenario = main_case();
  scenario.stack.max_time_wait = 3978;  // more than there are ports
  scenario.stack.time_wait_reuse = TimeWaitReuse{.age = 1s, .loopback_only = true};
  scenario.stack.fin_wait_2_split = 300s;
  CHECK(is_undisturbed(scenario));
  scenario.stack.time_wait_reuse = TimeWaitReuse{.age = 1s};
  scenario.timestamps = false;
  CHECK(is_undisturbed(scenario));
  CHECK(constant_hold(scenario) == constant_hold(main_case()));
}

TEST_CASE("a SYN schedule ends with the wait at whose end the stack gives up") {
  Scenario scenario = main_case();
  scenario.stack.syn_waits = {1s, 1s, 2s, 4s};
  scenario.stack.syn_give_up = 3s;
  CHECK(constant_hold(scenario, Closer::unreachable) == 4s);
  scenario.stack.syn_give_up = 2s;
  CHECK(constant_hold(scenario, Closer::unreachable) == 2s);
  scenario.stack.syn_give_up.reset();
  CHECK(constant_hold(scenario, Closer::unreachable) == 8s);
}

}  // namespace
}  // namespace portsim
