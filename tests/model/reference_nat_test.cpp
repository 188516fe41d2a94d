// The judge of the engine judged: hosts behind an address translator, computed by hand.
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "catch.hpp"
#include "reference_case.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

using Times = std::vector<Duration>;
using Ports = std::vector<int>;

/// Hosts as `plain_host` behind a translator of `translations` ports that forgets 4 s after a FIN, 2 s after
/// an RST and 5 s after a SYN without answer.
Scenario hosts_behind_nat(std::uint16_t ports, std::uint16_t translations) {
  Scenario scenario = plain_host(ports);
  NatGateway gateway;
  gateway.hosts = 2;
  gateway.stack.ports = {{1, translations}};
  gateway.stack.time_wait = 4s;
  gateway.stack.nat = Nat{.after_reset = 2s, .half_open = 5s, .idle = {}, .is_per_host = false};
  scenario.nat = gateway;
  return scenario;
}

RecordedConnection row_of(std::uint32_t host, Duration start) {
  RecordedConnection row = row_at(start);
  row.source = host;
  return row;
}

Result run(const Scenario& scenario) { return reference_simulate(valid(scenario), 1000); }

/// What became of each attempt, in order.
std::vector<reference::Outcome> outcomes(const Scenario& scenario) {
  std::vector<reference::Outcome> result;
  for (const reference::Attempt& attempt : reference_record(valid(scenario)).attempts) {
    result.push_back(attempt.outcome);
  }
  return result;
}

/// The end of the translation of one connection with an RTT of 2 s, closed 3 s after its SYN; nothing: never.
std::optional<Duration> translation_end(Scenario scenario, Closer closer) {
  scenario.rtt = Distribution::constant(2s);
  RecordedConnection row = row_at(0s);
  row.closer = closer;
  replay(scenario, {row});
  const auto end = reference_record(valid(scenario)).translations.at(0).end;
  return end.has_value() ? std::optional(Duration{*end}) : std::nullopt;
}

constexpr auto kFailed = reference::Outcome::failed;
constexpr auto kConnected = reference::Outcome::connected;

}  // namespace

TEST_CASE("hosts behind a translator connect in turn, each with ports of its own") {
  Scenario scenario = hosts_behind_nat(1, 100);
  scenario.load = GeneratedLoad{{1, 0, RateUnit::per_second}, DeterministicArrivals{}, 1};
  scenario.duration = 14s;  // of host 0 at 0, 2, 4 ... s, of host 1 at 1, 3 ... s; a port is held for 11 s
  CHECK(ports_given(scenario) == Ports{1024, 1024, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1024, 1024});
  const Result result = run(scenario);
  CHECK(result.capacity == 2);
  CHECK(result.ports_in_use.peak == 2);
  REQUIRE(result.nat.has_value());
  CHECK(result.nat->capacity == 100);
  CHECK(result.nat->at_hosts.failed == 10);
  CHECK(result.nat->at_hosts.first == TimePoint{2s});
  CHECK(result.nat->at_nat.failed == 0);
  CHECK_FALSE(result.nat->at_nat.first.has_value());
}

TEST_CASE("callers of a host take its destinations and source addresses in turn") {
  Scenario scenario = hosts_behind_nat(1, 100);
  scenario.scope = Scope::tuple;
  scenario.destinations = 3;
  scenario.load = GeneratedLoad{{1, 0, RateUnit::per_second}, BatchArrivals{7}, 1};
  scenario.duration = 1s;  // the seventh is the fourth of host 0: destination 0 again
  CHECK(ports_given(scenario) == Ports{1024, 1024, 1024, 1024, 1024, 1024, 0});
  CHECK(run(scenario).capacity == 6);
}

TEST_CASE("a SYN that the translator drops holds its host's port as for a peer that is not there") {
  Scenario scenario = hosts_behind_nat(1, 1);
  replay(scenario, {row_of(0, 0s), row_of(1, 1s)});
  scenario.duration = 60s;
  CHECK(outcomes(scenario) == std::vector{kConnected, kFailed});
  CHECK(releases(scenario) == Times{11s, 46s});  // 3 + 6 + 12 + 24 s after its first SYN
  const Result result = run(scenario);
  CHECK(result.failed == 1);
  CHECK(result.timed_out == 0);
  CHECK(result.callers_failed == 1);
  CHECK(result.holds == 1);
  CHECK((result.hold_sum_ns == Uint128{11'000'000'000}));
  CHECK((result.ports_in_use.area == Uint128{56'000'000'000}));
  CHECK(result.states[client_index(TcpState::syn_sent)].entered == 2);
  CHECK(result.outages.total == Duration{59s});
  REQUIRE(result.first_failure.has_value());
  CHECK(result.first_failure->time == TimePoint{1s});
  CHECK(result.first_failure->attempt == 2);
  CHECK(result.first_failure->states[client_index(TcpState::syn_sent)] == 0);
  CHECK(result.first_failure->states[client_index(TcpState::time_wait)] == 1);
  REQUIRE(result.nat.has_value());
  CHECK(result.nat->at_hosts.failed == 0);
  CHECK(result.nat->at_nat.failed == 1);
  CHECK(result.nat->at_nat.first == TimePoint{1s});
  scenario.connect_timeout = 4s;
  CHECK(releases(scenario) == Times{11s, 5s});
}

TEST_CASE("a program tries a dropped SYN again once connect() has given up") {
  Scenario scenario = hosts_behind_nat(1, 1);
  scenario.retry = {RetryPolicy::Kind::fixed, 2s, 1};
  replay(scenario, {row_of(0, 0s), row_of(1, 1s), row_of(0, 2s)});
  scenario.duration = 60s;
  const auto record = reference_record(valid(scenario));
  Times times;
  for (const reference::Attempt& attempt : record.attempts) {
    times.emplace_back(attempt.time);
  }
  // Host 1 hears of it at 46 s; host 0 has no port at 2 s, knows at once, and fails again at 4 s.
  CHECK(times == Times{0s, 1s, 2s, 4s, 48s});
  CHECK(outcomes(scenario) == std::vector{kConnected, kFailed, kFailed, kFailed, kConnected});
  CHECK(run(scenario).callers_failed == 1);
  scenario.duration = 48s;
  CHECK(run(scenario).callers_failed == 2);
}

TEST_CASE("a translation serves the attempt at whose instant it ends") {
  Scenario scenario = hosts_behind_nat(1, 1);
  replay(scenario, {row_of(0, 0s), row_of(1, 5s - 1ns), row_of(2, 5s)});  // FIN at 1 s
  CHECK(outcomes(scenario) == std::vector{kConnected, kFailed, kConnected});
  CHECK(run(scenario).nat->in_use.peak == 1);
}

TEST_CASE("a translation ends by what the translator saw last") {
  const Scenario scenario = hosts_behind_nat(1, 1);
  CHECK(translation_end(scenario, Closer::client) == Duration{9s});
  CHECK(translation_end(scenario, Closer::shutdown) == Duration{9s});
  CHECK(translation_end(scenario, Closer::server) == Duration{9s});
  CHECK(translation_end(scenario, Closer::both) == Duration{9s});
  CHECK(translation_end(scenario, Closer::reset) == Duration{5s});
  CHECK(translation_end(scenario, Closer::refused) == Duration{4s});
  CHECK(translation_end(scenario, Closer::unreachable) == Duration{26s});  // the last SYN at 21 s
}

TEST_CASE("the last SYN is the last one that begins before the program gives up") {
  Scenario scenario = hosts_behind_nat(1, 1);
  scenario.connect_timeout = 3s + 1ns;
  CHECK(translation_end(scenario, Closer::unreachable) == Duration{8s});
  scenario.connect_timeout = 3s;
  CHECK(translation_end(scenario, Closer::unreachable) == Duration{5s});
  scenario.connect_timeout = 1s;
  CHECK(translation_end(scenario, Closer::client) == Duration{5s});  // the answer would take 2 s
}

TEST_CASE("a translator without a time for half-open ones takes its idle timeout, or keeps them") {
  Scenario scenario = hosts_behind_nat(1, 1);
  scenario.nat->stack.nat->half_open.reset();
  CHECK(translation_end(scenario, Closer::unreachable) == std::nullopt);
  scenario.nat->stack.nat->idle = 6s;
  CHECK(translation_end(scenario, Closer::unreachable) == Duration{27s});
}

TEST_CASE("silence that is longer than the idle timeout ends the translation of a half-closed connection") {
  Scenario scenario = hosts_behind_nat(1, 1);
  scenario.peer_close_delay = Distribution::constant(7s);    // FIN_WAIT_2 from 5 s to 12 s
  scenario.client_close_delay = Distribution::constant(7s);  // CLOSE_WAIT from 3 s to 10 s
  CHECK(translation_end(scenario, Closer::client) == Duration{16s});
  scenario.nat->stack.nat->idle = 7s;
  CHECK(translation_end(scenario, Closer::client) == Duration{16s});
  CHECK(translation_end(scenario, Closer::server) == Duration{16s});
  scenario.nat->stack.nat->idle = 6s;
  CHECK(translation_end(scenario, Closer::client) == Duration{11s});
  CHECK(translation_end(scenario, Closer::server) == Duration{9s});
}

TEST_CASE("the translator does not see a host's FIN_WAIT_2 timeout") {
  Scenario scenario = hosts_behind_nat(1, 1);
  scenario.peer_close_delay = Distribution::constant(20s);
  scenario.fin_wait_2_timeout = 5s;  // from 5 s to 10 s
  CHECK(translation_end(scenario, Closer::client) == Duration{14s});
  scenario.nat->stack.nat->idle = 8s;
  CHECK(translation_end(scenario, Closer::client) == Duration{13s});
  scenario.fin_wait_2_timeout = 9s;
  scenario.stack.fin_wait_2_split = 3s;  // two timers of 6 s: from 5 s and from 11 s
  CHECK(translation_end(scenario, Closer::client) == Duration{19s});
  scenario.nat->stack.nat->idle = 5s;
  CHECK(translation_end(scenario, Closer::client) == Duration{10s});
}

TEST_CASE("translations are counted for each destination or host where the translator tells them apart") {
  Scenario scenario = hosts_behind_nat(5, 1);
  std::vector<RecordedConnection> rows{row_of(0, 0s), row_of(0, 0s), row_of(1, 0s), row_of(1, 0s)};
  rows[1].destination = 1;
  rows[3].destination = 1;
  replay(scenario, rows);
  const auto peaks = [](const Scenario& s) {
    const Result result = run(s);
    CHECK(result.failed == 4 - result.nat->in_use.peak);
    CHECK(result.nat->key_peak == 1);
    return result.nat->in_use.peak;
  };
  scenario.nat->stack.scope = Scope::host;
  CHECK(peaks(scenario) == 1);
  scenario.nat->stack.scope = Scope::tuple;
  CHECK(peaks(scenario) == 2);
  scenario.nat->stack.nat->is_per_host = true;
  CHECK(peaks(scenario) == 4);
  scenario.nat->stack.scope = Scope::host;
  CHECK(peaks(scenario) == 2);
}

TEST_CASE("each public address has all ports of the translator") {
  Scenario scenario = hosts_behind_nat(5, 1);
  scenario.nat->addresses = 3;
  replay(scenario, Times{0s, 0s, 0s, 0s});
  CHECK(outcomes(scenario) == std::vector{kConnected, kConnected, kConnected, kFailed});
  CHECK(run(scenario).nat->capacity == 3);
  CHECK(run(scenario).nat->key_peak == 3);
}

TEST_CASE("the gauge of translations is that of the counted window") {
  Scenario scenario = hosts_behind_nat(5, 100);
  replay(scenario, Times{0s, 2s});  // translations from 0 to 5 s and from 2 s to 7 s
  scenario.duration = 10s;
  CHECK((run(scenario).nat->in_use.area == Uint128{10'000'000'000}));
  CHECK(run(scenario).nat->in_use.peak == 2);
  CHECK(run(scenario).nat->in_use.at_end == 0);
  scenario.warm_up = 5s;
  scenario.duration = 7s;
  CHECK((run(scenario).nat->in_use.area == Uint128{2'000'000'000}));
  CHECK(run(scenario).nat->in_use.peak == 1);
  CHECK(run(scenario).nat->in_use.at_end == 1);
}

TEST_CASE("a connection takes the port of its host's TIME_WAIT even if the translator then drops its SYN") {
  Scenario scenario = hosts_behind_nat(1, 1);
  scenario.stack.time_wait_reuse = TimeWaitReuse{2s, false};
  replay(scenario, Times{0s, 3s});
  CHECK(outcomes(scenario) == std::vector{kConnected, kFailed});
  CHECK(releases(scenario) == Times{3s, 48s});
  const Result result = run(scenario);
  CHECK(result.early_releases.reused == 1);
  CHECK(result.first_failure->states[client_index(TcpState::time_wait)] == 1);
  CHECK(result.reuse_interval_min == Duration{0});
  const auto record = reference_record(valid(scenario));
  CHECK(record.translations.at(0).end == Duration{5s}.count());  // the translator does not see it
}

TEST_CASE("each host has a cap of its own on its TIME_WAIT") {
  Scenario scenario = hosts_behind_nat(5, 100);
  scenario.stack.cap_rule = CapRule::recycle_oldest;
  scenario.stack.max_time_wait = 1;
  replay(scenario, {row_of(0, 0s), row_of(1, 1s), row_of(0, 2s)});
  scenario.duration = 20s;
  CHECK(releases(scenario) == Times{3s, 12s, 13s});
}

}  // namespace portsim
