#include "study/changed_load.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "catch.hpp"

using namespace portsim;
using namespace std::chrono_literals;

namespace {

RecordedLoad starts_at(const std::vector<Duration>& starts) {
  std::vector<RecordedConnection> rows;
  for (const Duration start : starts) {
    RecordedConnection& row = rows.emplace_back();
    row.start = TimePoint{start};
    row.lifetime = 3s;
    row.destination = static_cast<std::uint32_t>(rows.size());
  }
  return {.files = {},
          .connections = std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
}

std::vector<Duration> starts_of(const RecordedLoad& load) {
  std::vector<Duration> starts;
  for (const RecordedConnection& row : *load.connections) {
    starts.push_back(row.start.time_since_epoch());
  }
  return starts;
}

}  // namespace

TEST_CASE("speed divides the times of starts and leaves the durations") {
  const auto load = changed(starts_at({0s, 1ns, 10s}), {.speed = {3, 1}});
  CHECK(starts_of(load) == std::vector<Duration>{0ns, 0ns, 3333333333ns});
  CHECK(load.connections->back().lifetime == 3s);
  CHECK(starts_of(changed(starts_at({1s}), {.speed = {5, 10}})) == std::vector<Duration>{2s});
}

TEST_CASE("scale replays each connection with copies that start within a second of it") {
  const auto load = changed(starts_at({0s, 10s}), {.scale = 3, .seed = 7});
  const auto starts = starts_of(load);
  REQUIRE(starts.size() == 6);
  CHECK(starts[0] == 0s);
  CHECK(starts[3] == 10s);
  for (const std::size_t copy : {1U, 2U, 4U, 5U}) {
    const Duration jitter = starts[copy] - starts[copy < 3 ? 0 : 3];
    CHECK(jitter >= 0s);
    CHECK(jitter < kCopyJitter);
    CHECK((*load.connections)[copy].destination == (copy < 3 ? 1U : 2U));
  }
  CHECK(std::is_sorted(starts.begin(), starts.end()));
}

TEST_CASE("the jitter of copies follows from the seed alone") {
  const auto load = starts_at({0s, 10s, 20s});
  CHECK(starts_of(changed(load, {.scale = 2, .seed = 1})) ==
        starts_of(changed(load, {.scale = 2, .seed = 1})));
  CHECK(starts_of(changed(load, {.scale = 2, .seed = 1})) !=
        starts_of(changed(load, {.scale = 2, .seed = 2})));
}

TEST_CASE("the jitter of copies fills its second evenly") {
  const auto starts = starts_of(changed(starts_at(std::vector<Duration>(20000, 0s)), {.scale = 2}));
  for (int quarter = 1; quarter <= 3; ++quarter) {
    const auto below = std::count_if(starts.begin(), starts.end(),
                                     [&](Duration start) { return start < kCopyJitter / 4 * quarter; });
    CHECK(std::abs(below - 20000 - 5000 * quarter) < 300);  // 4.9 standard deviations and more
  }
}
