// describe() and build_scenario() are each other's inverse, on random scenarios.
#include <map>
#include <random>

#include "settings_support.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

/// Random texts of every option's grammar.
class RandomSettings {
 public:
  explicit RandomSettings(std::uint64_t seed) : engine_(seed) {}

  Level draw() {
    Level level{{"rate", rate()}};
    const std::map<std::string, std::string> others{
        {"arrivals", pick({"deterministic", "poisson", "batch:" + count(1, 1'000'000'000),
                           "onoff:" + positive_time() + "," + time()})},
        {"requests-per-connection", count(1, 1'000'000'000)},
        {"retry", pick({"none", "fixed:" + positive_time() + "," + count(1, 1'000'000),
                        "backoff:" + positive_time() + "," + count(1, 62)})},
        {"profile", pick({"nt4", "win2000", "openbsd", "gvisor"})},
        {"delay", count(30, 300)},
        {"fin-wait-2-timeout", pick({"none", time()})},
        {"session-limit", pick({"none", count(0, 1'000'000'000'000)})},
        {"time-wait-reuse", pick({"none", time(), "loopback:" + time()})},
        {"max-time-wait", pick({"none", count(0, 1'000'000'000'000)})},
        {"timestamps", pick({"yes", "no"})},
        {"rfc1337", pick({"yes", "no"})},
        {"syn-waits",
         pick({"5*1s,2s,4s", count(1, 9) + "s", count(2, 300) + "*" + count(0, 9) + "ms,1s,1s"})},
        {"syn-give-up", pick({"none", time()})},
        {"timer-hz", pick({"none", "100", "250", "1000"})},
        {"timer-offset", pick({"drawn", time()})},
        {"ports", ranges()},
        {"reserved-ports", pick({"none", "80", "1-1023,1030"})},
        {"ports-in-use", count(0, 3)},
        {"scope", pick({"host", "address", "tuple"})},
        {"selection", pick({"sequential", "random-start", "double-hash", "parity-first"})},
        {"bind", pick({"none", "port0", "noport"})},
        {"reuse-address", pick({"yes", "no"})},
        {"autobind-reuse", pick({"yes", "no"})},
        {"source-addresses", count(1, 100)},
        {"destinations", count(1, 600)},
        {"destination-skew", pick({"even", "0", "0.25", "1"})},
        {"lifetime", distribution()},
        {"rtt", distribution()},
        {"peer-close-delay", distribution()},
        {"client-close-delay", distribution()},
        {"close", pick({"client", "server", "both", "reset", "unreachable",
                        "client=" + real() + ",server=" + real() + ",reset=0,unreachable=" + real()})},
        {"loss", pick({"0", "0." + count(0, 999'999'999), "1e-" + count(1, 300)})},
        {"time-wait-resets", pick({"0", "0." + count(0, 999'999'999), "1"})},
        {"connect-timeout", pick({"none", time()})},
        {"duration", positive_time()},
        {"seed", count(0, 1'000'000'000'000'000)}};
    for (const auto& [name, value] : others) {
      if (below(3) != 0) {
        level.emplace_back(name, value);
      }
    }
    return level;
  }

 private:
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }

  std::string count(std::uint64_t least, std::uint64_t most) {
    return std::to_string(least + below(most - least + 1));
  }

  std::string pick(const std::vector<std::string>& choices) { return choices[below(choices.size())]; }

  std::string positive_time() {
    return pick({count(1, 999'999'999) + pick({"ns", "us", "ms", "s", ""}), count(1, 277'000) + "h",
                 count(1, 1000) + "." + count(1, 999'999'999) + "s", count(1, 10'000) + "d",
                 "0x" + count(1, 9999)});
  }

  std::string time() { return pick({"0", positive_time()}); }

  std::string real() {
    return pick(
        {count(1, 99), "0." + count(1, 999'999), count(1, 9) + "e" + pick({"-", "", "+"}) + count(0, 90)});
  }

  std::string rate() {
    return pick({count(1, 100'000), count(1, 1000) + "." + count(0, 9'999'999'999), count(1, 99) + "k",
                 "0.5M"}) +
           pick({"", "/s", "/min", "/h", "/d"});
  }

  std::string ranges() {
    const std::uint64_t a = 2000 + below(20'000);
    const std::uint64_t b = a + 10 + below(20'000);
    return pick({std::to_string(a) + "-" + std::to_string(b),
                 std::to_string(b + 1) + "-" + std::to_string(b + 9) + "," + std::to_string(a) + "-" +
                     std::to_string(b),
                 "1024-1040,50000,60000-65535"});
  }

  std::string law() {
    const std::uint64_t low = below(1'000'000);
    return pick({time(), "exp:" + positive_time(), "lognormal:" + time() + "," + real(),
                 "pareto:" + time() + "," + real(),
                 "uniform:" + std::to_string(low) + "us," + std::to_string(low + below(1'000'000)) + "us"});
  }

  std::string distribution() {
    return pick({law(), real() + "*" + law() + "+" + real() + "*" + law() + "+0*" + law()});
  }

  std::mt19937_64 engine_;
};

void check_same(const Scenario& a, const Scenario& b) {
  CHECK(std::get<GeneratedLoad>(a.load) == std::get<GeneratedLoad>(b.load));
  CHECK(a.stack == b.stack);
  CHECK(a.timestamps == b.timestamps);
  CHECK(a.timer_offset == b.timer_offset);
  CHECK(a.time_wait_resets == b.time_wait_resets);
  CHECK(a.reuse_address == b.reuse_address);
  CHECK(a.ports == b.ports);
  CHECK(a.reserved_ports == b.reserved_ports);
  CHECK(a.ports_in_use == b.ports_in_use);
  CHECK(a.scope == b.scope);
  CHECK(a.selection == b.selection);
  CHECK(a.bind == b.bind);
  CHECK(a.source_addresses == b.source_addresses);
  CHECK(a.destinations == b.destinations);
  CHECK(a.destination_skew == b.destination_skew);
  CHECK(a.time_wait == b.time_wait);
  CHECK(a.fin_wait_2_timeout == b.fin_wait_2_timeout);
  CHECK(a.connect_timeout == b.connect_timeout);
  CHECK(a.lifetime == b.lifetime);
  CHECK(a.rtt == b.rtt);
  CHECK(a.peer_close_delay == b.peer_close_delay);
  CHECK(a.client_close_delay == b.client_close_delay);
  CHECK(a.closers == b.closers);
  CHECK(a.loss == b.loss);
  CHECK(a.retry == b.retry);
  CHECK(a.session_limit == b.session_limit);
  CHECK(a.duration == b.duration);
  CHECK(a.warm_up == b.warm_up);
  CHECK(a.seed == b.seed);
}

TEST_CASE("a described scenario builds the same scenario again") {
  RandomSettings settings(20260101);
  for (int i = 0; i < 1000; ++i) {
    const Scenario original = scenario_of(settings.draw());
    const auto described = describe(original);
    const Scenario again = scenario_of(described);
    check_same(original, again);
    CHECK(describe(again) == described);
  }
}

TEST_CASE("a garbled value is a fault, or a value that makes the round trip as well") {
  RandomSettings settings(7);
  std::mt19937_64 engine(11);
  constexpr std::string_view kLetters = "0123456789.,:*+-=/exkMmsinhdyno %";
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 2500; ++i) {
    Level level = settings.draw();
    std::string& value = level[engine() % level.size()].second;
    const std::size_t place = engine() % value.size();
    value.replace(place, engine() % 2, 1, kLetters[engine() % kLetters.size()]);
    const auto built = build_scenario({command_line(level)});
    if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
      ++refused;
      for (const Fault& fault : *faults) {
        CHECK(fault.where.starts_with("--"));
        CHECK_FALSE(fault.what.empty());
      }
    } else {
      ++accepted;
      const auto described = describe(*std::get<ValidScenario>(built));
      CHECK(describe(scenario_of(described)) == described);
    }
  }
  CHECK(accepted > 250);
  CHECK(refused > 1000);
}

TEST_CASE("a share of unreachable peers is described as part of the closers") {
  const Scenario original =
      scenario_of({{"rate", "3/s"}, {"close", "client=2,both=1"}, {"unreachable", "0.1"}});
  const auto described = describe(original);
  for (const auto& [name, value] : described) {
    CHECK(name != "unreachable");
  }
  check_same(original, scenario_of(described));
}

TEST_CASE("a described replay builds the same scenario beside the same log") {
  RecordedConnection connection;
  connection.start = TimePoint{Duration{1'500'000'000}};
  const RecordedLoad log{{{.path = "load.csv"}},
                         std::make_shared<const std::vector<RecordedConnection>>(1, connection)};
  const auto built = build_scenario({command_line({{"delay", "60"}})}, log);
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  const auto described = describe(*std::get<ValidScenario>(built));
  CHECK(described.front().first == "retry");
  const auto again = build_scenario({command_line(described)}, log);
  REQUIRE(std::holds_alternative<ValidScenario>(again));
  CHECK(describe(*std::get<ValidScenario>(again)) == described);
}

}  // namespace
}  // namespace portsim
