#include "trace/connection_store.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <tuple>

#include "catch.hpp"
#include "logged.hpp"
#include "trace/recent_ids.hpp"

using namespace portsim;
using namespace portsim::test;

namespace {

/// Thousands of connections of seven hosts, far out of order, many at one instant; `destination` numbers
/// them.
std::vector<LoggedConnection> shuffled() {
  std::vector<LoggedConnection> connections;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    LoggedConnection& connection = connections.emplace_back();
    connection.start_ns = (i * 7919U) % 613U;
    connection.host = (i * 31U) % 7U;
    connection.destination = i;
  }
  return connections;
}

std::vector<std::uint32_t> order_of(const ConnectionStore& store, std::optional<std::uint32_t> host) {
  std::vector<std::uint32_t> order;
  store.for_each(host, [&](const LoggedConnection& connection) { order.push_back(connection.destination); });
  return order;
}

void fill(ConnectionStore& store) {
  for (const LoggedConnection& connection : shuffled()) {
    store.add(connection);
  }
  store.finish();
}

}  // namespace

TEST_CASE("connections come by start, however few of them are in memory") {
  std::vector<LoggedConnection> expected = shuffled();
  std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) {
    return std::tie(a.start_ns, a.host) < std::tie(b.start_ns, b.host);
  });
  for (const std::size_t most : {1U, 3U, 1000U, 4999U, 5000U, 100000U}) {
    ConnectionStore store(most);
    fill(store);
    std::vector<std::uint32_t> all;
    for (const LoggedConnection& connection : expected) {
      all.push_back(connection.destination);
    }
    CHECK(order_of(store, std::nullopt) == all);
    std::uint64_t count = 0;
    for (std::uint32_t host = 0; host < 7; ++host) {
      std::vector<std::uint32_t> own;
      for (const LoggedConnection& connection : expected) {
        if (connection.host == host) {
          own.push_back(connection.destination);
        }
      }
      CHECK(order_of(store, host) == own);
      CHECK(store.count_of(host) == own.size());
      count += own.size();
    }
    CHECK(store.size() == count);
    CHECK(order_of(store, 7).empty());
  }
}

TEST_CASE("a log that goes through a temporary file gives the same loads") {
  std::string text =
      "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\tconn_state\thistory\n";
  for (int i = 0; i < 300; ++i) {
    text += std::to_string((i * 97) % 301) + ".5\t10.0.0." + std::to_string(i % 3) + "\t1\t10.1.0." +
            std::to_string(i % 5) + "\t80\ttcp\t0.25\tSF\tShADadFf\n";
  }
  const auto whole = log_of(text);
  const auto in_parts = log_of(text, {.most_in_memory = 7});
  REQUIRE(in_parts.hosts() == whole.hosts());
  const auto same = [](const RecordedLoad& a, const RecordedLoad& b) {
    return std::equal(a.connections->begin(), a.connections->end(), b.connections->begin(),
                      b.connections->end(),
                      [](const RecordedConnection& left, const RecordedConnection& right) {
                        return left.start == right.start && left.lifetime == right.lifetime &&
                               left.source == right.source && left.destination == right.destination;
                      });
  };
  for (std::size_t host = 0; host < whole.hosts().size(); ++host) {
    CHECK(whole.load_of(host).connections->size() == 100);
    CHECK(same(whole.load_of(host), in_parts.load_of(host)));
    CHECK(whole.rules_of(host) == in_parts.rules_of(host));
  }
  CHECK(same(whole.load_of_all(), in_parts.load_of_all()));
}

TEST_CASE("a directory without room for temporary files is told of") {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  const TemporaryFile file("#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\n1\ta\tb\t80\n2\ta\tb\t80\n");
  ::setenv("TMPDIR", "/proc", 1);
  const auto read = read_logs({file.path()}, {.most_in_memory = 1});
  kept.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  REQUIRE(std::holds_alternative<std::vector<Fault>>(read));
  CHECK(std::get<std::vector<Fault>>(read).front().what.find("a temporary file in /proc cannot be written") ==
        0);
}

TEST_CASE("an id is known until a million others have come", "[recent_ids]") {
  RecentIds ids;
  CHECK(ids.insert("first"));
  CHECK_FALSE(ids.insert("first"));
  for (std::size_t i = 0; i < RecentIds::kKeptAtLeast; ++i) {
    ids.insert(std::to_string(i));
  }
  CHECK_FALSE(ids.insert("first"));
  for (std::size_t i = 0; i < 2 * RecentIds::kKeptAtLeast; ++i) {
    ids.insert("x" + std::to_string(i));
  }
  CHECK(ids.insert("first"));
}
