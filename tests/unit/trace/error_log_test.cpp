#include "trace/error_log.hpp"

#include "catch.hpp"
#include "logged.hpp"
#include "trace/log_time.hpp"

using namespace portsim;
using namespace portsim::test;

namespace {

/// The signs in `text`, which stands beside a log with one connection.
ObservedExhaustion signs_in(std::string_view text) {
  const TemporaryFile error_log(text);
  const TemporaryFile access_log("10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] \"GET / HTTP/1.0\" 200 1\n");
  auto log = read_logs({access_log.path(), error_log.path()}, {});
  REQUIRE(std::holds_alternative<ConnectionLog>(log));
  CHECK(std::get<ConnectionLog>(log).damaged.count == 0);
  return std::get<ConnectionLog>(log).observed;
}

void check_signs(std::string_view text, std::uint64_t count, std::string_view first) {
  const ObservedExhaustion signs = signs_in(text);
  CHECK(signs.count == count);
  CHECK((signs.first_ns ? iso_time_text(*signs.first_ns) : "") == first);
}

}  // namespace

TEST_CASE("nginx tells in its error log that there was no port") {
  check_signs(
      "2024/05/01 10:00:00 [notice] 7#7: start worker processes\n"
      "2024/05/01 10:11:12 [crit] 7#7: *5 connect() to 127.0.0.1:80 failed (99: Cannot assign requested "
      "address) while connecting to upstream, client: 10.0.0.9, server: _\n"
      "2024/05/01 10:11:13 [error] 7#7: *6 connect() failed (111: Connection refused)\n"
      "2024/05/01 10:11:14 [crit] 7#7: *7 connect() to 127.0.0.1:80 failed (99: Cannot assign requested "
      "address)\n",
      2, "2024-05-01T10:11:12Z");
}

TEST_CASE("other programs tell it in the kernel's words") {
  check_signs("May  1 10:11:12 web app[3]: dial tcp 10.0.0.1:80: connect: cannot assign requested address\n",
              1, "");
  check_signs("2024-05-01T10:11:12.25+02:00 web app: Error: connect EADDRNOTAVAIL 10.0.0.1:80\n", 1,
              "2024-05-01T08:11:12.25Z");
  check_signs(
      "2024/05/01 10:11:12 [crit] 7#7: *5 connect() to 127.0.0.1:80 failed (99: Address not available)\n", 1,
      "2024-05-01T10:11:12Z");  // musl
  check_signs(
      "2024/05/01 10:11:12 [crit] 7#7: *5 connect() to 127.0.0.1:80 failed (49: Can't assign requested "
      "address)\n",
      1, "2024-05-01T10:11:12Z");  // FreeBSD
  check_signs(
      "2024/05/01 10:11:12 [crit] 7#7: *5 connect() to 127.0.0.1:80 failed (10055: An operation ...)\n", 1,
      "2024-05-01T10:11:12Z");
  check_signs(
      "[Wed May 01 10:11:12.250000 2024] [proxy:error] [pid 7:tid 8] (99)Cannot assign requested address: "
      "AH00957: HTTP: attempt to connect to 127.0.0.1:8080 (127.0.0.1) failed\n",
      1, "2024-05-01T10:11:12.25Z");  // Apache
}

TEST_CASE("Windows events 4227 and 4231 are signs, in every form in which they are exported") {
  check_signs(
      "Event[0]:\n  Log Name: System\n  Source: Tcpip\n  Date: 2024-05-01T10:11:12.500\n  Event ID: 4227\n"
      "  Task: N/A\n\nEvent[1]:\n  Log Name: System\n  Date: 2024-05-01T10:11:13.000\n  Event ID: 7036\n",
      1, "2024-05-01T10:11:12.5Z");
  check_signs(
      "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
      "Name='Tcpip'/><EventID Qualifiers='32768'>4231</EventID><TimeCreated "
      "SystemTime='2024-05-01T10:11:12.123456700Z'/></System></Event><Event><System><EventID>1</EventID>"
      "<TimeCreated SystemTime='2024-05-01T10:00:00Z'/></System></Event></Events>\n",
      1, "2024-05-01T10:11:12.1234567Z");
  check_signs(
      "Level,Date and Time,Source,Event ID,Task Category\n"
      "Warning,5/1/2024 10:11:12 PM,Tcpip,4227,None,\"TCP/IP failed to establish an outgoing connection\"\n"
      "Information,5/1/2024 10:11:13 PM,Service Control Manager,7036,None,\"4227 is no event here: 1\"\n",
      1, "2024-05-01T22:11:12Z");
  check_signs(
      "\n   ProviderName: Tcpip\n\nTimeCreated                     Id LevelDisplayName Message\n"
      "-----------                     -- ---------------- -------\n"
      "5/1/2024 10:11:12 AM          4231 Warning          A request to allocate an ephemeral port ...\n",
      1, "2024-05-01T10:11:12Z");
  check_signs(
      "TimeCreated  : 01.05.2024 10:11:12\nProviderName : Tcpip\nId           : 4227\nMessage      : ...\n\n"
      "TimeCreated  : 01.05.2024 10:11:13\nProviderName : Tcpip\nId           : 4201\nMessage      : 4227\n",
      1, "2024-05-01T10:11:12Z");
  check_signs(
      "[\n  {\n    \"TimeCreated\": \"2024-05-01T10:11:12Z\",\n    \"Id\": 4231,\n    \"Message\": \"...\"\n "
      " },\n"
      "  {\n    \"TimeCreated\": \"2024-05-01T10:11:13Z\",\n    \"Id\": 7036,\n    \"Message\": \"4227\"\n  "
      "}\n]\n",
      1, "2024-05-01T10:11:12Z");
}

TEST_CASE("HAProxy tells it by a termination state that begins with R") {
  const auto log = log_of(
      "May  1 10:11:12 lb haproxy[7]: 10.0.0.9:4711 [01/May/2024:10:11:12.345] fe be/s1 0/0/-1/-1/5 503 212 "
      "- - "
      "RC-- 1/1/0/0/3 0/0 \"GET / HTTP/1.1\"\n"
      "May  1 10:11:13 lb haproxy[7]: 10.0.0.9:4712 [01/May/2024:10:11:13.345] fe be/s1 0/0/1/2/5 200 212 - "
      "- "
      "---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"\n");
  CHECK(log.observed.count == 1);
  REQUIRE(log.observed.first_ns);
  CHECK(iso_time_text(*log.observed.first_ns) == "2024-05-01T10:11:12.345Z");
}

TEST_CASE("a log of signs alone is no load, but they are told") {
  CHECK(faults_of(
            "2024/05/01 10:11:12 [crit] 7#7: *5 connect() failed (99: Cannot assign requested address)\n")[0]
            .what.find("1 line tells that there was no port") != std::string::npos);
}
