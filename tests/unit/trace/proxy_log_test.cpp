// Logs of HAProxy and of web servers. The lines are written by us after the manuals of the programs.
#include <string>

#include "logged.hpp"

namespace portsim {
namespace {

using namespace test;

TEST_CASE("HAProxy connects to its server after request and queue", "[haproxy]") {
  const ConnectionLog log = log_of(
      "Feb  2 04:05:24 lb1 haproxy[14389]: 192.0.2.9:33317 [06/Feb/2026:12:14:14.655] http-in "
      "static/srv1 10/20/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} \"GET /index.html "
      "HTTP/1.1\"\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"lb1"});
  REQUIRE(log.count_of(0) == 1);
  CHECK(log.first_start_of(0) % 1'000'000'000 == 685'000'000);
  CHECK(rows_of(log)[0].lifetime == ms(79));
  CHECK(rows_of(log)[0].closer == Closer::client);
  CHECK(decided_by(log, CloserRule::unknown) == 1);
}

TEST_CASE("HAProxy's TCP log has three timers and any prefix", "[haproxy]") {
  const ConnectionLog log = log_of(
      "<134>1 2026-02-06T12:12:56Z 127.0.0.1 haproxy 14387 - - 192.0.2.9:33313 [06/Feb/2026:12:12:51.443] "
      "fnt bck/srv1 5/0/+5007 212 -- 0/0/0/0/3 0/0\n"
      "haproxy[1]: [2001:db8::1]:33314 [06/Feb/2026:12:12:51.543] fnt~ bck/srv2 0/1/7 212 cD 0/0/0/0/3 "
      "0/0\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"haproxy"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(5002));
  CHECK_FALSE(rows[0].is_loopback);
  CHECK(rows[1].start == at_ms(95));
  CHECK(rows[0].destination != rows[1].destination);
}

TEST_CASE("a session of HAProxy without a server takes no port", "[haproxy]") {
  const ConnectionLog log = log_of(
      "haproxy[1]: 192.0.2.9:1 [06/Feb/2026:12:12:51.000] in static/<NOSRV> -1/-1/-1/-1/12 401 2 - - PR-- "
      "0/0/0/0/0 0/0 \"GET / HTTP/1.1\"\n"
      "haproxy[1]: 192.0.2.9:1 [06/Feb/2026:12:12:51.000] in static/srv1 5/-1/-1/-1/12 503 2 - - sQ-- "
      "0/0/0/0/0 0/0 \"GET / HTTP/1.1\"\n"
      "haproxy[1]: Server static/srv1 is DOWN.\n"
      "haproxy[1]: 192.0.2.9:1 [06/Feb/2026:12:12:51.000] in static/srv1 x/y 503\n"
      "haproxy[1]: 192.0.2.9:1 [06/Feb/2026:12:12:52.000] in static/srv1 0/0/-1/-1/9 503 2 - - SC-- "
      "0/0/0/0/3 0/0 \"GET / HTTP/1.1\"\n"
      "haproxy[1]: 192.0.2.9:1 [06/Feb/2026:12:12:53.000] in static/srv1 0/0/-1/-1/9 503 2 - - sC-- "
      "0/0/0/0/3 0/0 \"GET / HTTP/1.1\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].closer == Closer::refused);
  CHECK(rows[1].closer == Closer::unreachable);
  CHECK(log.skipped == 3);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("HAProxy's form without options tells starts, which count where there is nothing else",
          "[haproxy]") {
  const std::string starts =
      "Dec 31 23:59:59 lb1 haproxy[1]: Connect from 10.0.0.5:30001 to 192.0.2.9:80 (www/HTTP)\n"
      "<30>Jan  1 00:00:02 lb1 haproxy[1]: Connect from 10.0.0.5:30002 to 192.0.2.9:443 (www/HTTP)\n"
      "Jan  1 00:00:03 lb1 haproxy[1]: Proxy www started.\n";
  const ConnectionLog alone = log_of(starts);
  CHECK(alone.hosts() == std::vector<std::string>{"10.0.0.5"});
  const auto rows = rows_of(alone);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].start == at_ms(3000));
  CHECK(rows[1].destination != rows[0].destination);
  CHECK(alone.skipped == 1);
  const ConnectionLog mixed = log_of(
      starts +
      "Jan  1 00:00:04 lb1 haproxy[1]: 10.0.0.5:30001 [31/Dec/2025:23:59:59.000] www be/srv1 0/0/1/5/9 200 2 "
      "- - ---- 0/0/0/0/0 0/0 \"GET / HTTP/1.1\"\n");
  CHECK(mixed.hosts() == std::vector<std::string>{"lb1"});
  CHECK(mixed.skipped == 3);
}

TEST_CASE("a request in an access log is a connection of its client", "[access_log]") {
  const ConnectionLog log = log_of(
      "198.51.100.7 - - [01/Jul/2026:00:00:01 -0400] \"GET / HTTP/1.0\" 200 6245\n"
      "host.example.org - frank [01/Jul/2026:00:00:03 -0400] \"GET /a\"b HTTP/1.0\" 200 -\n"
      "198.51.100.7 - - [01/Jul/2026:04:00:02 +0000] \"-\" 400 0 \"-\" \"curl/8 (x)\"\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"198.51.100.7", "host.example.org"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].start == at_ms(1000));
  CHECK_FALSE(rows[0].lifetime.has_value());
  CHECK(decided_by(log, CloserRule::unknown) == 3);
}

TEST_CASE("nginx tells when a request ends, Apache when it begins", "[access_log]") {
  const ConnectionLog log = log_of(
      "198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" 1.500\n"
      "198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" 250000\n"
      "198.51.100.7 - - [01/Jul/2026:00:00:06 +0000] \"GET / HTTP/1.1\" 200 12 0.250\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].lifetime == ms(1500));
  CHECK(rows[1].start == at_ms(1500));
  CHECK(rows[1].lifetime == ms(250));
  CHECK(rows[2].start == at_ms(2250));
}

TEST_CASE("a line of an access log that is cut is damage", "[access_log]") {
  const ConnectionLog log = log_of(
      "198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12\n198.51.100.7 - - [01/Ju\n");
  CHECK(log.damaged.count == 1);
}

}  // namespace
}  // namespace portsim
