// The judge of the engine judged: ports that several connections want, computed by hand.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "catch.hpp"
#include "reference_case.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

using Ports = std::vector<int>;

RecordedConnection row_to(Duration start, std::uint32_t destination, std::uint32_t source = 0) {
  RecordedConnection row = row_at(start);
  row.destination = destination;
  row.source = source;
  return row;
}

/// A connection that asks for port 1024.
RecordedConnection asking_row(Duration start, bool reuse_address, std::uint32_t destination = 0) {
  RecordedConnection row = row_to(start, destination);
  row.local_port = 1024;
  row.reuse_address = reuse_address;
  return row;
}

/// A host of which every connection binds to port 0 with SO_REUSEADDR on a stack that lets it share ports.
Scenario sharing_host(std::uint16_t ports) {
  Scenario scenario = plain_host(ports);
  scenario.scope = Scope::tuple;
  scenario.bind = BindMode::port0;
  scenario.reuse_address = true;
  scenario.stack.autobind_reuse = true;
  return scenario;
}

/// A host of which the allocator gives out ports in TIME_WAIT.
Scenario giving_host(std::uint16_t ports) {
  Scenario scenario = plain_host(ports);
  scenario.stack.gives_out_time_wait = true;
  return scenario;
}

Ports ports_of(Scenario scenario, const std::vector<RecordedConnection>& rows) {
  replay(scenario, rows);
  return ports_given(scenario);
}

std::vector<std::uint64_t> looks_of(Scenario scenario, const std::vector<RecordedConnection>& rows) {
  replay(scenario, rows);
  std::vector<std::uint64_t> looks;
  for (const reference::Attempt& attempt : reference_record(valid(scenario)).attempts) {
    looks.push_back(attempt.grant.ports_looked_at);
  }
  return looks;
}

constexpr std::array kScopes{Scope::host, Scope::address, Scope::tuple};

}  // namespace

TEST_CASE("a port asked for with SO_REUSEADDR is taken from TIME_WAIT at once, but not from the living") {
  for (const Scope scope : kScopes) {
    Scenario scenario = plain_host(2);
    scenario.scope = scope;
    // ESTABLISHED until 1 s, TIME_WAIT until 11 s.
    const auto second = [&](Duration start, bool first_reuses, bool second_reuses) {
      return ports_of(scenario, {asking_row(0s, first_reuses), asking_row(start, second_reuses)}).at(1);
    };
    CHECK(second(999ms, true, true) == 0);
    CHECK(second(1s, true, true) == 1024);
    CHECK(second(1s, false, true) == 0);
    CHECK(second(1s, true, false) == 0);
    CHECK(second(11s, false, false) == 1024);
    scenario.timestamps = false;
    CHECK(second(1s, true, true) == 0);
    CHECK(second(11s, true, true) == 1024);
  }
}

TEST_CASE("a port asked for with SO_REUSEADDR is shared with other destinations under tuple scope alone") {
  for (const Scope scope : kScopes) {
    Scenario scenario = plain_host(2);
    scenario.scope = scope;
    const int shared = scope == Scope::tuple ? 1024 : 0;
    CHECK(ports_of(scenario, {asking_row(0s, true, 0), asking_row(0s, true, 1)}) == Ports{1024, shared});
    CHECK(ports_of(scenario, {asking_row(0s, true, 0), asking_row(0s, false, 1)}) == Ports{1024, 0});
    CHECK(ports_of(scenario, {asking_row(0s, false, 0), asking_row(0s, true, 1)}) == Ports{1024, 0});
    // A port that connect() chose counts by its own SO_REUSEADDR.
    RecordedConnection unbound = row_to(0s, 0);
    CHECK(ports_of(scenario, {unbound, asking_row(0s, true, 1)}) == Ports{1024, 0});
    unbound.reuse_address = true;
    CHECK(ports_of(scenario, {unbound, asking_row(0s, true, 1)}) == Ports{1024, shared});
  }
}

TEST_CASE("a port asked for with SO_REUSEADDR is taken from FIN_WAIT_2 only where its last timer runs") {
  struct Case {
    std::optional<Duration> timeout;
    std::optional<Duration> split;
    Closer closer;
    int port_at_3_s;
    int port_at_8_s;
  };
  // FIN_WAIT_2 from 1 s; the peer's FIN never comes.
  for (const Case& each : {Case{60s, {}, Closer::client, 1024, 1024}, Case{{}, {}, Closer::client, 0, 0},
                           Case{60s, {}, Closer::shutdown, 0, 0}, Case{65s, 60s, Closer::client, 0, 1024},
                           Case{65s, 65s, Closer::client, 1024, 1024}}) {
    for (const bool is_late : {false, true}) {
      Scenario scenario = plain_host(2);
      scenario.fin_wait_2_timeout = each.timeout;
      scenario.stack.fin_wait_2_split = each.split;
      std::vector<RecordedConnection> rows{asking_row(0s, true), asking_row(is_late ? 8s : 3s, true)};
      rows[0].closer = each.closer;
      rows[0].peer_close_delay = kLongestDelay;
      const int expected = is_late ? each.port_at_8_s : each.port_at_3_s;
      CHECK(ports_of(scenario, rows) == Ports{1024, expected});
      replay(scenario, rows);
      CHECK(reference_simulate(valid(scenario), 1).early_releases.reused == (expected == 0 ? 0 : 1));
    }
  }
}

TEST_CASE(
    "bind() to port 0 shares ports only when none is left, and takes the TIME_WAIT of its own destination") {
  const Scenario scenario = sharing_host(2);
  // Both ports are in TIME_WAIT from 1 s to 11 s.
  const std::vector<RecordedConnection> rows{row_to(0s, 0), row_to(0s, 0), row_to(2s, 0), row_to(2s, 1)};
  CHECK(ports_of(scenario, rows) == Ports{1024, 1025, 1024, 1025});
  CHECK(looks_of(scenario, rows) == std::vector<std::uint64_t>{1, 1, 2 + 1, 2 + 1});
  Scenario replayed = scenario;
  replay(replayed, rows);
  replayed.duration = 30s;
  const Result result = reference_simulate(valid(replayed), 1);
  CHECK(result.early_releases.reused == 1);
  CHECK(result.ports_in_use.peak == 3);  // the fourth shares its port with the second
  CHECK(releases(replayed) == std::vector<Duration>{2s, 11s, 13s, 13s});
}

TEST_CASE(
    "bind() to port 0 that shares a port fails where its own destination has a living connection on it") {
  const Scenario scenario = sharing_host(1);
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(500ms, 0), row_to(500ms, 1), row_to(1s, 0)}) ==
        Ports{1024, 0, 1024, 1024});
  Scenario without_timestamps = scenario;
  without_timestamps.timestamps = false;
  CHECK(ports_of(without_timestamps, {row_to(0s, 0), row_to(1s, 0), row_to(1s, 1)}) == Ports{1024, 0, 1024});
}

TEST_CASE("bind() to port 0 shares no port without SO_REUSEADDR on both sides or without ip_autobind_reuse") {
  const std::vector<RecordedConnection> rows{row_to(0s, 0), row_to(2s, 1)};
  std::vector<RecordedConnection> first_plain = rows;
  first_plain[0].reuse_address = false;
  std::vector<RecordedConnection> second_plain = rows;
  second_plain[1].reuse_address = false;
  Scenario scenario = sharing_host(1);
  CHECK(ports_of(scenario, rows) == Ports{1024, 1024});
  CHECK(ports_of(scenario, first_plain) == Ports{1024, 0});
  CHECK(ports_of(scenario, second_plain) == Ports{1024, 0});
  CHECK(looks_of(scenario, first_plain) == std::vector<std::uint64_t>{1, 1 + 1});
  CHECK(looks_of(scenario, second_plain) == std::vector<std::uint64_t>{1, 1});
  scenario.stack.autobind_reuse = false;
  CHECK(ports_of(scenario, rows) == Ports{1024, 0});
  scenario = sharing_host(1);
  scenario.scope = Scope::address;
  CHECK(ports_of(scenario, rows) == Ports{1024, 0});
}

TEST_CASE("connect() leaves out a shared port until the last bound connection on it is closed") {
  const Scenario scenario = sharing_host(1);
  std::vector<RecordedConnection> rows{row_to(0s, 0), row_to(2s, 1), row_to(12s, 2), row_to(13s, 2)};
  rows[2].bind = BindMode::none;  // the first is closed at 11 s, the second at 13 s
  rows[3].bind = BindMode::none;
  CHECK(ports_of(scenario, rows) == Ports{1024, 1024, 0, 1024});
}

TEST_CASE(
    "an allocator that gives out TIME_WAIT fails where the destination is the same, and takes it elsewhere") {
  const Scenario scenario = giving_host(1);
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(999ms, 1)}) == Ports{1024, 0});  // ESTABLISHED
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(1s, 0)}) == Ports{1024, 0});
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(1s, 1)}) == Ports{1024, 1024});
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(1s, 0, 1)}) == Ports{1024, 1024});  // from another address
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(11s, 0)}) == Ports{1024, 1024});
}

TEST_CASE("a pair that lost its port is refused until its TIME_WAIT would have ended") {
  Scenario scenario = giving_host(1);
  std::vector<RecordedConnection> rows{row_to(0s, 0), row_to(2s, 1), row_to(10'999'999'999ns, 0),
                                       row_to(11s, 0)};
  rows[1].closer = Closer::reset;  // at 3 s the port is free
  CHECK(ports_of(scenario, rows) == Ports{1024, 1024, 0, 1024});
  CHECK(looks_of(scenario, rows) == std::vector<std::uint64_t>{1, 1, 1, 1});
  scenario.scope = Scope::address;
  CHECK(ports_of(scenario, rows) == Ports{1024, 1024, 0, 1024});
}

TEST_CASE("the search goes on behind a port that was given out in vain") {
  const Scenario scenario = giving_host(3);
  // 1024 to 1026 are in TIME_WAIT from 1 s; each failure moves the cursor.
  CHECK(ports_of(scenario, {row_to(0s, 0), row_to(0s, 1), row_to(0s, 0), row_to(2s, 0), row_to(2s, 0),
                            row_to(2s, 0), row_to(2s, 0)}) == Ports{1024, 1025, 1026, 0, 1025, 0, 0});
}

TEST_CASE("bind() is given no port in TIME_WAIT by the allocator that gives them out to connect()") {
  std::vector<RecordedConnection> rows{row_to(0s, 0), row_to(2s, 1)};
  rows[1].bind = BindMode::port0;
  CHECK(ports_of(giving_host(1), rows) == Ports{1024, 0});
  rows[1].bind = BindMode::none;
  rows[1].local_port = 1024;
  CHECK(ports_of(giving_host(1), rows) == Ports{1024, 0});
}

}  // namespace portsim
