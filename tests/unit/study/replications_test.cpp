// Intervals against known answers. The seeds are fixed, so each test has one outcome; its bounds are those
// within which the number of intervals that hold the true value lies with a probability of 99.9 %.
#include "study/replications.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/exact_ratio.hpp"
#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/theory.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kExperiments = 200;
constexpr std::uint64_t kLeastCovered = 179;
constexpr std::uint64_t kMostCovered = 199;

Scenario poisson_load(std::uint16_t ports, std::uint64_t rate, Duration hold) {
  Scenario scenario = main_case();
  give_ports(scenario, ports);
  scenario.load = GeneratedLoad{{rate, 0, RateUnit::per_second}, PoissonArrivals{}, 1};
  scenario.lifetime = Distribution::constant(hold);
  scenario.rtt = Distribution::constant(0s);
  close_by(scenario, Closer::reset);
  return scenario;
}

Replicated replicate_times(const Scenario& scenario, std::uint64_t count, unsigned jobs = 1) {
  return replicate(valid(scenario), {}, {.most = count, .until = {}}, jobs, [](const Result&) {});
}

const MeanEstimate& mean(const Replicated& replicated, Measure measure) {
  const auto& found = replicated.all.means[static_cast<std::size_t>(measure)];
  REQUIRE(found);
  return *found;
}

TEST_CASE("the interval of the failure ratio holds Erlang's 95 times in 100") {
  Scenario scenario = poisson_load(10, 8, 1s);
  scenario.warm_up = 20s;
  scenario.duration = 220s;
  const auto expected = closed_forms(valid(scenario)).erlang_b;
  REQUIRE(expected);
  std::uint64_t covered = 0;
  for (scenario.seed = 1; scenario.seed <= kExperiments; ++scenario.seed) {
    const MeanEstimate ratio = mean(replicate_times(scenario, 10), Measure::failure_ratio);
    covered += *ratio.low <= *expected && *expected <= *ratio.high ? 1U : 0U;
  }
  CHECK(covered >= kLeastCovered);
  CHECK(covered <= kMostCovered);
}

TEST_CASE("the intervals of the first failure hold the quantiles of the time of the third arrival") {
  // Two ports that are not given back: the third arrival fails. Its time has a gamma law of shape 3, and is
  // later than 3 s with probability (1 + 3 + 9/2) / e^3.
  Scenario scenario = poisson_load(2, 1, 1h);
  scenario.duration = 3s;
  const double without = 8.5 * std::exp(-3.0);
  const auto holds = [](const TimeQuantile& quantile, double seconds) {
    const TimePoint time{Duration{static_cast<std::int64_t>(seconds * 1e9)}};
    return (!quantile.low || *quantile.low <= time) && (!quantile.high || time <= *quantile.high);
  };
  std::array<std::uint64_t, 3> covered{};
  for (scenario.seed = 1; scenario.seed <= kExperiments; ++scenario.seed) {
    const ReplicationResult all = replicate_times(scenario, 40).all;
    covered[0] += all.without_failure.low <= without && without <= all.without_failure.high ? 1U : 0U;
    covered[1] += holds(all.first_failure[0], 1.1020653) ? 1U : 0U;
    covered[2] += holds(all.first_failure[1], 2.6740603) ? 1U : 0U;
    CHECK_FALSE(all.first_failure[2].value);  // 5.3 s: beyond the window
  }
  for (const std::uint64_t number : covered) {
    CHECK(number >= kLeastCovered);
  }
  CHECK(covered[0] <= kMostCovered);
  CHECK(covered[2] <= kMostCovered);
}

TEST_CASE("a quantile of the first failure is the earliest that so many runs do not exceed") {
  Scenario scenario = poisson_load(2, 1, 1h);
  scenario.duration = 100s;
  std::vector<TimePoint> failures;
  for (std::uint64_t count = 1; count <= 11; ++count) {
    scenario.replication = static_cast<std::uint32_t>(count);
    failures.push_back(simulate(valid(scenario)).first_failure.value().time);
    scenario.replication = 1;
    const ReplicationResult all = replicate_times(scenario, count).all;
    std::vector<TimePoint> sorted = failures;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t index = 0; index < kQuantiles.size(); ++index) {
      const auto rank = static_cast<std::size_t>(
          std::ceil(static_cast<double>(count) * static_cast<double>(kQuantiles[index]) / 100));
      CHECK(all.first_failure[index].value == sorted[rank - 1]);
    }
    // With so few nothing but the start of the run lies below the lowest quantile for sure.
    CHECK(all.first_failure[0].low == TimePoint{});
  }
}

TEST_CASE("replications do not depend on the number of threads, and the first is the plain run") {
  Scenario scenario = poisson_load(10, 8, 1s);
  scenario.duration = 30s;
  const Replicated alone = replicate_times(scenario, 20, 1);
  const Replicated shared = replicate_times(scenario, 20, 3);
  for (std::size_t index = 0; index < kMeasureNames.size(); ++index) {
    CAPTURE(kMeasureNames[index]);
    const auto& left = alone.all.means[index];
    const auto& right = shared.all.means[index];
    REQUIRE(left.has_value() == right.has_value());
    CHECK((!left || (left->mean == right->mean && left->low == right->low && left->high == right->high)));
  }
  CHECK(alone.first.fingerprint == simulate(valid(scenario)).fingerprint);
  CHECK(shared.first.fingerprint == alone.first.fingerprint);
  CHECK(alone.all.count == 20);
  CHECK_FALSE(alone.all.all_alike);
}

TEST_CASE("a mean is that of the runs with replication 1, 2 and so on") {
  Scenario scenario = poisson_load(10, 8, 1s);
  scenario.duration = 30s;
  std::vector<std::uint64_t> watched;
  const Replicated replicated = replicate(valid(scenario), {}, {.most = 5, .until = {}}, 2,
                                          [&](const Result& result) { watched.push_back(result.failed); });
  std::vector<std::uint64_t> expected;
  double sum = 0;
  for (scenario.replication = 1; scenario.replication <= 5; ++scenario.replication) {
    expected.push_back(simulate(valid(scenario)).failed);
    sum += static_cast<double>(expected.back());
  }
  CHECK(watched == expected);
  CHECK(mean(replicated, Measure::failed).mean == Approx(sum / 5));
}

TEST_CASE("replications without random draws are alike, and their intervals have no width") {
  Scenario scenario = main_case();
  scenario.duration = 300s;
  const Replicated replicated = replicate_times(scenario, 3);
  CHECK(replicated.all.all_alike);
  const MeanEstimate ratio = mean(replicated, Measure::failure_ratio);
  CHECK(ratio.mean == nearest_double(replicated.first.failed, replicated.first.attempts));
  CHECK(*ratio.low == ratio.mean);
  CHECK(*ratio.high == ratio.mean);
}

TEST_CASE("replications go on until an interval is narrow enough, and not longer") {
  Scenario scenario = poisson_load(10, 8, 1s);
  scenario.duration = 100s;
  const auto goal = [](std::uint64_t most, double half_width) {
    return ReplicationGoal{.most = most, .until = Precision{Measure::failure_ratio, half_width}};
  };
  const auto run = [&](const ReplicationGoal& aim) {
    return replicate(valid(scenario), {}, aim, 2, [](const Result&) {});
  };
  const auto half = [](const Replicated& replicated) {
    const MeanEstimate ratio = mean(replicated, Measure::failure_ratio);
    return *ratio.high - ratio.mean;
  };
  const Replicated enough = run(goal(1000, 0.005));
  CHECK(enough.is_precise);
  CHECK(half(enough) < 0.005);
  REQUIRE(enough.all.count > kLeastReplications);
  CHECK(half(replicate_times(scenario, enough.all.count - 1)) >= 0.005);
  CHECK(run(goal(1000, 1)).all.count == kLeastReplications);
  const Replicated cut = run(goal(12, 1e-9));
  CHECK(cut.all.count == 12);
  CHECK_FALSE(cut.is_precise);
}

TEST_CASE("a mean is known where every run knows the value, whichever run does not") {
  Scenario scenario = poisson_load(10, 1, 1s);
  scenario.duration = 1s;  // without an attempt in more than a third of the runs
  std::uint64_t known = 0;
  for (scenario.seed = 1; scenario.seed <= 30; ++scenario.seed) {
    bool all_attempt = true;
    for (scenario.replication = 1; scenario.replication <= 3; ++scenario.replication) {
      all_attempt = all_attempt && simulate(valid(scenario)).attempts > 0;
    }
    scenario.replication = 1;
    const auto& means = replicate_times(scenario, 3).all.means;
    CHECK(means[static_cast<std::size_t>(Measure::search_mean)].has_value() == all_attempt);
    known += all_attempt ? 1U : 0U;
  }
  CHECK(known > 0);
  CHECK(known < 30);
}

TEST_CASE("what is not known of every run has no mean, and one run has no interval") {
  Scenario scenario = main_case();
  scenario.duration = 10s;
  const Replicated one = replicate_times(scenario, 1);
  CHECK_FALSE(mean(one, Measure::attempts).low);
  scenario.load = GeneratedLoad{{1, 6, RateUnit::per_second}, PoissonArrivals{}, 1};
  CHECK_FALSE(replicate_times(scenario, 3).all.means[static_cast<std::size_t>(Measure::hold_mean)]);
}

}  // namespace
}  // namespace portsim
