#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "logged.hpp"

using namespace portsim;
using namespace portsim::test;
using namespace std::string_literals;

namespace {

constexpr std::uint32_t kEthernet = 1;
constexpr std::uint32_t kLoopback = 0;
constexpr std::uint32_t kRaw = 101;
constexpr std::uint32_t kCooked = 113;
constexpr std::uint32_t kCooked2 = 276;

std::string big(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = bytes; i > 0; --i) {
    text.push_back(i > sizeof value ? '\0' : static_cast<char>((value >> (8 * (i - 1))) & 0xFFU));
  }
  return text;
}

std::string little(std::uint64_t value, std::size_t bytes) {
  const std::string text = big(value, bytes);
  return {text.rbegin(), text.rend()};
}

/// A segment between 10.0.0.1:`port` and 10.0.0.2:80, from the client or to it.
struct Segment {
  std::uint64_t time_us = 0;
  bool is_from_client = true;
  std::uint8_t flags = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint16_t port = 40000;
};

constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kRst = 4;
constexpr std::uint8_t kAck = 16;

std::string tcp(const Segment& s) {
  const std::string ports = s.is_from_client ? big(s.port, 2) + big(80, 2) : big(80, 2) + big(s.port, 2);
  return ports + big(s.sequence, 4) + big(s.acknowledged, 4) + "\x50"s + big(s.flags, 1) + big(0, 6);
}

std::string ipv4(const Segment& s) {
  const std::string client = "\x0A\x00\x00\x01"s;
  const std::string server = "\x0A\x00\x00\x02"s;
  return "\x45\x00"s + big(40, 2) + big(0, 4) + "\x40\x06"s + big(0, 2) +
         (s.is_from_client ? client + server : server + client) + tcp(s);
}

/// With a hop-by-hop header of 8 bytes before TCP.
std::string ipv6(const Segment& s) {
  const std::string client = "\x20\x01"s + big(0, 13) + "\x01"s;
  const std::string server = "\x20\x01"s + big(0, 13) + "\x02"s;
  return "\x60\x00\x00\x00"s + big(28, 2) + "\x00\x40"s +
         (s.is_from_client ? client + server : server + client) + "\x06\x00"s + big(0, 6) + tcp(s);
}

std::string ethernet(const std::string& behind) { return std::string(12, '\x02') + behind; }

std::string pcap(std::uint32_t link, const std::vector<std::pair<std::uint64_t, std::string>>& packets) {
  std::string text =
      little(0xA1B2C3D4, 4) + little(2, 2) + little(4, 2) + little(0, 8) + little(65535, 4) + little(link, 4);
  for (const auto& [time_us, bytes] : packets) {
    text += little(time_us / 1'000'000, 4) + little(time_us % 1'000'000, 4) + little(bytes.size(), 4) +
            little(bytes.size(), 4) + bytes;
  }
  return text;
}

std::string pcap_of(const std::vector<Segment>& segments) {
  std::vector<std::pair<std::uint64_t, std::string>> packets;
  for (const Segment& segment : segments) {
    packets.emplace_back(segment.time_us, ethernet("\x08\x00"s + ipv4(segment)));
  }
  return pcap(kEthernet, packets);
}

const std::vector<Segment> kClientCloses{{1'000'000, true, kSyn, 1000, 0},
                                         {1'001'000, false, kSyn | kAck, 5000, 1001},
                                         {1'002'000, true, kAck, 1001, 5001},
                                         {1'500'000, true, kFin | kAck, 1001, 5001},
                                         {1'501'000, false, kFin | kAck, 5001, 1002},
                                         {1'502'000, true, kAck, 1002, 5002}};

}  // namespace

TEST_CASE("the order of the FINs in packets tells who closed first") {
  const auto log = log_of(pcap_of(kClientCloses));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[0].lifetime == ms(501));

  auto server_closes = kClientCloses;
  server_closes[3] = {1'500'000, false, kFin | kAck, 5001, 1001};
  server_closes[4] = {1'501'000, true, kFin | kAck, 1001, 5002};
  CHECK(rows_of(log_of(pcap_of(server_closes)))[0].closer == Closer::server);

  auto crossing = kClientCloses;
  crossing[4].acknowledged = 1001;  // the server's FIN was sent before the client's arrived
  CHECK(rows_of(log_of(pcap_of(crossing)))[0].closer == Closer::both);
}

TEST_CASE("sequence numbers may wrap between the two FINs") {
  auto segments = kClientCloses;
  segments[0].sequence = 0xFFFFFFFE;
  segments[3].sequence = 0xFFFFFFFF;
  segments[4].acknowledged = 0;
  CHECK(rows_of(log_of(pcap_of(segments)))[0].closer == Closer::client);
}

TEST_CASE("an RST of the client after the FINs frees the port, one of the server comes in TIME_WAIT") {
  const auto with_reset = [](std::uint64_t time_us, bool is_from_client) {
    auto segments = kClientCloses;
    segments.insert(std::find_if(segments.begin(), segments.end(),
                                 [&](const Segment& segment) { return segment.time_us > time_us; }),
                    {time_us, is_from_client, kRst, 1002, 0});
    return log_of(pcap_of(segments));
  };
  const auto by_client = with_reset(1'600'000, true);
  CHECK(decided_by(by_client, CloserRule::late_reset) == 1);
  CHECK(rows_of(by_client)[0].closer == Closer::reset);
  const auto by_server = with_reset(1'600'000, false);
  CHECK(decided_by(by_server, CloserRule::late_reset) == 1);
  CHECK(rows_of(by_server)[0].closer == Closer::client);
  CHECK(rows_of(by_server)[0].has_late_reset);
  CHECK(rows_of(by_server)[0].lifetime == ms(501));
  for (const bool is_from_client : {true, false}) {
    const auto between = with_reset(1'500'500, is_from_client);
    CHECK(decided_by(between, CloserRule::reset) == 1);
    CHECK(rows_of(between)[0].closer == Closer::reset);
  }
}

TEST_CASE("SYNs without an answer are one attempt, however often they are repeated") {
  const auto log =
      log_of(pcap_of({{0, true, kSyn, 7, 0}, {3'000'000, true, kSyn, 7, 0}, {9'000'000, true, kSyn, 7, 0}}));
  CHECK(decided_by(log, CloserRule::unanswered) == 1);
  CHECK(rows_of(log)[0].closer == Closer::unreachable);
}

TEST_CASE("a refused attempt that is repeated from the same port within a second is one connection") {
  const std::vector<Segment> refused{{0, true, kSyn, 7, 0},       {1'000, false, kRst | kAck, 0, 8},
                                     {500'000, true, kSyn, 7, 0}, {501'000, false, kRst | kAck, 0, 8},
                                     {999'000, true, kSyn, 9, 0}, {1'000'000, false, kRst | kAck, 0, 10}};
  CHECK(decided_by(log_of(pcap_of(refused)), CloserRule::refused) == 1);

  auto accepted = refused;
  accepted[5] = {1'000'000, false, kSyn | kAck, 100, 10};
  const auto rows = rows_of(log_of(pcap_of(accepted)));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].closer == Closer::reset);  // established at last; its end is not in the capture
}

TEST_CASE("a port that is used again makes a new connection") {
  auto segments = kClientCloses;
  for (Segment segment : kClientCloses) {
    segment.time_us += 30'000'000;
    segment.sequence += segment.is_from_client ? 777'777 : 0;
    segment.acknowledged += !segment.is_from_client ? 777'777 : 0;
    segments.push_back(segment);
  }
  const auto rows = rows_of(log_of(pcap_of(segments)));
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].start == at_ms(30'000));
  CHECK(rows[1].closer == Closer::client);
}

TEST_CASE("packets are found behind every kind of link") {
  const auto packets = [](auto wrap) {
    std::vector<std::pair<std::uint64_t, std::string>> wrapped;
    for (const Segment& segment : kClientCloses) {
      wrapped.emplace_back(segment.time_us, wrap(segment));
    }
    return wrapped;
  };
  const auto cooked = [](const Segment& s) { return std::string(14, '\0') + "\x08\x00"s + ipv4(s); };
  const auto cooked2 = [](const Segment& s) { return "\x08\x00"s + std::string(18, '\0') + ipv4(s); };
  const auto vlans = [](const Segment& s) {
    return ethernet("\x88\xA8\x00\x01\x81\x00\x00\x02\x08\x00"s + ipv4(s));
  };
  for (const std::string& capture :
       {pcap(kRaw, packets(ipv4)), pcap(kCooked, packets(cooked)), pcap(kCooked2, packets(cooked2)),
        pcap(kEthernet, packets(vlans)),
        pcap(kLoopback, packets([](const Segment& s) { return "\x02\x00\x00\x00"s + ipv4(s); }))}) {
    const auto log = log_of(capture);
    CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
    CHECK(decided_by(log, CloserRule::first_fin) == 1);
  }
  CHECK(log_of(pcap(kRaw, packets(ipv6))).hosts() == std::vector<std::string>{"2001::1"});
}

TEST_CASE("a capture that is cut off gives what came before, and is told of") {
  const std::string whole = pcap_of(kClientCloses);
  const auto log = log_of(whole + std::string(20, '\x01'));
  CHECK(rows_of(log).size() == 1);
  CHECK(log.damaged.count == 1);
  REQUIRE(log.damaged.first.size() == 1);
  CHECK(log.damaged.first[0].ends_with(":7"));
}

TEST_CASE("packets whose clock was set back do not tell how long the connection lasted") {
  auto segments = kClientCloses;
  segments[4].time_us = 999'999;
  segments[5].time_us = 1'000'000;
  const auto rows = rows_of(log_of(pcap_of(segments)));
  REQUIRE(rows.size() == 1);
  CHECK_FALSE(rows[0].lifetime.has_value());
  CHECK(rows[0].closer == Closer::client);
}

TEST_CASE("a clock that is offset by centuries gives the first or the last time that there is") {
  const auto block = [](std::uint32_t type, const std::string& body) {
    const std::string size = little(body.size() + 12, 4);
    return little(type, 4) + size + body + size;
  };
  const auto capture = [&](std::uint64_t offset, std::uint64_t time) {
    std::string text = block(0x0A0D0D0A, little(0x1A2B3C4D, 4) + little(1, 4) + little(~0ULL, 8));
    text += block(1, little(kRaw, 8) + little(14, 2) + little(8, 2) + little(offset, 8) + little(0, 4));
    const std::string bytes = ipv4(kClientCloses[0]);
    return text + block(6, little(0, 4) + little(time >> 32, 4) + little(time & 0xFFFFFFFF, 4) +
                               little(bytes.size(), 4) + little(bytes.size(), 4) + bytes);
  };
  constexpr std::uint64_t kOneHour = 3600;
  constexpr std::uint64_t kForEver = ~0ULL;
  constexpr std::int64_t kLast = 9'000'000'000'000'000'000;
  CHECK(log_of(capture(kOneHour, 1)).first_start_of(0) == 3'600'000'001'000);
  CHECK(log_of(capture(0 - kOneHour, 3'600'000'001)).first_start_of(0) == 1'000);
  CHECK(log_of(capture(0 - kOneHour, 1)).first_start_of(0) == 0);
  CHECK(log_of(capture(kForEver / 2, kForEver)).first_start_of(0) == kLast);
}

TEST_CASE("packets of a link that is not known are a fault, and other packets are left out") {
  CHECK(faults_of(pcap(105, {{0, "x"}}))[0].what.find("link type 105") != std::string::npos);
  const auto log = log_of(pcap(kEthernet, {{0, ethernet("\x08\x06"s + std::string(28, '\0'))},
                                           {1, ethernet("\x08\x00"s + ipv4({0, true, kSyn, 7, 0}))}}));
  CHECK(log.skipped == 1);
}

TEST_CASE("pcapng tells byte order, link and clock for each section and interface") {
  for (const bool is_big : {false, true}) {
    const auto number = [&](std::uint64_t value, std::size_t size) {
      return is_big ? big(value, size) : little(value, size);
    };
    const auto block = [&](std::uint32_t type, std::string body) {
      body.resize((body.size() + 3) / 4 * 4);
      const std::string size = number(body.size() + 12, 4);
      return number(type, 4) + size + body + size;
    };
    std::string text = block(0x0A0D0D0A, number(0x1A2B3C4D, 4) + number(1, 2) + number(0, 2) + big(~0ULL, 8));
    text += block(1, number(105, 2) + number(0, 6));
    text +=
        block(1, number(kRaw, 2) + number(0, 6) + number(9, 2) + number(1, 2) + "\x09\0\0\0"s + number(0, 4));
    text += block(5, "statistics, which do not matter");
    for (const Segment& segment : kClientCloses) {
      const std::uint64_t time = segment.time_us * 1000;
      const std::string bytes = ipv4(segment);
      text += block(6, number(1, 4) + number(time >> 32, 4) + number(time & 0xFFFFFFFF, 4) +
                           number(bytes.size(), 4) + number(bytes.size(), 4) + bytes);
    }
    const auto log = log_of(text);
    const auto rows = rows_of(log);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].closer == Closer::client);
    CHECK(rows[0].lifetime == ms(501));
    CHECK(log.first_start_of(0) == 1'000'000'000);
    CHECK(log.damaged.count == 0);
  }
}
