#include "engine/index_set.hpp"

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
      REQUIRE(set.is_empty() == expected.empty());
      if (!expected.empty()) {
        REQUIRE(set.next_around(from) == (next != expected.end() ? *next : *expected.begin()));
      }
      IndexSet::Low<false>(set).insert_if(false, i);
      REQUIRE_FALSE(set.contains(i));
      if (n % 3 == 0) {
        set.insert(i);
        expected.insert(i);
      }
    }
  }
}
