#include "engine/port_space.hpp"

#include <memory>
#include <utility>

#include "catch.hpp"
#include "main_case.hpp"

using namespace portsim;

namespace {

Scenario four_ports(Scope scope) {
  Scenario scenario = main_case();
  scenario.ports = {{1000, 1003}};
  scenario.scope = scope;
  scenario.source_addresses = 2;
  scenario.destinations = 3;
  return scenario;
}

class Host {
 public:
  explicit Host(Scenario scenario) : scenario_(valid(std::move(scenario))), space_(scenario_, Draws(1, 1)) {}

  std::optional<HeldPort> take(std::uint32_t source, std::uint32_t destination,
                               BindMode bind = BindMode::none, std::uint16_t port = 0) {
    const PortSpace::Answer found = find(
        {.source = source, .destination = destination, .bind = bind, .port = port, .reuse_address = false});
    if (found.port) {
      hold(*found.port, 0);
    }
    return found.port;
  }

  PortSpace::Answer find(PortRequest request) {
    request.searcher = {.caller = caller_++};
    return space_.find(request);
  }

  void hold(const HeldPort& port, std::uint32_t slot) { space_.hold(port, slot, TimePoint{}); }
  void make_usable(const HeldPort& held) { space_.make_usable(held); }

  int take_all(std::uint32_t source, std::uint32_t destination, BindMode bind = BindMode::none) {
    int taken = 0;
    while (take(source, destination, bind)) {
      ++taken;
    }
    return taken;
  }

  void release(const HeldPort& held) { space_.release(held, TimePoint{}); }
  [[nodiscard]] std::uint16_t number(const HeldPort& held) const { return space_.number(held); }
  [[nodiscard]] std::uint64_t capacity() const { return scenario_.capacity(); }

 private:
  ValidScenario scenario_;
  PortSpace space_;
  std::uint64_t caller_ = 0;
};

}  // namespace

TEST_CASE("under host scope a port serves one connection, whatever the addresses") {
  Host host(four_ports(Scope::host));
  CHECK(host.capacity() == 4);
  CHECK(host.take_all(0, 0) == 4);
  CHECK(host.take_all(1, 2) == 0);
}

TEST_CASE("under address scope each local address has all ports") {
  Host host(four_ports(Scope::address));
  CHECK(host.capacity() == 8);
  CHECK(host.take_all(0, 0) == 4);
  CHECK(host.take_all(0, 1) == 0);
  CHECK(host.take_all(1, 1) == 4);
}

TEST_CASE("under tuple scope each pair of addresses has all ports") {
  Host host(four_ports(Scope::tuple));
  CHECK(host.capacity() == 24);
  for (std::uint32_t source = 0; source < 2; ++source) {
    for (std::uint32_t destination = 0; destination < 3; ++destination) {
      CHECK(host.take_all(source, destination) == 4);
    }
  }
}

TEST_CASE("bind to port 0 wants a port that no connection of the address has") {
  Scenario scenario = four_ports(Scope::tuple);
  scenario.bind = BindMode::port0;
  Host host(std::move(scenario));
  CHECK(host.capacity() == 8);
  CHECK(host.take_all(0, 0, BindMode::port0) == 4);
  CHECK(host.take_all(0, 1, BindMode::port0) == 0);
  CHECK(host.take_all(1, 0, BindMode::port0) == 4);
}

TEST_CASE("connect passes over a port that is held by bind, for every destination") {
  Scenario scenario = four_ports(Scope::tuple);
  scenario.bind = BindMode::port0;  // some connections bind: the others are told apart by the request
  Host host(std::move(scenario));
  const auto bound = host.take(0, 0, BindMode::port0);
  REQUIRE(bound);
  CHECK(host.take_all(0, 1) == 3);
  CHECK(host.take_all(0, 2) == 3);
  CHECK(host.take_all(1, 1) == 4);
  CHECK_FALSE(host.take(0, 0, BindMode::port0));  // each port has a user
  host.release(*bound);
  CHECK(host.take_all(0, 1) == 1);
  CHECK(host.take_all(0, 2) == 1);
}

TEST_CASE("a port that is asked for by number is given only when free") {
  Scenario scenario = four_ports(Scope::host);
  Host host(std::move(scenario));
  const auto held = host.take(0, 0, BindMode::none, 1002);
  REQUIRE(held);
  CHECK(host.number(*held) == 1002);
  CHECK_FALSE(host.take(0, 0, BindMode::none, 1002));
  CHECK(host.take_all(0, 0) == 3);
  host.release(*held);
  CHECK(host.number(*host.take(0, 0)) == 1002);
}

TEST_CASE("Linux passes over a reserved port, which keeps its parity") {
  Scenario scenario = four_ports(Scope::tuple);
  scenario.selection = Selection::parity_first;
  scenario.reserved_ports = {{1001, 1001}};
  Host host(std::move(scenario));
  CHECK(host.number(*host.take(0, 0)) % 2 == 0);
  CHECK(host.number(*host.take(0, 0)) % 2 == 0);
  CHECK(host.number(*host.take(0, 0)) == 1003);
  CHECK_FALSE(host.take(0, 0));
}

TEST_CASE("a port that is lent is found with its occupant, and by bind not at all") {
  Scenario scenario = four_ports(Scope::tuple);
  scenario.bind = BindMode::port0;
  scenario.stack.time_wait_reuse = TimeWaitReuse{};
  Host host(std::move(scenario));
  const PortSpace::Answer first = host.find({});
  host.hold(*first.port, 7);
  CHECK(host.take_all(0, 0) == 3);
  host.make_usable(*first.port);
  const PortSpace::Answer again = host.find({});
  REQUIRE(again.port);
  CHECK(again.port->place == first.port->place);
  CHECK(again.occupant == 7U);
  CHECK_FALSE(host.find({.bind = BindMode::port0}).port);
}

TEST_CASE("with SO_REUSEADDR a port is shared with those that have set it too") {
  Scenario scenario = four_ports(Scope::tuple);
  scenario.bind = BindMode::port0;
  scenario.reuse_address = true;
  scenario.stack.autobind_reuse = true;
  Host host(std::move(scenario));
  const PortRequest sharing{.bind = BindMode::port0, .reuse_address = true};
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    const PortSpace::Answer found = host.find(sharing);
    CHECK_FALSE(found.occupant);
    host.hold(*found.port, slot);
  }
  const PortSpace::Answer jealous = host.find({.bind = BindMode::port0, .reuse_address = false});
  host.hold(*jealous.port, 3);
  const PortSpace::Answer shared = host.find(sharing);
  REQUIRE(shared.occupant);
  CHECK(*shared.occupant < 3);
  CHECK(shared.port->place != jealous.port->place);
  CHECK(shared.looked_at > 4);  // the search among the free ones came first
  CHECK_FALSE(host.find({.bind = BindMode::port0, .reuse_address = false}).port);
}
