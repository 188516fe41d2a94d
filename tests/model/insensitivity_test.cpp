// Erlang's formula against the engine: the share of Poisson arrivals that find no port depends on the mean of
// the holds alone (insensitivity). Closed by reset, without RTT, the hold is the lifetime. So it is for the
// translations of hosts that have ports to spare: a dropped SYN holds none of them.
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/exact_ratio.hpp"
#include "base/portable_math.hpp"
#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"
#include "theory/erlang.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kMeanHold = 1s;
constexpr std::uint64_t kSeeds = 30;

struct NamedLaw {
  std::string name;
  Law law;
};

// Four laws of one mean; their squared coefficients of variation are 0, 1, 1.7 and 0.8.
std::vector<NamedLaw> laws() {
  const auto part_of_mean = [](double factor) {
    return Duration(std::llround(factor * static_cast<double>(kMeanHold.count())));
  };
  const double shape = 2.5;
  return {{"constant", Constant{kMeanHold}},
          {"exponential", Exponential{kMeanHold}},
          {"lognormal", Lognormal{part_of_mean(portable_exp(-0.5)), 1.0}},
          {"Pareto", Pareto{part_of_mean((shape - 1) / shape), shape}}};
}

Scenario poisson_load(const Law& law, std::uint16_t ports, std::uint64_t rate, Duration window) {
  Scenario scenario = main_case();
  give_ports(scenario, ports);
  scenario.load = GeneratedLoad{{rate, 0, RateUnit::per_second}, PoissonArrivals{}, 1};
  scenario.lifetime = {{{1.0, law}}};
  scenario.rtt = Distribution::constant(0s);
  close_by(scenario, Closer::reset);
  scenario.warm_up = 100 * kMeanHold;
  scenario.duration = scenario.warm_up + window;
  return scenario;
}

/// Compares the mean of some runs of `scenario` with `expected`.
void check_failure_ratio(Scenario scenario, double expected, const std::string& what) {
  double sum = 0;
  double squares = 0;
  for (scenario.seed = 1; scenario.seed <= kSeeds; ++scenario.seed) {
    const Result result = simulate(valid(scenario));
    const double ratio = nearest_double(result.failed, result.attempts);
    sum += ratio;
    squares += ratio * ratio;
  }
  const double mean = sum / kSeeds;
  const double four_errors = 4 * std::sqrt((squares / kSeeds - mean * mean) / (kSeeds - 1));
  INFO(what << ": failure ratio " << mean << " +- " << four_errors << ", Erlang B " << expected);
  CHECK(std::abs(mean - expected) <= four_errors);
  CHECK(four_errors <= 0.05 * expected);
}

void check_against_erlang(const NamedLaw& named, std::uint16_t ports, std::uint64_t rate, Duration window) {
  const Scenario scenario = poisson_load(named.law, ports, rate, window);
  const auto expected = closed_forms(valid(scenario)).erlang_b;
  REQUIRE(expected);
  check_failure_ratio(scenario, *expected,
                      fmt::format("{} hold, {} ports, {} erlangs", named.name, ports, rate));
}

/// Hosts that never run out of ports, behind a translator of `translations` ports that forgets `after_reset`
/// after the RST.
Scenario behind_translator(Scenario scenario, std::uint16_t translations, Duration after_reset) {
  give_ports(scenario, 20'000);
  NatGateway gateway;
  gateway.hosts = 2;
  gateway.stack.ports = {{1, translations}};
  gateway.stack.nat = Nat{.after_reset = after_reset, .half_open = 0s, .idle = {}, .is_per_host = false};
  scenario.nat = gateway;
  return scenario;
}

TEST_CASE("Poisson arrivals fail as often as Erlang B says, whatever the law of the hold") {
  for (const NamedLaw& named : laws()) {
    check_against_erlang(named, 50, 50, 500s);
    check_against_erlang(named, 10, 8, 1200s);
    check_against_erlang(named, 3, 30, 50s);
  }
}

TEST_CASE("translators drop as many SYNs as Erlang B says for the time of a translation") {
  for (const NamedLaw& named : laws()) {
    const Scenario plain = poisson_load(named.law, 1, 4, 2400s);
    check_failure_ratio(behind_translator(plain, 10, kMeanHold), erlang_b(10, 8),
                        named.name + " hold and 1 s more");
  }
}

TEST_CASE("a translator with ports for each host gives two hosts half of the load each") {
  for (const NamedLaw& named : laws()) {
    Scenario scenario = behind_translator(poisson_load(named.law, 1, 16, 1200s), 10, Duration{});
    scenario.nat->stack.nat->is_per_host = true;
    const Result result = simulate(valid(scenario));
    // Every second arrival of a Poisson stream is more regular than a Poisson stream, and fails less often.
    CHECK(nearest_double(result.failed, result.attempts) < erlang_b(10, 8));
    CHECK(result.nat->at_hosts.failed == 0);
  }
}

TEST_CASE("the four laws have one Erlang B") {
  const double expected = *closed_forms(valid(poisson_load(Constant{kMeanHold}, 50, 50, 1s))).erlang_b;
  for (const NamedLaw& named : laws()) {
    INFO(named.name);
    CHECK(closed_forms(valid(poisson_load(named.law, 50, 50, 1s))).erlang_b.value() ==
          Approx(expected).epsilon(1e-8));
  }
}

}  // namespace
}  // namespace portsim
