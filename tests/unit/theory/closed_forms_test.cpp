#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/theory.hpp"
#include "theory/erlang.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Theory theory_of(const Scenario& scenario) { return closed_forms(valid(scenario)); }

TEST_CASE("the published case has its published closed forms, to the last digit") {
  const Theory theory = theory_of(main_case());
  CHECK(theory.offered_load == 4802.4);
  CHECK(theory.fluid_failure_ratio == 0.17187239713476596);
  CHECK(theory.first_failure == TimePoint(198'850ms));
  CHECK_FALSE(theory.erlang_b);
}

TEST_CASE("keep-alive divides the offered load") {
  Scenario scenario = main_case();
  made_up(scenario).requests_per_connection = 4;
  const Theory theory = theory_of(scenario);
  CHECK(theory.offered_load == 1200.6);
  CHECK(theory.fluid_failure_ratio == 0);
  CHECK_FALSE(theory.first_failure);
}

TEST_CASE("a load of exactly the capacity does not fail") {
  Scenario scenario = main_case();
  give_ports(scenario, 4800);
  scenario.lifetime = Distribution::constant(0s);
  scenario.rtt = Distribution::constant(0s);
  const Theory theory = theory_of(scenario);
  CHECK(theory.offered_load == 4800.0);
  CHECK(theory.fluid_failure_ratio == 0);
  CHECK_FALSE(theory.first_failure);
}

TEST_CASE("ports that other programs hold are not there") {
  Scenario scenario = main_case();
  scenario.ports_in_use = 977;
  const Theory theory = theory_of(scenario);
  CHECK(theory.first_failure == TimePoint(150s));
  CHECK(*theory.fluid_failure_ratio == Approx(1 - 3000 / 4802.4).epsilon(1e-14));
}

TEST_CASE("a first failure within the warm-up says nothing about the counted window") {
  Scenario scenario = main_case();
  scenario.warm_up = 198'850ms;
  CHECK(theory_of(scenario).first_failure == TimePoint(198'850ms));
  scenario.warm_up += 1ns;
  CHECK_FALSE(theory_of(scenario).first_failure);
}

TEST_CASE("a first failure after the window is none") {
  Scenario scenario = main_case();
  scenario.duration = 198'850ms;
  CHECK_FALSE(theory_of(scenario).first_failure);
}

TEST_CASE("Poisson arrivals have Erlang B, whatever the law of the hold") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = PoissonArrivals{};
  const Theory constant = theory_of(scenario);
  CHECK(constant.offered_load == 4802.4);
  CHECK(constant.erlang_b == erlang_b(3977, 4802.4));
  CHECK(constant.fluid_failure_ratio == 0.17187239713476596);
  CHECK_FALSE(constant.first_failure);

  scenario.lifetime = {{{1.0, Exponential{100ms}}}};
  const Theory random = theory_of(scenario);
  CHECK(*random.offered_load == Approx(4802.4).epsilon(1e-15));
  CHECK(*random.erlang_b == Approx(*constant.erlang_b).epsilon(1e-12));
  CHECK(*random.fluid_failure_ratio == Approx(*constant.fluid_failure_ratio).epsilon(1e-12));
}

TEST_CASE("a random hold has an offered load and a fluid limit but no known first failure") {
  Scenario scenario = main_case();
  scenario.lifetime = {{{1.0, Uniform{50ms, 150ms}}}};
  const Theory theory = theory_of(scenario);
  CHECK(*theory.offered_load == Approx(4802.4).epsilon(1e-15));
  CHECK(*theory.fluid_failure_ratio == Approx(0.17187239713476596).epsilon(1e-13));
  CHECK_FALSE(theory.first_failure);
  CHECK_FALSE(theory.erlang_b);
}

TEST_CASE(
    "batches of one are deterministic, larger ones neither flow nor have a first failure in closed form") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = BatchArrivals{1};
  CHECK(theory_of(scenario).first_failure == TimePoint(198'850ms));
  CHECK(theory_of(scenario).fluid_failure_ratio);
  made_up(scenario).arrivals = BatchArrivals{500};
  CHECK(theory_of(scenario).offered_load == 4802.4);
  CHECK_FALSE(theory_of(scenario).first_failure);
  CHECK_FALSE(theory_of(scenario).fluid_failure_ratio);
}

TEST_CASE("an on-off load is offered at its mean rate") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = OnOffArrivals{10s, 30s};
  const Theory theory = theory_of(scenario);
  CHECK(theory.offered_load == 1200.6);
  CHECK_FALSE(theory.fluid_failure_ratio);
  CHECK_FALSE(theory.first_failure);
  CHECK_FALSE(theory.erlang_b);
}

TEST_CASE("with retries only the load of the first tries is known") {
  Scenario scenario = main_case();
  scenario.retry = {RetryPolicy::Kind::fixed, 1s, 3};
  CHECK(theory_of(scenario).offered_load == 4802.4);
  CHECK_FALSE(theory_of(scenario).fluid_failure_ratio);
  CHECK_FALSE(theory_of(scenario).first_failure);
  made_up(scenario).arrivals = PoissonArrivals{};
  CHECK_FALSE(theory_of(scenario).erlang_b);
}

TEST_CASE("where ports may never be freed no closed form holds") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = PoissonArrivals{};
  scenario.loss = 0.1;
  scenario.fin_wait_2_timeout.reset();
  const Theory theory = theory_of(scenario);
  CHECK_FALSE(theory.offered_load);
  CHECK_FALSE(theory.fluid_failure_ratio);
  CHECK_FALSE(theory.erlang_b);
}

TEST_CASE("a recorded load has no closed form") {
  Scenario scenario = main_case();
  scenario.load = RecordedLoad{{{.path = "rows.csv"}}, std::make_shared<std::vector<RecordedConnection>>(1)};
  const Theory theory = theory_of(scenario);
  CHECK_FALSE(theory.offered_load);
  CHECK_FALSE(theory.fluid_failure_ratio);
  CHECK_FALSE(theory.first_failure);
  CHECK_FALSE(theory.erlang_b);
}

}  // namespace
}  // namespace portsim
