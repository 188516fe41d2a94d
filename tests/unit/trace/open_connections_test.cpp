// What readers remember of connections that are open is bounded, and nothing is lost by it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "trace/addresses.hpp"
#include "trace/flow_pairs.hpp"
#include "trace/tcp_streams.hpp"
#include "trace/windows_firewall_log.hpp"

namespace portsim {
namespace {

constexpr std::int64_t kSecond = kNanosecondsPerSecond;

/// Keeps what a reader finds.
class Keeper final : public LogSink {
 public:
  struct Kept {
    std::string source;
    std::int64_t start_ns;
    CloserRule rule;
    std::optional<Duration> lifetime;
  };

  void add(const LogRow& row) override {
    kept_.push_back({std::string(row.source), row.start_ns, row.ending.rule, row.lifetime});
  }
  void skip() override { ++skipped_; }
  void damaged() override {}
  void lost(std::uint64_t) override {}
  void exhausted(std::optional<std::int64_t>) override {}
  void refuse(std::string_view, std::string_view) override {}

  [[nodiscard]] const std::vector<Kept>& kept() const { return kept_; }
  [[nodiscard]] int skipped() const { return skipped_; }

 private:
  int skipped_ = 0;
  std::vector<Kept> kept_;
};

FlowRecord flow_of(std::string_view source, std::int64_t second) {
  return {.source = source,
          .destination = "192.0.2.1",
          .source_port = 40000,
          .destination_port = 80,
          .begin_ns = second * kSecond,
          .end_ns = second * kSecond,
          .flags = "S",
          .has_flags = true};
}

TcpPacket packet_of(std::string_view source, std::int64_t second, std::uint32_t flags) {
  return {.time_ns = second * kSecond,
          .source = source,
          .destination = "192.0.2.1",
          .source_port = 40000,
          .destination_port = 80,
          .flags = flags};
}

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back("10.0.0." + std::to_string(i));
  }
  return all;
}

TEST_CASE("of too many open flows the older half is given up, and each is a connection", "[flow_pairs]") {
  FlowPairs pairs(4);
  Keeper sink;
  const std::vector<std::string> clients = names(7);
  for (std::size_t i = 0; i < 4; ++i) {
    pairs.add(flow_of(clients[i], static_cast<std::int64_t>(i)), sink);
  }
  CHECK(sink.kept().empty());
  pairs.add(flow_of(clients[4], 4), sink);
  REQUIRE(sink.kept().size() == 3);  // up to the one in the middle
  CHECK(sink.kept()[0].source == clients[0]);
  CHECK(sink.kept()[2].source == clients[2]);
  pairs.add(flow_of(clients[5], 5), sink);
  pairs.add(flow_of(clients[6], 6), sink);
  CHECK(sink.kept().size() == 3);
  pairs.finish(sink);
  REQUIRE(sink.kept().size() == 7);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(sink.kept()[i].source == clients[i]);
    CHECK(sink.kept()[i].start_ns == static_cast<std::int64_t>(i) * kSecond);
  }
}

TEST_CASE("a flow that answers one that was given up is a connection of its own", "[flow_pairs]") {
  for (const std::size_t most_open : {std::size_t{1}, FlowPairs::kMostOpen}) {
    FlowPairs pairs(most_open);
    Keeper sink;
    FlowRecord answer = flow_of("192.0.2.1", 2);
    answer.destination = "10.0.0.1";
    answer.source_port = 80;
    answer.destination_port = 40000;
    answer.is_answer = true;
    pairs.add(flow_of("10.0.0.1", 1), sink);
    pairs.add(flow_of("10.0.0.2", 2), sink);
    pairs.add(answer, sink);
    pairs.finish(sink);
    CHECK(sink.kept().size() == (most_open == 1 ? 3 : 2));
    for (const Keeper::Kept& kept : sink.kept()) {
      CHECK(kept.source.starts_with("10.0.0."));
    }
  }
}

TEST_CASE("of too many streams of packets those that were silent for longest are given up", "[tcp_streams]") {
  TcpStreams streams(4);
  Keeper sink;
  const std::vector<std::string> clients = names(5);
  std::int64_t second = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    streams.follow(clients[i], packet_of(clients[i], second++, TcpPacket::kSyn), sink);
  }
  streams.follow(clients[0], packet_of(clients[0], second++, TcpPacket::kAck), sink);
  CHECK(sink.kept().empty());
  streams.follow(clients[4], packet_of(clients[4], second++, TcpPacket::kSyn), sink);
  REQUIRE(sink.kept().size() == 3);
  CHECK(sink.kept()[0].source == clients[1]);
  CHECK(sink.kept()[2].source == clients[3]);
  CHECK(sink.kept()[0].rule == CloserRule::unanswered);

  streams.follow(clients[1], packet_of(clients[1], second++, TcpPacket::kFin), sink);  // it is met again
  streams.finish(sink);
  REQUIRE(sink.kept().size() == 6);
  CHECK(sink.kept()[5].source == clients[1]);
  CHECK(sink.kept()[5].rule == CloserRule::no_start);
}

TEST_CASE("of too many connections that a firewall saw open the older half loses its ends",
          "[windows_firewall]") {
  const auto reader = make_windows_firewall_reader(4);
  Keeper sink;
  const std::vector<std::string> clients = names(6);
  const auto log = [&](std::size_t client, const std::string& action, int second) {
    reader->read("2004-08-06 12:00:0" + std::to_string(second) + " " + action + " TCP " + clients[client] +
                     " 192.0.2.1 40000 80 - - - - - - - - -",
                 sink);
  };
  for (const int i : {0, 1, 2, 3}) {
    log(static_cast<std::size_t>(i), "OPEN", i);
  }
  CHECK(sink.kept().empty());
  log(4, "OPEN", 4);
  REQUIRE(sink.kept().size() == 3);  // up to the one in the middle
  CHECK(sink.kept()[0].source == clients[0]);
  CHECK(sink.kept()[2].source == clients[2]);
  log(0, "CLOSE", 5);
  CHECK(sink.skipped() == 1);  // its start has been given
  log(3, "CLOSE", 6);
  REQUIRE(sink.kept().size() == 4);
  CHECK(sink.kept()[3].lifetime == Duration{3 * kSecond});
  log(4, "OPEN", 7);  // its end was lost
  REQUIRE(sink.kept().size() == 5);
  CHECK_FALSE(sink.kept()[4].lifetime.has_value());
  log(5, "OPEN", 7);
  reader->finish(sink);
  REQUIRE(sink.kept().size() == 7);
  CHECK(sink.kept()[5].source == clients[4]);
  CHECK(sink.kept()[5].start_ns - sink.kept()[4].start_ns == 3 * kSecond);
  CHECK(sink.kept()[6].source == clients[5]);
}

TEST_CASE("names have numbers in the order in which they are met", "[addresses]") {
  Numbering numbers;
  CHECK(numbers.empty());
  CHECK_FALSE(numbers.find(""));
  CHECK_FALSE(numbers.find("10.0.0.1"));
  constexpr std::uint32_t kMany = 10'000;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < kMany; ++i) {
      REQUIRE(numbers.number_of("host" + std::to_string(i)) == i);
    }
  }
  CHECK(numbers.size() == kMany);
  CHECK(numbers.number_of("") == kMany);
  CHECK(numbers[kMany].empty());
  CHECK(numbers.number_of(std::string("a\0b", 3)) == kMany + 1);
  CHECK(numbers[0] == "host0");
  CHECK(numbers[9'999] == "host9999");
  CHECK(numbers[kMany + 1] == std::string_view("a\0b", 3));
  CHECK(numbers.find("host77") == 77U);
  CHECK(numbers.find("") == kMany);
  CHECK_FALSE(numbers.find("host10000"));
  Numbering other = numbers;
  CHECK(other == numbers);
  other.number_of("one more");
  CHECK_FALSE(other == numbers);
}

}  // namespace
}  // namespace portsim
