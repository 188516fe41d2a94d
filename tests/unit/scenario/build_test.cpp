#include "settings_support.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

std::size_t index(Closer closer) { return static_cast<std::size_t>(closer); }

TEST_CASE("a rate is all that must be given: the rest is Windows NT 4.0 for an hour") {
  const auto built = build_scenario({command_line({{"rate", "20/s"}})});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  const ValidScenario& valid = std::get<ValidScenario>(built);
  CHECK(std::get<GeneratedLoad>(valid->load) ==
        GeneratedLoad{{20, 0, RateUnit::per_second}, DeterministicArrivals{}, 1});
  CHECK(valid->stack.name == "nt4");
  CHECK(valid->ports == std::vector<PortRange>{{1024, 5000}});
  CHECK(valid->reserved_ports.empty());
  CHECK(valid->ports_in_use == 0);
  CHECK(valid->time_wait == 240s);
  CHECK(valid->fin_wait_2_timeout == Duration{300s});
  CHECK_FALSE(valid->connect_timeout.has_value());
  CHECK(valid->lifetime == Distribution::constant(100ms));
  CHECK(valid->rtt == Distribution::constant(10ms));
  CHECK(valid->peer_close_delay == Distribution::constant(0s));
  CHECK(valid->client_close_delay == Distribution::constant(0s));
  CHECK(valid->closers == CloserWeights{1, 0, 0, 0, 0, 0, 0});
  CHECK(valid->loss == 0);
  CHECK(valid->retry == RetryPolicy{});
  CHECK(valid->session_limit == 2048U);
  CHECK(valid->duration == 1h);
  CHECK(valid->warm_up == 0s);
  CHECK(valid->seed == 1);
  CHECK(valid->replication == 1);
  CHECK(valid.capacity() == 3977);
}

TEST_CASE("every option reaches its place in the scenario") {
  const Scenario s = scenario_of({{"rate", "1.5k/h"},
                                  {"arrivals", "onoff:10s,50s"},
                                  {"requests-per-connection", "4"},
                                  {"retry", "fixed:1s,3"},
                                  {"profile", "win2000"},
                                  {"delay", "0x1e"},
                                  {"fin-wait-2-timeout", "60"},
                                  {"session-limit", "100"},
                                  {"ports", "2000-2999,5000"},
                                  {"reserved-ports", "2500,60000"},
                                  {"ports-in-use", "7"},
                                  {"lifetime", "exp:2s"},
                                  {"rtt", "uniform:10ms,20ms"},
                                  {"peer-close-delay", "lognormal:1s,0.5"},
                                  {"client-close-delay", "pareto:1s,3"},
                                  {"close", "client=3,server=1"},
                                  {"loss", "1e-2"},
                                  {"connect-timeout", "30"},
                                  {"duration", "2h"},
                                  {"warm-up", "10min"},
                                  {"seed", "0xFFFFFFFFFFFFFFFF"}});
  CHECK(std::get<GeneratedLoad>(s.load) ==
        GeneratedLoad{{1500, 0, RateUnit::per_hour}, OnOffArrivals{10s, 50s}, 4});
  CHECK(s.retry == RetryPolicy{RetryPolicy::Kind::fixed, 1s, 3});
  CHECK(s.stack.name == "win2000");
  CHECK(s.time_wait == 30s);
  CHECK(s.fin_wait_2_timeout == Duration{60s});
  CHECK(s.session_limit == 100U);
  CHECK(s.ports == std::vector<PortRange>{{2000, 2999}, {5000, 5000}});
  CHECK(s.reserved_ports == std::vector<PortRange>{{2500, 2500}, {60000, 60000}});
  CHECK(s.ports_in_use == 7);
  CHECK(s.lifetime == Distribution{{{1, Exponential{2s}}}});
  CHECK(s.rtt == Distribution{{{1, Uniform{10ms, 20ms}}}});
  CHECK(s.peer_close_delay == Distribution{{{1, Lognormal{1s, 0.5}}}});
  CHECK(s.client_close_delay == Distribution{{{1, Pareto{1s, 3}}}});
  CHECK(s.closers == CloserWeights{3, 1, 0, 0, 0, 0, 0});
  CHECK(s.loss == 0.01);
  CHECK(s.connect_timeout == Duration{30s});
  CHECK(s.duration == 2h);
  CHECK(s.warm_up == 10min);
  CHECK(s.seed == 0xFFFFFFFFFFFFFFFF);
}

TEST_CASE("none takes a limit away") {
  CHECK_FALSE(scenario_with("fin-wait-2-timeout", "none").fin_wait_2_timeout.has_value());
  CHECK_FALSE(scenario_with("session-limit", "none").session_limit.has_value());
  CHECK_FALSE(scenario_with("connect-timeout", "none").connect_timeout.has_value());
  CHECK(scenario_with("reserved-ports", "none").reserved_ports.empty());
  CHECK(scenario_with("retry", "none").retry == RetryPolicy{});
}

TEST_CASE("a stronger level overrides a weaker one, option by option") {
  const auto file = command_line({{"rate", "5/s"}, {"delay", "60"}, {"rtt", "1ms"}});
  const auto arguments = command_line({{"delay", "120"}, {"rate", "7/s"}});
  const auto built = build_scenario({file, arguments});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  const Scenario& s = *std::get<ValidScenario>(built);
  CHECK(s.time_wait == 120s);
  CHECK(std::get<GeneratedLoad>(s.load).rate.mantissa == 7);
  CHECK(s.rtt == Distribution::constant(1ms));
}

TEST_CASE("a stronger level can take away what a weaker one set") {
  const auto built = build_scenario({command_line({{"rate", "5/s"}, {"connect-timeout", "3"}}),
                                     command_line({{"connect-timeout", "none"}})});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  CHECK_FALSE((*std::get<ValidScenario>(built)).connect_timeout.has_value());
}

TEST_CASE("the strongest profile decides the defaults, whatever a weaker level says beside its own") {
  const auto built = build_scenario({command_line({{"rate", "5/s"}, {"profile", "nt4"}, {"delay", "100"}}),
                                     command_line({{"profile", "win2000"}})});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  const Scenario& s = *std::get<ValidScenario>(built);
  CHECK(s.stack.name == "win2000");
  CHECK(s.stack.syn_waits.size() == 3);
  CHECK_FALSE(s.session_limit.has_value());
  CHECK(s.time_wait == 100s);
}

TEST_CASE("a profile may stand behind the options that it must not override") {
  const Scenario s = scenario_of({{"rate", "5/s"}, {"session-limit", "10"}, {"profile", "win2000"}});
  CHECK(s.session_limit == 10U);
}

TEST_CASE("a share of unreachable peers is taken from the other closers in proportion") {
  const CloserWeights alone = scenario_with("unreachable", "0.25").closers;
  CHECK(alone[index(Closer::client)] == 0.75);
  CHECK(alone[index(Closer::unreachable)] == 0.25);

  const CloserWeights mixed =
      scenario_of({{"rate", "1"}, {"close", "client=6,server=2"}, {"unreachable", "0.5"}}).closers;
  CHECK(mixed[index(Closer::client)] == 0.375);
  CHECK(mixed[index(Closer::server)] == 0.125);
  CHECK(mixed[index(Closer::unreachable)] == 0.5);

  CHECK(scenario_with("unreachable", "1").closers == CloserWeights{0, 0, 0, 0, 1, 0, 0});
  CHECK(scenario_with("unreachable", "0").closers == CloserWeights{1, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("the pool is the ranges less reserved ports less the lowest ones, which others hold") {
  const auto built = build_scenario({command_line(
      {{"rate", "1"}, {"ports", "20-22,10-14"}, {"reserved-ports", "11,21,30-40"}, {"ports-in-use", "2"}})});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  CHECK(std::get<ValidScenario>(built).pool() == std::vector<std::uint16_t>{13, 14, 20, 22});
}

TEST_CASE("a pool may hold every port there is") {
  const auto built = build_scenario({command_line({{"rate", "1"}, {"ports", "1-65535"}})});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  CHECK(std::get<ValidScenario>(built).capacity() == 65535);
  CHECK(std::get<ValidScenario>(built).pool().back() == 65535);
}

TEST_CASE("an unknown option is told with the nearest name") {
  CHECK(line(fault_of("dealy", "240")) == "--dealy 240: there is no option --dealy / did you mean --delay?");
  CHECK(line(fault_of("colour", "red")) ==
        "--colour red: there is no option --colour / portsim --help lists them");
}

TEST_CASE("an option twice at one level is an error that names both places") {
  const std::vector<Fault> faults = faults_of({{"rate", "5"}, {"delay", "60"}, {"delay", "120"}});
  REQUIRE(faults.size() == 1);
  CHECK(line(faults[0]) == "--delay 120: --delay is given twice, first as --delay 60 / keep one");
}

TEST_CASE("an unknown profile is told with the nearest name") {
  CHECK(line(fault_of("profile", "win200")) ==
        "--profile win200: there is no profile \"win200\" / try --profile win2000");
  CHECK(line(fault_of("profile", "plan9")) ==
        "--profile plan9: there is no profile \"plan9\" / try --profile nt4 (portsim profiles lists all)");
}

TEST_CASE("without a rate or a log there is nothing to simulate") {
  const std::vector<Fault> faults = faults_of({{"delay", "240"}});
  REQUIRE(faults.size() == 1);
  CHECK(line(faults[0]) ==
        "--rate: a rate is required / give the connections per second, for example --rate 20/s");
  CHECK(faults_of({}).size() == 1);
}

TEST_CASE("all faults are told at once, each where it stands") {
  const std::vector<Setting> file{{"delay", "20", "portsim.toml:3: delay = 20"},
                                  {"colour", "red", "portsim.toml:4: colour = \"red\""}};
  const auto built = build_scenario(
      {file, command_line({{"rate", "fast"}, {"ports", "5000-1024"}, {"loss", "1"}, {"duration", "0"}})});
  REQUIRE(std::holds_alternative<std::vector<Fault>>(built));
  std::vector<std::string> places;
  for (const Fault& fault : std::get<std::vector<Fault>>(built)) {
    places.push_back(fault.where);
  }
  CHECK(places == std::vector<std::string>{"portsim.toml:4: colour = \"red\"", "--rate fast",
                                           "portsim.toml:3: delay = 20", "--ports 5000-1024", "--loss 1",
                                           "--duration 0"});
}

TEST_CASE("a value that cannot be read brings no further fault that merely follows from it") {
  CHECK(faults_of({{"rate", "5"}, {"ports", "all"}, {"ports-in-use", "5000"}}).size() == 1);
  CHECK(faults_of({{"rate", "5"}, {"duration", "long"}, {"warm-up", "2h"}}).size() == 1);
  CHECK(faults_of({{"rate", "5"}, {"profile", "none"}, {"delay", "10"}}).size() == 1);
  CHECK(faults_of({{"rate", "5"}, {"close", "nobody"}, {"unreachable", "0.5"}}).size() == 1);
  CHECK(faults_of({{"rate", "fast"}, {"delay", "10"}}).size() == 2);
}

TEST_CASE("a bad value is told even where a stronger level overrides it") {
  const auto built =
      build_scenario({command_line({{"rate", "5/s"}, {"rtt", "soon"}}), command_line({{"rtt", "1ms"}})});
  REQUIRE(std::holds_alternative<std::vector<Fault>>(built));
  CHECK(std::get<std::vector<Fault>>(built).front().where == "--rtt soon");
}

}  // namespace
}  // namespace portsim
