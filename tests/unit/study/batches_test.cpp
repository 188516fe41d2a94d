#include "study/batches.hpp"

#include <array>
#include <functional>

#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSteps = 1000;

/// A run whose ports in use at the end of each step, of 1 s, are those of `ports`.
Result run_with(const std::function<std::uint64_t(std::size_t)>& ports) {
  Result run;
  run.timeline_step = 1s;
  for (std::size_t step = 0; step < kSteps; ++step) {
    TimelineRow& row = run.timeline.emplace_back();
    row.states[0] = ports(step);
    row.attempts = 10;
    row.failed = step % 10;
  }
  return run;
}

TEST_CASE("the start-up is over when the ports in use have stopped to climb") {
  const auto found = find_warm_up(run_with([](std::size_t step) {
    return std::min<std::uint64_t>(step, 200) * 10 + step * 7919 % 13;  // noise of 0 to 12
  }));
  REQUIRE(found);
  CHECK(*found >= 190s);
  CHECK(*found <= 215s);
}

TEST_CASE("a run that is steady from the start has no start-up") {
  const auto steady = find_warm_up(run_with([](std::size_t step) { return 500 + step * 7919 % 13; }));
  REQUIRE(steady);
  CHECK(*steady <= 50s);
  CHECK(find_warm_up(run_with([](std::size_t) { return 500; })) == 0s);
}

TEST_CASE("a run that never becomes steady is too short to tell") {
  CHECK_FALSE(find_warm_up(run_with([](std::size_t step) { return step; })));
  CHECK_FALSE(find_warm_up(run_with([](std::size_t step) { return std::min<std::size_t>(step, 700); })));
  CHECK_FALSE(find_warm_up(Result{}));
}

TEST_CASE("fifty steps tell when the start-up is over, fewer do not") {
  Result run = run_with([](std::size_t) { return 500; });
  run.timeline.resize(50);
  CHECK(find_warm_up(run) == 0s);
  run.timeline.resize(49);
  CHECK_FALSE(find_warm_up(run));
}

TEST_CASE("the published case is steady when the first ports come back") {
  const auto found = find_warm_up(simulate(valid(main_case())));
  REQUIRE(found);
  CHECK(*found >= 180s);  // the pool is full at 198.85 s
  CHECK(*found <= 250s);  // the hold is 240.12 s
}

TEST_CASE("batches hold all attempts and all steps") {
  const Result run = run_with([](std::size_t step) { return step; });
  const auto batches = batch_means(run, 10);
  REQUIRE(batches);
  CHECK(batches->failure_ratio.estimate.mean == Approx(0.45));
  CHECK(batches->failure_ratio.estimate.low == batches->failure_ratio.estimate.mean);  // all are alike
  CHECK_FALSE(batches->failure_ratio.is_correlated);
  CHECK(batches->ports_in_use.estimate.mean == Approx(499.5));
  CHECK(batches->ports_in_use.is_correlated);  // each is larger than the one before
  CHECK_FALSE(batch_means(Result{}, 5));
}

TEST_CASE("batches are correlated when von Neumann's ratio is below its lower bound") {
  // Of four independent batches one ratio in 20 is below 2 - 1.64485 x 2 sqrt(2 / 15) = 0.7988.
  const auto four = [](std::array<std::uint64_t, 4> ports) {
    const auto batches = batch_means(run_with([&](std::size_t step) { return ports[step / 250]; }), 4);
    REQUIRE(batches);
    return batches->ports_in_use;
  };
  const BatchMean above = four({0, 2, 3, 3});
  CHECK(*above.neumann_ratio == Approx(5.0 / 6));
  CHECK_FALSE(above.is_correlated);
  const BatchMean below = four({0, 1, 2, 2});
  CHECK(*below.neumann_ratio == Approx(2 / 2.75));
  CHECK(below.is_correlated);
}

TEST_CASE("neighbours that differ by turns are no reason to doubt the interval") {
  const auto batches = batch_means(run_with([](std::size_t step) { return step / 100 % 2; }), 10);
  REQUIRE(batches);
  CHECK_FALSE(batches->ports_in_use.is_correlated);
  CHECK(*batches->ports_in_use.neumann_ratio == Approx(9 / 2.5));
}

TEST_CASE("the intervals of batches hold Erlang's values 95 times in 100") {
  constexpr std::uint64_t kExperiments = 200;
  constexpr std::uint64_t kLeastCovered = 179;  // fewer come with a probability below 0.1 %
  Scenario scenario = main_case();
  give_ports(scenario, 10);
  scenario.load = GeneratedLoad{{8, 0, RateUnit::per_second}, PoissonArrivals{}, 1};
  scenario.lifetime = Distribution::constant(1s);
  scenario.rtt = Distribution::constant(0s);
  close_by(scenario, Closer::reset);
  scenario.warm_up = 20s;
  scenario.duration = 1020s;
  const auto erlang = closed_forms(valid(scenario)).erlang_b;
  REQUIRE(erlang);
  const double ports = 8 * (1 - *erlang);  // erlangs that are carried
  const auto holds = [](const MeanEstimate& estimate, double value) {
    return *estimate.low <= value && value <= *estimate.high ? 1U : 0U;
  };
  std::uint64_t ratio_covered = 0;
  std::uint64_t ports_covered = 0;
  std::uint64_t correlated = 0;
  for (scenario.seed = 1; scenario.seed <= kExperiments; ++scenario.seed) {
    const auto batches = batch_means(simulate(valid(scenario)), 20);
    REQUIRE(batches);
    ratio_covered += holds(batches->failure_ratio.estimate, *erlang);
    ports_covered += holds(batches->ports_in_use.estimate, ports);
    correlated += batches->failure_ratio.is_correlated ? 1U : 0U;
  }
  CHECK(ratio_covered >= kLeastCovered);
  CHECK(ports_covered >= kLeastCovered);
  CHECK(correlated >= 1);  // independent ones look so 5 times in 100
  CHECK(correlated <= 21);
}

}  // namespace
}  // namespace portsim
