// Logs of packets and of firewalls. The lines are written by us in the forms of the programs.
#include <string>

#include "logged.hpp"

namespace portsim {
namespace {

using namespace test;

constexpr std::string_view kTsharkHeader =
    "frame.time_epoch\tip.src\ttcp.srcport\tip.dst\ttcp.dstport\ttcp.flags\ttcp.stream\ttcp.seq\ttcp."
    "ack\ttcp.len\n";

/// A packet of stream 0 from the client or to it.
std::string packet(const std::string& time, bool from_client, const std::string& flags,
                   const std::string& numbers, const std::string& stream = "0") {
  const std::string client = "10.0.0.1\t40000";
  const std::string server = "192.0.2.1\t80";
  return time + "\t" + (from_client ? client + "\t" + server : server + "\t" + client) + "\t" + flags + "\t" +
         stream + "\t" + numbers + "\n";
}

/// The handshake of a stream, at 100 s.
std::string handshake(const std::string& stream = "0") {
  return packet("100.000000000", true, "0x0002", "0\t0\t0", stream) +
         packet("100.010000000", false, "0x0012", "0\t1\t0", stream);
}

TEST_CASE("the first FIN among packets tells who closed first", "[tshark]") {
  const auto rows = rows_of(
      log_of(std::string(kTsharkHeader) + handshake() + packet("100.5", true, "0x0011", "10\t20\t0") +
             packet("100.6", false, "0x0011", "20\t11\t0") + packet("100.7", false, "0x0011", "20\t11\t0")));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[0].lifetime == ms(600));
}

TEST_CASE("FINs that cross close a connection from both sides", "[tshark]") {
  const auto rows = rows_of(log_of(std::string(kTsharkHeader) + handshake() +
                                   packet("100.5", false, "0x0011", "20\t10\t5") +
                                   packet("100.500001", true, "0x0011", "10\t25\t0")));
  CHECK(rows[0].closer == Closer::both);
  const auto later = rows_of(log_of(std::string(kTsharkHeader) + handshake() +
                                    packet("100.5", false, "0x0011", "20\t10\t5") +
                                    packet("100.500001", true, "0x0011", "10\t26\t0")));
  CHECK(later[0].closer == Closer::server);
}

TEST_CASE("packets tell connections that are reset, refused, unanswered or still open", "[tshark]") {
  const ConnectionLog log = log_of(
      std::string(kTsharkHeader) + handshake("0") + packet("101.0", true, "0x0014", "10\t20\t0", "0") +
      packet("102.0", true, "0x0002", "0\t0\t0", "1") + packet("102.1", false, "0x0014", "0\t1\t0", "1") +
      packet("103.0", true, "0x0002", "0\t0\t0", "2") + packet("104.0", true, "0x0002", "0\t0\t0", "2") +
      handshake("3") + packet("105.0", true, "0x0011", "10\t20\t0", "3") +
      packet("106.0", true, "0x0011", "10\t20\t0", "4"));
  CHECK(decided_by(log, CloserRule::reset) == 1);
  CHECK(decided_by(log, CloserRule::refused) == 1);
  CHECK(decided_by(log, CloserRule::unanswered) == 1);
  CHECK(decided_by(log, CloserRule::not_closed) == 1);
  CHECK(decided_by(log, CloserRule::no_start) == 1);
}

TEST_CASE("the fields of packets may stand in any order, with commas and in quotes", "[tshark]") {
  const ConnectionLog log = log_of(
      "tcp.stream,tcp.flags,frame.time_epoch,ip.src,ip.dst,ipv6.src,ipv6.dst,tcp.srcport,tcp.dstport\n"
      "\"7\",\"0x0002\",\"1.0\",,,\"2001:db8::1\",\"2001:db8::2\",\"5000\",\"443\"\n"
      "7,0x0012,1.1,,,2001:db8::2,2001:db8::1,443\n");
  CHECK(log.hosts() == std::vector<std::string>{"2001:db8::1"});
  CHECK(log.damaged.count == 1);
}

TEST_CASE("packets as tshark shows them to people are followed", "[packet_text]") {
  const ConnectionLog log = log_of(
      "    1   0.000000     10.0.0.1 \u2192 192.0.2.1    TCP 74 49152 \u2192 80 [SYN] Seq=0 Win=64240 Len=0\n"
      "    2   0.010000    192.0.2.1 \u2192 10.0.0.1     TCP 74 80 \u2192 49152 [SYN, ACK] Seq=0 Ack=1 Win=1 "
      "Len=0\n"
      "    3   0.020000     10.0.0.1 \u2192 192.0.2.1    HTTP 200 GET / HTTP/1.1 \n"
      "    4   0.510000     10.0.0.1 \u2192 192.0.2.1    TCP 66 49152 \u2192 80 [FIN, ACK] Seq=9 Ack=1 Win=1 "
      "Len=0\n"
      "    5   0.520000    192.0.2.1 \u2192 10.0.0.1     TCP 66 [TCP Retransmission] 80 \u2192 49152 [FIN, "
      "ACK] Seq=1 "
      "Ack=10 Win=1 Len=0\n"
      "    6   1.000000  2001:db8::1 -> 2001:db8::2  TCP 86 49153 -> 443 [SYN] Seq=0 Win=1 Len=0\n"
      "    7   1.010000  2001:db8::2 -> 2001:db8::1  TCP 86 443 -> 49153 [RST, ACK] Seq=1 Ack=1 Win=1 Len=0\n"
      "    8   1.010000  2001:db8::2 -> 2001:\n");
  CHECK(log.format() == "packets as text");
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1", "2001:db8::1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[0].lifetime == ms(520));
  CHECK(decided_by(log, CloserRule::refused) == 1);
  CHECK(log.skipped == 1);
}

TEST_CASE("packets as tcpdump of any age shows them are followed", "[packet_text]") {
  const std::string given = GENERATE(
      "23:59:59.500000 IP 10.0.0.1.40000 > 192.0.2.1.80: Flags [S], seq 5, win 64240, options [mss 1460], "
      "length 0\n"
      "23:59:59.600000 IP 192.0.2.1.80 > 10.0.0.1.40000: Flags [S.], seq 7, ack 6, win 1, length 0\n"
      "23:59:59.700000 IP 10.0.0.1.53000 > 192.0.2.2.53: 1234+ A? example.org. (29)\n"
      "23:59:59.800000 ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28\n"
      "00:00:00.000000 IP 192.0.2.1.80 > 10.0.0.1.40000: Flags [FP.], seq 1:11, ack 1, win 1, length 10: "
      "HTTP\n"
      "00:00:00.250000 IP 10.0.0.1.40000 > 192.0.2.1.80: Flags [F.], seq 1, ack 12, win 1, length 0\n",
      "1770380054.500000 eth0  Out IP 10.0.0.1.40000 > 192.0.2.1.80: Flags [S], seq 5, win 64240, length 0\n"
      "1770380054.600000 eth0  In  IP 192.0.2.1.80 > 10.0.0.1.40000: Flags [S.], seq 7, ack 6, win 1, length "
      "0\n"
      "1770380054.700000 eth0  Out IP 10.0.0.1.53000 > 192.0.2.2.53: UDP, length 29\n"
      "1770380054.700000 eth0  Out IP 10.0.0.1.53000 > 192.0.2.2.53: UDP, length 29\n"
      "1770380055.000000 eth0  In  IP 192.0.2.1.80 > 10.0.0.1.40000: Flags [FP.], seq 1:11, ack 1, win 1, "
      "length 10\n"
      "1770380055.250000 eth0  Out IP 10.0.0.1.40000 > 192.0.2.1.80: Flags [F.], seq 1, ack 12, win 1, "
      "length 0\n",
      "2026-02-06 12:14:14.500000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length "
      "60)\n"
      "    10.0.0.1.40000 > 192.0.2.1.80: Flags [S], cksum 0x1 (correct), seq 5, win 64240, length 0\n"
      "2026-02-06 12:14:14.600000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length "
      "60)\n"
      "    192.0.2.1.80 > 10.0.0.1.40000: Flags [S.], cksum 0x1 (correct), seq 7, ack 6, win 1, length 0\n"
      "2026-02-06 12:14:14.800000 ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 10.0.0.1 tell "
      "10.0.0.2\n"
      "2026-02-06 12:14:14.800000 ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 10.0.0.1 tell "
      "10.0.0.2\n"
      "2026-02-06 12:14:15.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length "
      "60)\n"
      "    192.0.2.1.80 > 10.0.0.1.40000: Flags [FP.], cksum 0x1 (correct), seq 1:11, ack 1, win 1, length "
      "10\n"
      "2026-02-06 12:14:15.250000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length "
      "60)\n"
      "    10.0.0.1.40000 > 192.0.2.1.80: Flags [F.], cksum 0x1 (correct), seq 1, ack 12, win 1, length 0\n",
      "18:00:00.500000 10.0.0.1.40000 > 192.0.2.1.80: S 5:5(0) win 512 <mss 1460>\n"
      "18:00:00.600000 192.0.2.1.80 > 10.0.0.1.40000: S 7:7(0) ack 6 win 512 <mss 1460>\n"
      "18:00:00.700000 10.0.0.1.53000 > 192.0.2.2.53: udp 29\n"
      "18:00:00.700000 10.0.0.1.53000 > 192.0.2.2.53: udp 29\n"
      "18:00:01.000000 192.0.2.1.80 > 10.0.0.1.40000: FP 8:18(10) ack 6 win 512\n"
      "18:00:01.250000 10.0.0.1.40000 > 192.0.2.1.80: F 6:6(0) ack 19 win 512\n");
  CAPTURE(given);
  const ConnectionLog log = log_of(given);
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].closer == Closer::server);
  CHECK(rows[0].lifetime == ms(750));
  CHECK(log.skipped == 2);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("conversations of tshark are opened by the side with the higher port", "[conversations]") {
  const std::string rule(80, '=');
  const ConnectionLog log = log_of(
      rule +
      "\nTCP Conversations\nFilter:<No Filter>\n"
      "                  |       <-      | |       ->      | |     Total     |    Relative    |   Duration   "
      "|\n"
      "                  | Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              "
      "|\n"
      "10.0.0.1:49152 <-> 192.0.2.1:80     5 1234 bytes   6 12 kB  11 13 kB    1.500000000    2.2500\n"
      "192.0.2.1:443 <-> 10.0.0.1:49153    5 1,234 bytes  6 12 kB  11 13 kB    0.250000000    0.5000\n"
      "2001:db8::1:49154 <-> 2001:db8::2:443    5 1234  6 1234  11 2468   0.750000000    0.0100\n"
      "10.0.0.1:49155 <-> 192.0.2.1:80     5 12\n" +
      rule + "\nUDP Conversations\n10.0.0.1:5353 <-> 192.0.2.1:53  1 1  1 1  2 2   9.500000000    2.2500\n" +
      rule + "\n");
  CHECK(log.format() == "tshark conversations");
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1", "2001:db8::1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(500));
  CHECK(rows[1].start == at_ms(1250));
  CHECK(rows[1].lifetime == ms(2250));
  CHECK(decided_by(log, CloserRule::unknown) == 3);
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("the Windows Firewall logs the starts of connections", "[windows_firewall]") {
  const ConnectionLog log = log_of(
      "#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n"
      "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin "
      "icmptype icmpcode info path\r\n\r\n"
      "2026-06-22 12:19:41 ALLOW TCP 10.0.0.1 192.0.2.1 50000 443 0 - 0 0 0 - - - SEND\r\n"
      "2026-06-22 12:19:43 ALLOW TCP 10.0.0.1 192.0.2.1 50001 443 0 - 0 0 0 - - - SEND\r\n"
      "2026-06-22 12:19:43 DROP TCP 10.0.0.9 10.0.0.1 50001 443 0 - 0 0 0 - - - RECEIVE\r\n"
      "2026-06-22 12:19:43 ALLOW UDP 10.0.0.1 192.0.2.1 50001 443 0 - - - - - - - SEND\r\n"
      "2026-06-22 12:19:44 INFO-EVENTS-LOST - - - - - - - - - - - - 12 -\r\n"
      "2026-06-22 12:19\r\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].start == at_ms(2000));
  CHECK_FALSE(rows[1].lifetime.has_value());
  CHECK(log.skipped == 2);
  CHECK(log.lost == 12);
  CHECK(log.damaged.count == 1);
}

}  // namespace
}  // namespace portsim
