#include "engine/port_pool.hpp"

#include <set>

#include "catch.hpp"

using namespace portsim;

TEST_CASE("an index set finds the next member at any size") {
  for (const std::uint32_t size : {1U, 2U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 65535U}) {
    IndexSet set(size);
    std::set<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < size; ++i) {
      expected.insert(i);
    }
    // Take out members by a stride that is prime to every size, so that the holes are scattered.
    for (std::uint32_t n = 0, i = 0; n < size; ++n, i = (i + 7919) % size) {
      REQUIRE(set.contains(i) == (expected.count(i) == 1));
      set.erase(i);
      expected.erase(i);
      const std::uint32_t from = (i * 31) % size;
      const auto next = expected.lower_bound(from);
      const auto found = set.next(from);
      REQUIRE(found.has_value() == (next != expected.end()));
      if (found) {
        REQUIRE(*found == *next);
      }
      if (n % 3 == 0) {
        set.insert(i);
        expected.insert(i);
      }
    }
  }
}

TEST_CASE("sequential selection goes upwards from the last port given and wraps") {
  PortPool pool(3);
  CHECK(pool.take_next()->index == 0);
  CHECK(pool.take_next()->index == 1);
  pool.release(0);
  CHECK(pool.take_next()->index == 2);
  CHECK(pool.take_next()->index == 0);
  CHECK_FALSE(pool.take_next().has_value());
  pool.release(1);
  pool.release(2);
  CHECK(pool.take_next()->index == 1);
}

TEST_CASE("the search cost counts every port looked at, the one taken included") {
  PortPool pool(100);
  for (int i = 0; i < 100; ++i) {
    CHECK(pool.take_next()->looked_at == 1);
  }
  pool.release(40);
  CHECK(pool.take_next()->looked_at == 41);  // from 0, where the last search left off, to 40
  pool.release(39);
  CHECK(pool.take_next()->looked_at == 99);  // from 41 round to 39
}

TEST_CASE("a port that is asked for by number is given only when free, and leaves the search where it was") {
  PortPool pool(4);
  CHECK(pool.take(2));
  CHECK_FALSE(pool.take(2));
  CHECK(pool.take_next()->index == 0);
  CHECK(pool.take_next()->index == 1);
  CHECK(pool.take_next()->index == 3);
}
