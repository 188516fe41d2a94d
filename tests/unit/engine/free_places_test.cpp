#include "engine/free_places.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include "catch.hpp"

using namespace portsim;

namespace {

FreePlaces places(std::uint32_t size) {
  FreePlaces free{IndexSet(size)};
  free.note_times(size);
  return free;
}

}  // namespace

TEST_CASE("ports are given in turn as long as each is free when its turn comes") {
  constexpr std::uint32_t kSize = 300;
  FreePlaces free = places(kSize);
  std::vector<std::int64_t> times(kSize);
  std::vector<std::int64_t> until(kSize);
  for (std::uint32_t i = 0; i < kSize; ++i) {
    times[i] = 10 * i;
    until[i] = 5000 + 10 * i;
  }
  until[200] = 8001;  // a nanosecond after its turn comes again
  Duration shortest = kNever;
  CHECK(free.take_in_turn(0, times.data(), until.data(), kSize, shortest) == kSize);
  CHECK(shortest == kNever);

  for (std::int64_t& time : times) {
    time += 6000;
  }
  CHECK(free.take_in_turn(0, times.data(), until.data(), kSize, shortest) == 200);
  CHECK(shortest == Duration{1000});
  CHECK(free.take_in_turn(250, times.data() + 200, until.data(), kSize, shortest) == 50);
  CHECK(shortest == Duration{500});
}

TEST_CASE(
    "a port is given in turn at the very instant at which it is free, also just before one that is not") {
  FreePlaces free = places(3);
  const std::array<std::int64_t, 3> times{0, 1, 2};
  const std::array<std::int64_t, 3> until{10, 11, 13};
  Duration shortest = kNever;
  CHECK(free.take_in_turn(0, times.data(), until.data(), 3, shortest) == 3);
  const std::array<std::int64_t, 3> later{10, 11, 12};
  CHECK(free.take_in_turn(0, later.data(), later.data(), 3, shortest) == 2);
  CHECK(shortest == Duration{0});
}

TEST_CASE("a search passes over a port that was taken in turn, and its old release frees it no more") {
  FreePlaces free = places(100);
  const std::array<std::int64_t, 2> times{10, 20};
  const std::array<std::int64_t, 2> until{50, 60};
  Duration shortest = kNever;
  CHECK(free.take_in_turn(0, times.data(), until.data(), 2, shortest) == 2);
  auto at = free.at(30);
  CHECK_FALSE(at.contains(0));
  CHECK(at.next(0) == 2);
  at.give_back(0);
  CHECK(at.next(0) == 2);
  at.set_now(50);
  at.give_back(0);
  CHECK(at.next(0) == 0);
  CHECK(at.take(0, 70) == Duration{0});
  CHECK(at.next(0) == 2);
}

TEST_CASE("a port that is no part of the pool is never given") {
  IndexSet usable(3);
  usable.erase(1);
  FreePlaces free(usable);
  free.note_times(3);
  const std::array<std::int64_t, 3> times{0, 1, 2};
  Duration shortest = kNever;
  CHECK(free.take_in_turn(0, times.data(), times.data(), 3, shortest) == 1);
  CHECK(free.at(5).next(1) == 2);
}
