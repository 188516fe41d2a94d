#include "trace/port_use.hpp"

#include <catch.hpp>
#include <numeric>

using namespace portsim;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint16_t> ports(std::uint16_t first, std::size_t count) {
  std::vector<std::uint16_t> result(count);
  std::iota(result.begin(), result.end(), first);
  return result;
}

Socket to_server(TcpState state, std::uint16_t local_port, const std::string& remote = "192.0.2.20") {
  return {state, "192.0.2.10", local_port, remote, 80, {}};
}

Socket in_time_wait(std::uint16_t local_port, Duration left) {
  return {TcpState::time_wait, "192.0.2.10", local_port, "192.0.2.20", 80, left};
}

SocketTable table(std::vector<Socket> sockets) { return {SocketForm::proc, std::move(sockets)}; }

const std::vector<std::uint16_t> kPool = ports(40000, 100);

}  // namespace

TEST_CASE("accepted connections and ports outside the range are left out") {
  const SocketTable now = table({{TcpState::listen, "0.0.0.0", 40050, "0.0.0.0", 0, {}},
                                 {TcpState::established, "192.0.2.10", 40050, "192.0.2.30", 51000, {}},
                                 {TcpState::syn_received, "192.0.2.10", 40051, "192.0.2.30", 51001, {}},
                                 to_server(TcpState::established, 22),
                                 {TcpState::closed, "192.0.2.10", 40003, "*", 0, {}},
                                 to_server(TcpState::established, 40001)});
  const PortUse use = port_use(now, nullptr, kPool, Scope::tuple);
  CHECK(use.listening == 1);
  CHECK(use.listening_ports == 1);
  CHECK(use.accepted == 2);
  CHECK(use.outside_range == 1);
  CHECK(use.not_connected == 1);
  REQUIRE(use.pools.size() == 1);
  CHECK(use.pools.front().in_use() == 1);
}

TEST_CASE("a listener on one address does not make another address's connection an accepted one") {
  const SocketTable now = table(
      {{TcpState::listen, "127.0.0.1", 40050, "0.0.0.0", 0, {}}, to_server(TcpState::established, 40050)});
  CHECK(port_use(now, nullptr, kPool, Scope::tuple).accepted == 0);
}

TEST_CASE("the scope decides which connections share ports, and a shared port counts once") {
  const SocketTable now = table({to_server(TcpState::established, 40001, "192.0.2.20"),
                                 to_server(TcpState::time_wait, 40001, "192.0.2.21"),
                                 to_server(TcpState::time_wait, 40002, "192.0.2.21")});
  CHECK(port_use(now, nullptr, kPool, Scope::tuple).pools.size() == 2);
  for (const Scope scope : {Scope::address, Scope::host}) {
    const PortUse use = port_use(now, nullptr, kPool, scope);
    REQUIRE(use.pools.size() == 1);
    CHECK(use.pools.front().in_use() == 2);
    CHECK(use.pools.front().staying == 1);  // the port that is still ESTABLISHED
    CHECK(use.pools.front().destinations.size() == 2);
  }
}

TEST_CASE("a second list tells what entered TIME_WAIT, what came and what went") {
  const SocketTable before =
      table({in_time_wait(40001, 20s), in_time_wait(40002, 1s), to_server(TcpState::established, 40003),
             to_server(TcpState::established, 40004)});
  const SocketTable now = table({in_time_wait(40001, 10s),                   // the same
                                 in_time_wait(40002, 58s),                   // another on the same port
                                 in_time_wait(40003, 55s),                   // closed meanwhile
                                 in_time_wait(40009, 53s),                   // opened and closed
                                 to_server(TcpState::established, 40004),    // the same
                                 to_server(TcpState::established, 40010)});  // opened
  const PortUse use = port_use(now, &before, kPool, Scope::tuple);
  REQUIRE(use.pools.size() == 1);
  CHECK(use.pools.front().change.into_time_wait == 3);
  CHECK(use.pools.front().change.appeared == 1);
  CHECK(use.pools.front().change.disappeared == 1);
}

TEST_CASE("a socket that changed while the list was made stands in it twice, and is none that came") {
  const SocketTable twice = table({in_time_wait(40001, 20s), to_server(TcpState::established, 40001)});
  const PortUse use = port_use(twice, &twice, kPool, Scope::tuple);
  REQUIRE(use.pools.size() == 1);
  CHECK(use.pools.front().in_use() == 1);
  CHECK(use.pools.front().change.appeared == 0);
  CHECK(use.pools.front().change.disappeared == 0);
}

TEST_CASE("a connection that was accepted, or goes nowhere, is none that went") {
  const SocketTable same = table({{TcpState::listen, "0.0.0.0", 40050, "0.0.0.0", 0, {}},
                                  {TcpState::established, "192.0.2.10", 40050, "192.0.2.30", 51000, {}},
                                  {TcpState::established, "192.0.2.10", 40051, "192.0.2.30", 0, {}},
                                  to_server(TcpState::established, 40001)});
  const PortUse use = port_use(same, &same, kPool, Scope::host);
  REQUIRE(use.pools.size() == 1);
  CHECK(use.pools.front().in_use() == 1);
  CHECK(use.pools.front().change.disappeared == 0);
}

TEST_CASE("a closed socket in FIN_WAIT_2 goes by its timer, an open one stays") {
  Socket closed = to_server(TcpState::fin_wait_2, 40001);
  closed.time_left = 30s;
  const PortUse use =
      port_use(table({closed, to_server(TcpState::fin_wait_2, 40002)}), nullptr, kPool, Scope::tuple);
  REQUIRE(use.pools.size() == 1);
  CHECK(use.pools.front().closing_left == std::vector<Duration>{30s});
  CHECK(use.pools.front().staying == 1);
}
