#include "engine/port_search.hpp"

#include <map>
#include <set>
#include <string>

#include "catch.hpp"
#include "engine/draws.hpp"
#include "engine/index_set.hpp"

using namespace portsim;

namespace {

constexpr Selection kAll[] = {Selection::sequential,  Selection::sequential_from_random,
                              Selection::descending,  Selection::random_start,
                              Selection::random_pick, Selection::hash,
                              Selection::double_hash, Selection::random_increment,
                              Selection::parity_first};

/// Searches one after the other by callers 0, 1, 2 ...
class Searches {
 public:
  Searches(Selection selection, std::uint32_t size) : search_(selection, size, Draws(7, 1)), free_(size) {}

  std::optional<Found> next(std::uint64_t key = 0) {
    const auto found = search_.find(free_, {.caller = caller_++, .try_number = 0, .key = key});
    if (found) {
      free_.erase(found->place);
    }
    return found;
  }

  std::optional<Found> next_for_bind() {
    const auto found = search_.find_for_bind(free_, {.caller = caller_++, .try_number = 0, .key = 0});
    if (found) {
      free_.erase(found->place);
    }
    return found;
  }

  void release(std::uint32_t place) { free_.insert(place); }

 private:
  PortSearch search_;
  IndexSet free_;
  std::uint64_t caller_ = 0;
};

}  // namespace

TEST_CASE("sequential selection goes upwards from the last port given and wraps") {
  Searches searches(Selection::sequential, 3);
  CHECK(searches.next()->place == 0);
  CHECK(searches.next()->place == 1);
  searches.release(0);
  CHECK(searches.next()->place == 2);
  CHECK(searches.next()->place == 0);
  CHECK_FALSE(searches.next().has_value());
  searches.release(1);
  searches.release(2);
  CHECK(searches.next()->place == 1);
}

TEST_CASE("the search cost counts every port looked at, the one taken included") {
  Searches searches(Selection::sequential, 100);
  for (int i = 0; i < 100; ++i) {
    CHECK(searches.next()->looked_at == 1);
  }
  searches.release(40);
  CHECK(searches.next()->looked_at == 41);  // from 0, where the last search left off, to 40
  searches.release(39);
  CHECK(searches.next()->looked_at == 99);  // from 41 round to 39
}

TEST_CASE("no selection algorithm gives a port twice or looks at more ports than there are") {
  for (const Selection selection : kAll) {
    for (const std::uint32_t size : {1U, 2U, 3U, 5U, 64U, 101U}) {
      Searches searches(selection, size);
      std::set<std::uint32_t> given;
      for (std::uint32_t i = 0; i < 3 * size; ++i) {
        if (const auto found = searches.next(i % 2)) {
          CHECK(found->place < size);
          CHECK(found->looked_at >= 1);
          CHECK(found->looked_at <= size);
          CHECK(given.insert(found->place).second);
        }
      }
      // Algorithms 2 and 5 may give up early, and Linux leaves out one port of an odd number.
      CHECK(given.size() >= size / 2);
    }
  }
}

TEST_CASE("an algorithm that must find a free port finds the last one") {
  for (const Selection selection :
       {Selection::sequential, Selection::sequential_from_random, Selection::descending,
        Selection::random_start, Selection::hash, Selection::double_hash, Selection::parity_first}) {
    Searches searches(selection, 100);
    for (int i = 0; i < 100; ++i) {
      REQUIRE(searches.next().has_value());
    }
    CHECK_FALSE(searches.next().has_value());
    searches.release(63);
    CHECK(searches.next()->place == 63);
  }
}

TEST_CASE("descending selection begins at the highest port") {
  CHECK(PortSearch::arrange(Selection::descending, {10, 11, 15}) == std::vector<std::uint16_t>{15, 11, 10});
}

TEST_CASE("Linux gives out every second port before the others") {
  CHECK(PortSearch::arrange(Selection::parity_first, {10, 11, 12, 13, 14}) ==
        std::vector<std::uint16_t>{10, 12, 14, 11, 13});
  Searches searches(Selection::parity_first, 1000);
  for (int i = 0; i < 500; ++i) {
    CHECK(searches.next()->place < 500);
  }
  const auto first_odd = searches.next();
  CHECK(first_odd->place >= 500);
  CHECK(first_odd->looked_at > 500);  // all of the first half in vain
}

TEST_CASE("Linux steps by 2, 4 .. 16 ports from an empty pool, each equally often") {
  // Measured on a real kernel: 466 to 517 of 4,000 each.
  std::map<std::uint32_t, int> steps;
  PortSearch search(Selection::parity_first, 28232, Draws(3, 1));
  const IndexSet all(28232);
  std::uint32_t before = search.find(all, {.caller = 0, .try_number = 0, .key = 0})->place;
  for (std::uint64_t caller = 1; caller <= 4000; ++caller) {
    const std::uint32_t place = search.find(all, {.caller = caller, .try_number = 0, .key = 0})->place;
    ++steps[2 * ((place + 14116 - before) % 14116)];
    before = place;
  }
  CHECK(steps.size() == 8);
  for (const auto& [step, times] : steps) {
    CHECK(step % 2 == 0);
    CHECK(step <= 16);
    CHECK(times > 400);
    CHECK(times < 600);
  }
}

TEST_CASE("bind to port 0 on Linux takes the other parity first") {
  Searches searches(Selection::parity_first, 100);
  for (int i = 0; i < 50; ++i) {
    CHECK(searches.next_for_bind()->place >= 50);
  }
  CHECK(searches.next_for_bind()->place < 50);
}

TEST_CASE("an odd number of ports hides one from Linux, depending on the cursor") {
  int given = 0;
  Searches searches(Selection::parity_first, 5);
  while (searches.next()) {
    ++given;
  }
  CHECK((given == 4 || given == 5));  // measured: 4 in one pass and 5 in another
}

TEST_CASE("hash-based selection sends two keys to different places and each key upwards") {
  for (const Selection selection : {Selection::hash, Selection::double_hash}) {
    PortSearch search(selection, 10000, Draws(1, 1));
    const IndexSet all(10000);
    const auto find = [&](std::uint64_t key) {
      return search.find(all, {.caller = 0, .try_number = 0, .key = key})->place;
    };
    const std::uint32_t first = find(1);
    CHECK(find(2) != (first + 1) % 10000);
    const std::uint32_t again = find(1);
    // Algorithm 3 has one counter for all keys, algorithm 4 one for each.
    CHECK(again == (first + (selection == Selection::hash ? 2U : 1U)) % 10000);
  }
}
