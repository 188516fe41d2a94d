#include "theory/exhaustion.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "base/exact_ratio.hpp"
#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr RateUnit kPerSecond = RateUnit::per_second;

// Every attempt of the window, by the definition of the arrival process.
std::vector<std::int64_t> attempts(const GeneratedLoad& load, Duration duration) {
  const Fraction gap = nanoseconds_between(load.rate);
  const auto time = [&](std::uint64_t k) {
    const Uint128 ns = multiply_divide(k * load.requests_per_connection, gap.numerator, gap.denominator);
    return static_cast<std::int64_t>(ns);
  };
  std::vector<std::int64_t> result;
  if (const auto* on_off = std::get_if<OnOffArrivals>(&load.arrivals)) {
    const std::int64_t period = on_off->on.count() + on_off->off.count();
    for (std::int64_t start = 0; start < duration.count(); start += period) {
      for (std::uint64_t k = 0; time(k) < on_off->on.count() && start + time(k) < duration.count(); ++k) {
        result.push_back(start + time(k));
      }
    }
    return result;
  }
  const auto* batch = std::get_if<BatchArrivals>(&load.arrivals);
  const std::uint64_t size = batch != nullptr ? batch->size : 1;
  for (std::uint64_t j = 0; time(j * size) < duration.count(); ++j) {
    result.insert(result.end(), size, time(j * size));
  }
  return result;
}

// The first attempt that finds no port, by keeping the times at which ports are released.
std::optional<std::int64_t> first_failure_by_hand(const std::vector<std::int64_t>& times, Duration hold,
                                                  std::uint64_t capacity) {
  std::deque<std::int64_t> releases;
  for (const std::int64_t time : times) {
    while (!releases.empty() && releases.front() <= time) {
      releases.pop_front();
    }
    if (releases.size() >= capacity) {
      return time;
    }
    releases.push_back(time + hold.count());
  }
  return std::nullopt;
}

GeneratedLoad at(Rate rate, Arrivals arrivals = DeterministicArrivals{}, std::uint32_t requests = 1) {
  return {rate, arrivals, requests};
}

TEST_CASE("the mean rate divides by the requests of a connection and by the silence") {
  const auto is = [](const GeneratedLoad& load, Uint128 numerator, Uint128 denominator) {
    const auto rate = mean_rate_per_ns(load);
    return rate && rate->numerator * denominator == rate->denominator * numerator;
  };
  CHECK(is(at({20, 0, kPerSecond}), 20, 1'000'000'000));
  CHECK(is(at({20, 0, kPerSecond}, PoissonArrivals{}, 7), 20, 7'000'000'000));
  CHECK(is(at({20, 0, kPerSecond}, BatchArrivals{500}), 20, 1'000'000'000));
  CHECK(is(at({25, 1, RateUnit::per_minute}), 25, 600'000'000'000));
  CHECK(is(at({20, 0, kPerSecond}, OnOffArrivals{3s, 2s}), 60, 5'000'000'000));
  // 0, 3/2 and 3 s lie within an ON of 3.1 s; after 3 s sharp the third does not.
  CHECK(is(at({2, 0, kPerSecond}, OnOffArrivals{3100ms, 900ms}, 3), 3, 4'000'000'000));
  CHECK(is(at({2, 0, kPerSecond}, OnOffArrivals{3s, 1s}, 3), 2, 4'000'000'000));
}

TEST_CASE("a mean rate beyond 128 bits is not known") {
  CHECK_FALSE(mean_rate_per_ns(
      at({999'999'999'999'999'999, 18, RateUnit::per_day}, DeterministicArrivals{}, 4'294'967'291U)));
  CHECK(mean_rate_per_ns(at({999'999'999'999'999'999, 18, RateUnit::per_day})));
}

TEST_CASE("deterministic arrivals fail for the first time when the pool was given out and none came back") {
  const GeneratedLoad load = at({20, 0, kPerSecond});
  CHECK(first_failure(load, 240'120ms, 1h, 3977) == TimePoint(198'850ms));
  CHECK(first_failure(load, 198'850ms + 1ns, 1h, 3977) == TimePoint(198'850ms));
  CHECK_FALSE(first_failure(load, 198'850ms, 1h, 3977));
  CHECK(first_failure(load, 240'120ms, 198'850ms + 1ns, 3977));
  CHECK_FALSE(first_failure(load, 240'120ms, 198'850ms, 3977));
  CHECK(first_failure(at({20, 0, kPerSecond}, {}, 3), 1h, 1h, 3977) == TimePoint(596'550ms));
  CHECK(first_failure(at({3, 0, kPerSecond}), 1h, 1h, 1) == TimePoint(333'333'333ns));
}

TEST_CASE("a pool without ports fails at once") {
  CHECK(first_failure(at({20, 0, kPerSecond}), 0s, 1h, 0) == TimePoint{});
  CHECK_FALSE(never_exhausts(at({20, 0, kPerSecond}), 0s, 1h, 0));
}

TEST_CASE("a port held for no time at all serves any load") {
  CHECK(never_exhausts(at({1, 0, kPerSecond}, BatchArrivals{1'000'000}), 0s, 1h, 1));
  CHECK_FALSE(never_exhausts(at({1, 0, kPerSecond}, BatchArrivals{1'000'000}), 1ns, 1h, 1));
}

TEST_CASE("of Poisson arrivals it is not known that they never fail") {
  CHECK_FALSE(never_exhausts(at({1, 0, kPerSecond}, PoissonArrivals{}), 1ns, 1h, 3977));
}

TEST_CASE("the published load fits from 4803 ports on, in batches of 500 from 5000 on") {
  const GeneratedLoad load = at({20, 0, kPerSecond});
  CHECK(never_exhausts(load, 240'120ms, 1h, 4803));
  CHECK_FALSE(never_exhausts(load, 240'120ms, 1h, 4802));
  const GeneratedLoad batches = at({20, 0, kPerSecond}, BatchArrivals{500});
  CHECK(never_exhausts(batches, 240'120ms, 1h, 5000));
  CHECK_FALSE(never_exhausts(batches, 240'120ms, 1h, 4999));
}

TEST_CASE("a window shorter than the hold needs a port for every attempt") {
  const GeneratedLoad load = at({20, 0, kPerSecond});
  CHECK(never_exhausts(load, 240s, 100s, 2000));
  CHECK_FALSE(never_exhausts(load, 240s, 100s, 1999));
}

struct RandomCase {
  GeneratedLoad load;
  Duration hold;
  Duration duration;
  std::uint64_t capacity = 0;
};

RandomCase random_case(std::mt19937_64& generator) {
  const auto any = [&](std::uint64_t low, std::uint64_t high) {
    return low + generator() % (high - low + 1);
  };
  RandomCase result;
  const auto decimals = static_cast<std::uint8_t>(any(0, 2));
  result.load.rate = {any(1, 400), decimals, any(0, 1) == 0 ? kPerSecond : RateUnit::per_minute};
  result.load.requests_per_connection = static_cast<std::uint32_t>(any(1, 3));
  const Fraction gap = nanoseconds_between(result.load.rate);
  const auto step =
      static_cast<std::int64_t>(gap.numerator / gap.denominator) * result.load.requests_per_connection;
  // Whole gaps, one nanosecond beside them, and anything in between.
  const auto span = [&](std::uint64_t low, std::uint64_t high) {
    const auto gaps = static_cast<std::int64_t>(any(low, high));
    const auto beside = any(0, 1) == 0
                            ? static_cast<std::int64_t>(any(0, 2)) - 1
                            : static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(step));
    return Duration(std::max<std::int64_t>(gaps * step + beside, 0));
  };
  const auto kind = any(0, 3);
  if (kind == 0) {
    result.load.arrivals = BatchArrivals{any(1, 5)};
  } else if (kind == 1) {
    result.load.arrivals = DeterministicArrivals{};
  } else {
    OnOffArrivals on_off{std::max(span(0, 12), Duration(1)), span(0, 12)};
    if (on_off.on + on_off.off < Duration(step)) {
      on_off.off += Duration(step);  // few cycles
    }
    result.load.arrivals = on_off;
  }
  result.hold = span(0, 30);
  result.duration = std::max(span(0, 150), Duration(1));
  result.capacity = any(1, 25);
  return result;
}

TEST_CASE("whether a load ever fails agrees with keeping a list of releases") {
  std::mt19937_64 generator(2);
  int failing = 0;
  int fitting = 0;
  int on_off = 0;
  for (int i = 0; i < 20'000; ++i) {
    const RandomCase one = random_case(generator);
    const auto times = attempts(one.load, one.duration);
    const auto failure = first_failure_by_hand(times, one.hold, one.capacity);
    ++(failure ? failing : fitting);
    on_off += std::holds_alternative<OnOffArrivals>(one.load.arrivals) ? 1 : 0;
    INFO("case " << i);
    REQUIRE(never_exhausts(one.load, one.hold, one.duration, one.capacity) == !failure);
    if (failure) {
      REQUIRE(Duration(*failure) < telling_window(one.load, one.hold, one.duration));
    }
    REQUIRE(telling_window(one.load, one.hold, one.duration) <= one.duration);
    if (is_deterministic(one.load.arrivals)) {
      const auto expected = failure ? std::optional(TimePoint(Duration(*failure))) : std::nullopt;
      REQUIRE(first_failure(one.load, one.hold, one.duration, one.capacity) == expected);
    }
  }
  CHECK(failing > 2000);
  CHECK(fitting > 2000);
  CHECK(on_off > 5000);
}

TEST_CASE("the extremes of what may be asked do not overflow") {
  const GeneratedLoad slowest = at({1, 9, kPerSecond}, DeterministicArrivals{}, 4'294'967'295U);
  CHECK(never_exhausts(slowest, 2'000'000'000s, 1'000'000'000s, 1));
  const GeneratedLoad fastest = at({1'000'000'000, 0, kPerSecond});
  CHECK_FALSE(never_exhausts(fastest, 2'000'000'000s, 1'000'000'000s, 65535));
  CHECK(never_exhausts(fastest, 65535ns, 1'000'000'000s, 65535));
  const GeneratedLoad long_cycle =
      at({1'000'000'000, 0, kPerSecond}, OnOffArrivals{1'000'000'000s, 1'000'000'000s});
  CHECK(never_exhausts(long_cycle, 65535ns, 1'000'000'000s, 65535));
  CHECK_FALSE(never_exhausts(long_cycle, 65536ns, 1'000'000'000s, 65535));
  CHECK(telling_window(long_cycle, 5'000'000'000s, 1'000'000'000s) == 1'000'000'000s);
  CHECK(mean_rate_per_ns(long_cycle)->numerator * 2 == mean_rate_per_ns(long_cycle)->denominator);
}

}  // namespace
}  // namespace portsim
