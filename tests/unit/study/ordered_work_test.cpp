#include "study/ordered_work.hpp"

#include <atomic>
#include <set>
#include <stdexcept>

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

template <class Value>
std::vector<Value> all_of(OrderedWork<Value>& work) {
  std::vector<Value> values;
  while (!work.is_done()) {
    if (auto value = work.next(1s)) {
      values.push_back(*std::move(value));
    }
  }
  return values;
}

}  // namespace

TEST_CASE("values come out in order, whichever thread is done first") {
  for (const unsigned jobs : {1U, 2U, 8U}) {
    CAPTURE(jobs);
    OrderedWork<std::uint64_t> work(3, 203, jobs, [](std::uint64_t index) {
      if (index % 7 == 3) {
        std::this_thread::sleep_for(1ms);
      }
      return index * index;
    });
    const std::vector<std::uint64_t> values = all_of(work);
    REQUIRE(values.size() == 200);
    for (std::uint64_t index = 0; index < values.size(); ++index) {
      CHECK(values[index] == (index + 3) * (index + 3));
    }
    CHECK(work.made() == 200);
  }
}

TEST_CASE("several threads share the work") {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::atomic<int> waiting{0};
  OrderedWork<int> work(0, 2, 2, [&](std::uint64_t) {
    {
      const std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
    }
    ++waiting;
    while (waiting < 2) {  // neither ends before the other has begun
      std::this_thread::yield();
    }
    return 0;
  });
  CHECK(all_of(work).size() == 2);
  CHECK(threads.size() == 2);
}

TEST_CASE("a value that is not there yet is not waited for longer than asked") {
  std::atomic<bool> may_end{false};
  OrderedWork<int> work(0, 1, 1, [&](std::uint64_t) {
    while (!may_end) {
      std::this_thread::yield();
    }
    return 5;
  });
  CHECK_FALSE(work.next(1ms).has_value());
  CHECK(work.made() == 0);
  may_end = true;
  CHECK(all_of(work) == std::vector<int>{5});
}

TEST_CASE("what a value's computation throws reaches the one who asks for it, after the values before it") {
  OrderedWork<int> work(0, 10, 2, [](std::uint64_t index) {
    if (index == 2) {
      throw std::runtime_error("no port");
    }
    return static_cast<int>(index);
  });
  CHECK(work.next(10s) == 0);
  CHECK(work.next(10s) == 1);
  CHECK_THROWS_AS(work.next(10s), std::runtime_error);
}

TEST_CASE("work that nobody waits for any more is not begun") {
  std::atomic<std::uint64_t> begun{0};
  {
    OrderedWork<int> work(0, 16'000, 2, [&](std::uint64_t) {
      ++begun;
      std::this_thread::sleep_for(1ms);
      return 0;
    });
    CHECK(work.next(10s).has_value());
  }
  CHECK(begun < 16'000);  // the other threads had 8 s to go on
}

TEST_CASE("no work is done at once") {
  const OrderedWork<int> work(5, 5, 4, [](std::uint64_t) { return 0; });
  CHECK(work.is_done());
}

}  // namespace portsim
