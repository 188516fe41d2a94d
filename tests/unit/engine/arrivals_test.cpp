#include "engine/arrivals.hpp"

#include <utility>
#include <vector>

#include "base/exact_ratio.hpp"
#include "catch.hpp"
#include "engine/sampling.hpp"

using namespace portsim;

namespace {

std::vector<std::int64_t> times(const Scenario& scenario, std::size_t most = 1000) {
  ArrivalStream stream(scenario, Draws(scenario.seed, scenario.replication));
  std::vector<std::int64_t> result;
  while (stream.next_time() != ArrivalStream::kOver && result.size() < most) {
    CHECK(stream.caller() == result.size());
    result.push_back(stream.next_time().time_since_epoch().count());
    stream.advance();
  }
  return result;
}

Scenario load(Rate rate, Arrivals arrivals, Duration duration, std::uint32_t requests = 1) {
  Scenario scenario;
  scenario.load = GeneratedLoad{rate, arrivals, requests};
  scenario.duration = duration;
  return scenario;
}

constexpr Duration kSecond{1'000'000'000};

}  // namespace

TEST_CASE("attempt k of a deterministic load is at floor(k * 10^9 / rate)") {
  for (const Rate rate : {Rate{3, 0, RateUnit::per_second}, Rate{165625520573, 10, RateUnit::per_second},
                          Rate{7, 0, RateUnit::per_minute}, Rate{999999999, 0, RateUnit::per_second}}) {
    const Fraction gap = nanoseconds_between(rate);
    const auto found = times(load(rate, DeterministicArrivals{}, 100 * kSecond));
    REQUIRE(found.size() > 10);
    for (std::size_t k = 0; k < found.size(); ++k) {
      REQUIRE(static_cast<Uint128>(found[k]) == multiply_divide(k, gap.numerator, gap.denominator));
    }
  }
}

TEST_CASE("an attempt at the end of the window is not made") {
  CHECK(times(load({1, 0, RateUnit::per_second}, DeterministicArrivals{}, 3 * kSecond)).size() == 3);
  CHECK(
      times(load({1, 0, RateUnit::per_second}, DeterministicArrivals{}, 3 * kSecond + Duration{1})).size() ==
      4);
}

TEST_CASE("a batch comes whole, and its last one too") {
  const auto found = times(load({2, 0, RateUnit::per_second}, BatchArrivals{3}, 2 * kSecond));
  CHECK(found == std::vector<std::int64_t>{0, 0, 0, 1'500'000'000, 1'500'000'000, 1'500'000'000});
}

TEST_CASE("an on-off load counts anew in each cycle and is silent in between") {
  const auto found = times(load({3, 0, RateUnit::per_second}, OnOffArrivals{kSecond, kSecond}, 3 * kSecond));
  CHECK(found ==
        std::vector<std::int64_t>{0, 333'333'333, 666'666'666, 2'000'000'000, 2'333'333'333, 2'666'666'666});
}

TEST_CASE("keep-alive divides the rate of connections") {
  CHECK(times(load({10, 0, RateUnit::per_second}, DeterministicArrivals{}, kSecond, 5)) ==
        std::vector<std::int64_t>{0, 500'000'000});
}

TEST_CASE("Poisson attempts never go back in time and keep the rate") {
  const auto found =
      times(load({1'000'000'000, 0, RateUnit::per_second}, PoissonArrivals{}, kSecond), 200'000);
  REQUIRE(found.size() == 200'000);
  CHECK(std::is_sorted(found.begin(), found.end()));
  // The sum of n gaps of mean 1 ns has a standard deviation of sqrt(n): 5 of them.
  CHECK(std::abs(static_cast<double>(found.back()) - 200'000.0) < 5 * 447.3);
}

TEST_CASE("a rate so low that the second attempt lies beyond any run gives one attempt") {
  CHECK(times(load({1, 18, RateUnit::per_day}, DeterministicArrivals{}, kLongestDelay, 1'000'000)).size() ==
        1);
}

TEST_CASE("a Poisson attempt comes at the sum of all gaps before it, rounded down once") {
  for (const auto& [rate, length] :
       {std::pair{Rate{999'999'999, 0, RateUnit::per_second}, 200 * kSecond},
        std::pair{Rate{7, 0, RateUnit::per_second}, 200 * kSecond},
        std::pair{Rate{2, 6, RateUnit::per_second}, Duration{kLongestDelay}}}) {  // gaps of 6 days on average
    Scenario scenario = load(rate, PoissonArrivals{}, length);
    scenario.seed = 5;
    const Fraction gap = nanoseconds_between(rate);
    const double mean_ns = nearest_double(gap.numerator, gap.denominator);
    const auto found = times(scenario, 2000);
    REQUIRE(found.size() > 1000);
    Uint128 sum = 0;  // in 2^-32 ns
    for (std::size_t k = 0; k < found.size(); ++k) {
      sum += sample_gap(mean_ns, Draws(scenario.seed, scenario.replication), k);
      REQUIRE(static_cast<Uint128>(found[k]) == sum >> 32);
    }
  }
}

TEST_CASE("Poisson attempts that are taken together are those that come one by one") {
  const auto taken_together = [](const Scenario& scenario, std::int64_t parts, std::size_t most) {
    ArrivalStream stream(scenario, Draws(scenario.seed, scenario.replication));
    std::vector<std::int64_t> result;
    std::vector<std::int64_t> room(most);
    for (std::int64_t part = 1; part <= parts; ++part) {
      const TimePoint limit{scenario.duration / parts * part};
      std::size_t count = most;
      while (count == most) {
        count = stream.take_before(limit, room.data(), most);
        for (std::size_t i = 0; i < count; ++i) {
          CHECK(TimePoint{Duration{room[i]}} < limit);
          result.push_back(room[i]);
        }
      }
    }
    return result;
  };
  // From an attempt a nanosecond to a few in the longest run, after which they come later than a clock can
  // tell.
  for (const Rate rate : {Rate{999'999'999, 0, RateUnit::per_second}, Rate{1000, 0, RateUnit::per_second},
                          Rate{1, 6, RateUnit::per_second}, Rate{3, 9, RateUnit::per_second}}) {
    const Fraction gap = nanoseconds_between(rate);
    const Duration mean{static_cast<std::int64_t>(gap.numerator / gap.denominator) + 1};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Duration length = 500 * std::min(mean, Duration{kLongestDelay} / 500);
      Scenario scenario = load(rate, PoissonArrivals{}, length);
      scenario.seed = seed;
      const auto expected = times(scenario, 100'000);
      CHECK(std::is_sorted(expected.begin(), expected.end()));
      for (const std::int64_t parts : {1, 10, 100}) {
        CHECK(taken_together(scenario, parts, 40) == expected);
      }
    }
  }
}

namespace {

Arrivals scheduled(std::vector<Schedule::Step> steps) {
  return ScheduledArrivals{std::make_shared<const Schedule>(Schedule{{}, std::move(steps), kSecond})};
}

TimePoint at(std::int64_t seconds) { return TimePoint{seconds * kSecond}; }

constexpr std::uint64_t kPerSecond = 1'000'000'000;

}  // namespace

TEST_CASE("a schedule of one step is a deterministic load") {
  const Rate rate{7, 0, RateUnit::per_second};
  for (const std::uint32_t requests : {1U, 3U}) {
    CHECK(times(load({}, scheduled({{at(0), 7 * kPerSecond}}), 20 * kSecond, requests)) ==
          times(load(rate, DeterministicArrivals{}, 20 * kSecond, requests)));
  }
}

TEST_CASE("a second of a schedule with n connections has them evenly spaced from its start on") {
  const auto found = times(load({},
                                scheduled({{at(0), 0},
                                           {at(1), 3 * kPerSecond},
                                           {at(2), 1 * kPerSecond},
                                           {at(3), 0},
                                           {at(5), 2 * kPerSecond}}),
                                6 * kSecond));
  CHECK(found == std::vector<std::int64_t>{1'000'000'000, 1'333'333'333, 1'666'666'666, 2'000'000'000,
                                           5'000'000'000, 5'500'000'000});
}

TEST_CASE("a part of a connection is carried from one step of a schedule to the next") {
  // Half a connection in each of the first two seconds: the next attempt is due when both have made one.
  const auto found =
      times(load({}, scheduled({{at(0), kPerSecond / 2}, {at(1), 0}, {at(4), kPerSecond / 2}}), 8 * kSecond));
  CHECK(found == std::vector<std::int64_t>{0, 5'000'000'000, 7'000'000'000});
}

TEST_CASE("the last rate of a schedule holds until the end of the run") {
  CHECK(times(load({}, scheduled({{at(0), kPerSecond}}), 500 * kSecond)).size() == 500);
  CHECK(times(load({}, scheduled({{at(0), kPerSecond}, {at(2), 0}}), 500 * kSecond)).size() == 2);
}

TEST_CASE("a recorded load comes at the times of its rows") {
  Scenario scenario;
  auto rows = std::make_shared<std::vector<RecordedConnection>>(3);
  (*rows)[1].start = TimePoint{Duration{5}};
  (*rows)[2].start = TimePoint{Duration{9}};
  scenario.load = RecordedLoad{.files = {}, .connections = rows};
  scenario.duration = Duration{9};
  CHECK(times(scenario) == std::vector<std::int64_t>{0, 5});
}
