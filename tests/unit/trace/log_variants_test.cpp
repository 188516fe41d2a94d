// The forms in which the same programs write the same things: other columns, separators, prefixes and
// versions. The lines are written by us after the manuals of the programs.
#include <string>

#include "logged.hpp"

namespace portsim {
namespace {

using namespace test;

TEST_CASE("HAProxy's host is found behind any prefix of syslog", "[haproxy]") {
  const std::string session =
      "192.0.2.9:33317 [06/Feb/2026:12:14:14.655] in static/srv1 0/0/1/2/9 200 2750 - - ---- 1/1/1/1/0 0/0 "
      "\"GET / HTTP/1.1\"";
  const auto prefix = GENERATE(
      as<std::string>(), "Feb  6 12:14:14 lb1 haproxy[14389]: ", "<134>Feb  6 12:14:14 lb1 haproxy[1]: ",
      "<134>1 2026-02-06T12:14:14.664Z lb1 haproxy 14389 - - ",
      "2026-02-06T12:14:14.664123+00:00 lb1 haproxy[14389]: ", "Feb 06 12:14:14 lb1 hapee-lb[14389]: ",
      "2026-02-06 12:14:14 lb1 haproxy: ");
  CAPTURE(prefix);
  CHECK(log_of(prefix + session + "\n").hosts() == std::vector<std::string>{"lb1"});
}

TEST_CASE("a host called haproxy is a host", "[haproxy]") {
  const ConnectionLog log = log_of(
      "Feb  6 12:14:14 haproxy01 haproxy[1]: ::1:33317 [06/Feb/2026:12:14:14.655] in~ static/srv1 0/0/1/2/+9 "
      "200 "
      "+2750 - - ---- 1/1/1/1/0 0/0 \"GET / HTTP/1.1\"\n");
  CHECK(log.hosts() == std::vector<std::string>{"haproxy01"});
}

TEST_CASE("HAProxy's dates may be of ISO, and captured headers hold anything", "[haproxy]") {
  const ConnectionLog log = log_of(lines_of(
      {"haproxy[1]: 192.0.2.9:1 [2026-02-06T12:12:51.500Z] in static/srv1 0/0/1/2/9 200 2 NODE=a SCAN ---- "
       "1/1/1/1/0 0/0 {www.example.org|Mozilla/5.0 (X11) [en] 1/2/3|} {} \"GET /a[1] HTTP/1.1\"",
       "haproxy[1]: 192.0.2.9:1 [06/Feb/2026:12:12:52.500] in static/srv1 0/0/-1/-1/9 503 2 - SC-- sC-- "
       "1/1/1/1/0 0/0 {a b} \"GET / HTTP/1.1\" 0/0/0/0/1 example.org/TLSv1.3/TLS_AES_128_GCM_SHA256",
       "haproxy[1]: 192.0.2.9:1 [06/Feb/20"}));
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].start == at_ms(1000));
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[1].closer == Closer::unreachable);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("HAProxy's common log format tells what the others do", "[haproxy]") {
  const ConnectionLog log = log_of(lines_of(
      {"Feb  6 12:14:14 lb1 haproxy[1]: 192.0.2.9 - - [06/Feb/2026:12:14:14 +0000] \"GET / HTTP/1.1\" 200 "
       "2750 "
       "\"\" \"\" 33317 655 \"in\" \"static\" \"srv1\" 10 5 1 2 20 \"----\" 1 1 1 1 0 0 0 \"\" \"\" \"\" "
       "\"\"",
       "Feb  6 12:14:15 lb1 haproxy[1]: 192.0.2.9 - - [06/Feb/2026:12:14:15 +0000] \"TCP \" 000 2750 \"\" "
       "\"\" "
       "33318 655 \"in\" \"db\" \"srv2\" 0 7 3 500 99 SC-- 1 1 1 1 0 0 0 \"\" \"\"",
       "Feb  6 12:14:16 lb1 haproxy[1]: 192.0.2.9 - - [06/Feb/2026:12:14:16 +0000] \"<BADREQ>\" 400 0 \"\" "
       "\"\" "
       "33319 655 \"in\" \"in\" \"<NOSRV>\" -1 -1 -1 -1 0 \"PR--\" 1 1 1 1 0 0 0 \"\" \"\"",
       "Feb  6 12:14:17 lb1 haproxy[1]: 192.0.2.9 - - [06/Feb/2026:12:14:17 +0000] \"GET / HTTP/1.1\" 200 27",
       "Feb  6 12:14:18 lb1 haproxy[1]: 192.0.2.9:4 [06/Feb/2026:12:14:18.700] in/1: SSL handshake "
       "failure"}));
  CHECK(log.hosts() == std::vector<std::string>{"lb1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(5));
  CHECK(rows[1].start == at_ms(1000 - 15 + 7));
  CHECK(rows[1].lifetime == ms(493));
  CHECK(rows[0].destination != rows[1].destination);
  CHECK(log.skipped == 2);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("the client of an access log stands behind virtual hosts and syslog", "[access_log]") {
  const ConnectionLog log = log_of(
      lines_of({"www.example.org:443 198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12 "
                "\"-\" \"c\"",
                "www.example.org 198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12",
                "<190>Jul  1 00:00:05 web1 nginx: 198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / "
                "HTTP/1.1\" 200 12",
                "198.51.100.7, 192.0.2.1 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12",
                "198.51.100.7 - frank miller [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12",
                "2001:db8::7 - - [2026-07-01T00:00:05+00:00] \"GET / HTTP/1.1\" 200 12"}));
  CHECK(log.hosts() == std::vector<std::string>{"198.51.100.7", "2001:db8::7"});
  CHECK(log.count_of(0) == 5);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("the time of a request is found among the fields that servers add", "[access_log]") {
  struct Case {
    const char* fields;
    std::optional<Duration> length;
  };
  const Case given = GENERATE(
      Case{R"("-" "curl/8" "203.0.113.5, 10.0.0.1" 0.250 0.001 0.248 .)", ms(250)},
      Case{R"("-" "curl/8" "-" rt=0.250 uct="0.001" uht="0.002" urt="0.248")", ms(250)},
      Case{R"("-" "curl/8" 1534 0.250 [default-web-80] [] 10.0.0.2:80 612 0.249 200 abcd)", ms(250)},
      Case{R"("-" "curl/8" "0.250" "0.001, 0.002 : 0.003" "10.0.0.2:80")", ms(250)},
      Case{R"("-" "curl/8" "3.24")", std::nullopt}, Case{R"("-" "curl/8" 1523 48731)", std::nullopt},
      Case{R"("-" "curl/8" 1523 48731 250000)", ms(250)}, Case{R"("-" "curl/8" 0 250000)", ms(250)},
      Case{R"("-" "curl/8" 2 2250000)", ms(2250)}, Case{R"("-" "curl/8" **0/250000**)", ms(250)},
      Case{R"("-" "curl/8" D=250000 "-")", ms(250)},
      Case{R"("-" "curl/8" 17 "web@docker" "http://10.0.0.2:80" 250ms)", ms(250)},
      Case{R"("-" "a \"quoted\" program" 250000)", ms(250)}, Case{"0.250", ms(250)}, Case{"", std::nullopt},
      Case{R"("-" "curl/8" 1782864005.750 0.250)", ms(250)}, Case{"1782864005.750", std::nullopt});
  CAPTURE(given.fields);
  const ConnectionLog log =
      log_of("198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET /?q=\"a b\" HTTP/1.1\" 200 12 " +
             std::string(given.fields) + "\n");
  CHECK(rows_of(log)[0].lifetime == given.length);
}

TEST_CASE("nginx may tell the end of a request to the millisecond", "[access_log]") {
  const ConnectionLog log = log_of(
      "198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" "
      "1782864005.250 0.250\n"
      "198.51.100.7 - - [01/Jul/2026:02:00:05 +0200] \"GET / HTTP/1.1\" 200 12 0.500 1782864005.750\n"
      "198.51.100.7 - - [1782864006.001] \"GET / HTTP/1.1\" 200 12 0.001\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].lifetime == ms(250));
  CHECK(rows[1].start == at_ms(250));
  CHECK(rows[1].lifetime == ms(500));
  CHECK(rows[2].start == at_ms(1000));
}

TEST_CASE("the fields of an access log may stand behind tabs", "[access_log]") {
  const ConnectionLog log =
      log_of("198.51.100.7\t-\t-\t[01/Jul/2026:00:00:05 +0000]\t\"GET / HTTP/1.1\"\t200\t12\t0.250\n");
  CHECK(log.hosts() == std::vector<std::string>{"198.51.100.7"});
  CHECK(rows_of(log)[0].lifetime == ms(250));
}

TEST_CASE("what a container wrote is found within its runtime's lines", "[access_log]") {
  const ConnectionLog log = log_of(lines_of(
      {R"({"log":"10.0.0.1 - - [06/Feb/2026:12:14:14 +0000] \"GET /\u0026\u00e9\\ HTTP/1.1\" 200 9 \"-\" \"-\" 0.250\n",)"
       R"("stream":"stdout","time":"2026-02-06T12:14:14.6Z"})",
       R"(2026-02-06T12:14:15.664123456Z stdout F 10.0.0.1 - - [06/Feb/2026:12:14:15 +0000] "GET /" 200 9 "-" "-" 0.500)",
       R"({"log":"10.0.0.1 - - [06/Feb/2026:12:14:14 +0000] \"GET)", R"({"log":"10.0.0.1 \q"})",
       R"(2026-02-06T12:14:15Z stderr F )"}));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(250));
  CHECK(rows[1].start == at_ms(750));
  CHECK(rows[1].lifetime == ms(500));
  CHECK(log.damaged.count == 2);
}

TEST_CASE("a request that came over a socket of the machine itself takes no port", "[access_log]") {
  const ConnectionLog log =
      log_of(lines_of({"10.0.0.1 - - [06/Feb/2026:12:14:14 +0000] \"GET / HTTP/1.1\" 200 1",
                       "unix: - - [06/Feb/2026:12:14:14 +0000] \"GET / HTTP/1.1\" 200 1",
                       "- - - [06/Feb/2026:12:14:14 +0000] \"GET / HTTP/1.1\" 200 1"}));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(log.skipped == 2);
}

TEST_CASE("an access log may be JSON, in the words of each server", "[json_access_log]") {
  struct Case {
    const char* line;
    std::int64_t length_ms;
    std::int64_t start_ms;  ///< behind 12:14:14
  };
  const Case given = GENERATE(
      Case{R"({"time_local":"06/Feb/2026:12:14:15 +0000","remote_addr":"10.0.0.1","request_time":"0.250"})",
           250, 750},
      Case{
          R"(<134>Feb  6 12:14:15 web nginx: {"msec":"1770380055.125","time_local":"06/Feb/2026:12:14:15 +0000",)"
          R"("remote_addr":"10.0.0.1","request_time":0.125,"upstream_response_time":"-"})",
          125, 1000},
      Case{R"({ "time":"2026-02-06T12:14:15+0000", "remoteIP":"10.0.0.1", "query":"", "D":"250123" })", 250,
           1000},
      Case{R"({"level":"info","ts":1770380055.5,"request":{"remote_ip":"10.0.0.1","headers":{"A":["b"]}},)"
           R"("duration":0.5,"status":200})",
           500, 1000},
      Case{R"({"ClientAddr":"10.0.0.1:4","ClientHost":"10.0.0.1","Duration":250000000,)"
           R"("StartUTC":"2026-02-06T12:14:15.5Z","time":"2026-02-06T12:14:16Z"})",
           250, 1500},
      Case{R"({"start_time":"2026-02-06T12:14:15.000Z","duration":"250",)"
           R"("downstream_remote_address":"10.0.0.1:41234"})",
           250, 1000},
      Case{R"({"timestamp":1770380055500,"client_ip":"10.0.0.1, 10.9.9.9","duration_ms":12.5})", 12, 1500});
  CAPTURE(given.line);
  const ConnectionLog log = log_of(lines_of(
      {R"({"time":"2026-02-06T12:14:14Z","remote_addr":"10.0.0.1","request_time":null})", given.line}));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK_FALSE(rows[0].lifetime);
  CHECK(rows[1].start == at_ms(given.start_ms));
  REQUIRE(rows[1].lifetime);
  CHECK(std::chrono::floor<std::chrono::milliseconds>(*rows[1].lifetime).count() == given.length_ms);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("a line of a JSON access log that is cut or tells no client is damage", "[json_access_log]") {
  const ConnectionLog log = log_of(
      lines_of({R"({"time_iso8601":"2026-02-06T12:14:14Z","remote_addr":"2001:db8::7","status":"200"})",
                R"({"time_iso8601":"2026-02-06T12:14:15Z","remote_addr":"2001:db8::7","sta)",
                R"({"time_iso8601":"2026-02-06T12:14:15Z","status":200})",
                R"({"time_iso8601":"yesterday","remote_addr":"2001:db8::7"})"}));
  CHECK(log.hosts() == std::vector<std::string>{"2001:db8::7"});
  CHECK(log.damaged.count == 3);
}

TEST_CASE("web logs of W3C have their columns in a header, and those of IIS milliseconds", "[w3c_log]") {
  const ConnectionLog log = log_of(lines_of(
      {"#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0",
       "#Date: 2026-02-06 12:14:14",
       "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
       "sc-status time-taken",
       "2026-02-06 12:14:14 10.1.0.1 GET / - 80 - 10.0.0.1 Mozilla/5.0+(X11) 200 250",
       "2026-02-06 12:14:15 10.1.0.1 GET / - 443 - 10.0.0.1 - 200 50",
       "2026-02-06 12:14:16 10.1.0.1 GET / - 44", "#Fields: time c-ip time-taken",
       "12:14:18 10.0.0.1 1.500"}));
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].lifetime == ms(250));
  CHECK(rows[1].start == at_ms(1200));
  CHECK(rows[0].destination != rows[1].destination);
  CHECK(rows[2].start == at_ms(2750));
  CHECK(rows[2].lifetime == ms(1500));
  CHECK(log.damaged.count == 1);
}

TEST_CASE("Squid tells the end of a request and how long it took", "[squid]") {
  const ConnectionLog log =
      log_of(lines_of({"1770380054.905    250 10.0.0.1 TCP_MISS/200 1234 GET http://example.org/ - "
                       "HIER_DIRECT/192.0.2.1 text/html",
                       "1770380055.905  60015 10.0.0.1 TCP_TUNNEL/200 1234 CONNECT example.org:443 bob "
                       "HIER_DIRECT/192.0.2.1 -",
                       "1770380056.905      0 2001:db8::7 NONE_NONE/000 0 - "
                       "error:transaction-end-before-headers - HIER_NONE/- -",
                       "1770380057.905      0 10.0",
                       "Feb  6 12:14:20 px (squid-1)[7]: 1770380059.905   1000 10.0.0.1 TCP_HIT/200 7 GET "
                       "http://example.org/ - HIER_NONE/- text/html"}));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1", "2001:db8::7"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].lifetime == ms(60'015));  // it began first
  CHECK(rows[1].start == at_ms(58'765));
  CHECK(rows[1].lifetime == ms(250));
  CHECK(rows[2].lifetime == ms(1000));
  CHECK(log.damaged.count == 1);
}

TEST_CASE("small whole numbers alone are seconds", "[access_log]") {
  const std::string line =
      "198.51.100.7 - - [01/Jul/2026:00:00:05 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"c\" ";
  CHECK(rows_of(log_of(line + "0\n" + line + "2\n"))[1].lifetime == ms(2000));
  CHECK(rows_of(log_of(line + "900\n" + line + "2000\n"))[0].lifetime == Duration{900'000});
}

TEST_CASE("tshark's fields are understood in many forms", "[tshark]") {
  const auto log_text =
      GENERATE(as<std::string>(),
               "frame.time_epoch|ip.src|ip.dst|tcp.srcport|tcp.dstport|tcp.flags.syn|tcp.flags.ack|tcp.flags."
               "fin|tcp.flags.reset\n"
               "1.0|10.0.0.1|192.0.2.1|5000|443|1|0|0|0\n1.1|192.0.2.1|10.0.0.1|443|5000|1|1|0|0\n"
               "1.2|10.0.0.1|192.0.2.1|5000|443|0|1|1|0\n1.3|192.0.2.1|10.0.0.1|443|5000|0|1|1|0\n",
               "ip.src;ip.dst;tcp.srcport;tcp.dstport;tcp.flags;frame.time\n"
               "10.0.0.1;192.0.2.1;5000;443;0x00000002;Feb  2, 2026 04:05:01.000000000 CET\n"
               "192.0.2.1;10.0.0.1;443;5000;0x00000012;Feb  2, 2026 04:05:01.100000000 CET\n"
               "10.0.0.1;192.0.2.1;5000;443;0x00000011;Feb  2, 2026 04:05:01.200000000 CET\n"
               "192.0.2.1;10.0.0.1;443;5000;0x00000011;Feb  2, 2026 04:05:01.300000000 CET\n",
               "frame.time_epoch,ip.src,ip.dst,tcp.srcport,tcp.dstport,tcp.flags\n"
               "\"1.0\",\"172.16.0.1,10.0.0.1\",\"172.16.0.2,192.0.2.1\",5000,443,0x0002\n"
               "\"1.1\",\"172.16.0.2,192.0.2.1\",\"172.16.0.1,10.0.0.1\",443,5000,0x0012\n"
               "\"1.2\",\"172.16.0.1,10.0.0.1\",\"172.16.0.2,192.0.2.1\",5000,443,0x0011\n"
               "\"1.3\",\"172.16.0.2,192.0.2.1\",\"172.16.0.1,10.0.0.1\",443,5000,0x0011\n",
               "1.000000000\t10.0.0.1\t5000\t192.0.2.1\t443\t0x0002\t0\t0\t0\t0\n"
               "1.100000000\t192.0.2.1\t443\t10.0.0.1\t5000\t0x0012\t0\t0\t1\t0\n"
               "1.200000000\t10.0.0.1\t5000\t192.0.2.1\t443\t0x0011\t0\t10\t20\t0\n"
               "1.300000000\t192.0.2.1\t443\t10.0.0.1\t5000\t0x0011\t0\t20\t11\t0\n");
  CAPTURE(log_text);
  const ConnectionLog log = log_of(log_text);
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(log.damaged.count == 0);
  REQUIRE(rows_of(log).size() == 1);
  CHECK(rows_of(log)[0].closer == Closer::client);
  CHECK(rows_of(log)[0].lifetime == ms(300));
}

TEST_CASE("without tcp.stream and tcp.seq a closed port is used again by the next SYN", "[tshark]") {
  const ConnectionLog log =
      log_of(lines_of({"frame.time_epoch,ip.src,ip.dst,tcp.srcport,tcp.dstport,tcp.flags",
                       "1.0,10.0.0.1,192.0.2.1,5000,443,0x0002", "1.1,192.0.2.1,10.0.0.1,443,5000,0x0012",
                       "1.2,10.0.0.1,192.0.2.1,5000,443,0x0004", "3.0,10.0.0.1,192.0.2.1,5000,443,0x0002",
                       "4.0,10.0.0.1,192.0.2.1,5000,443,0x0002", "4.5,,,,,"}));
  CHECK(rows_of(log).size() == 2);
  CHECK(log.skipped == 1);
}

TEST_CASE("a firewall's columns may stand in another order or lack their header", "[windows_firewall]") {
  const auto log_text =
      GENERATE(as<std::string>(),
               "#Fields: dst-port src-port dst-ip src-ip protocol action time date\n"
               "443 50000 192.0.2.1 10.0.0.1 TCP ALLOW 12:19:41 2026-06-22\n",
               "2026-06-22 12:19:41 ALLOW TCP 10.0.0.1 192.0.2.1 50000 443 0 - 0 0 0 - - - SEND 1234\n",
               "2026-06-22 12:19:41 OPEN TCP 10.0.0.1 192.0.2.1 50000 443 - - - - - - - - -\n");
  CHECK(log_of(log_text).hosts() == std::vector<std::string>{"10.0.0.1"});
}

TEST_CASE("a Zeek log without its header is that of the usual columns", "[zeek]") {
  const ConnectionLog log = log_of(
      "0000.5\tCx\t10.0.\n"
      "1700000000.500000\tCabc\t10.0.0.1\t40000\t192.0.2.1\t443\ttcp\tssl\t1.500000\t1\t2\tSF\tT\tF\t0\t"
      "ShADadFf\t1\t2\t3\t4\t-\n"
      "1700000001.500000\tCabd\t10.0.0.1\t40000\t192.0.2.1\t53\tudp\tdns\t-\t-\t-"
      "\tS0\tT\tF\t0\tD\t1\t2\t3\t4\t-\n");
  CHECK(rows_of(log)[0].closer == Closer::client);
  CHECK(rows_of(log)[0].lifetime == ms(1500));
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("a Zeek log that tells of more than connections of TCP is left out", "[zeek]") {
  const auto path = GENERATE(as<std::string>(), "files", "weird", "ntp");
  const ConnectionLog log =
      log_of("#separator \\x09\n#path\t" + path +
             "\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tduration\n"
             "1.5\tCabc\t10.0.0.1\t40000\t192.0.2.1\t443\t0.5\n"
             "#separator \\x09\n#path\tssl\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\n"
             "2.5\tCabc\t10.0.0.1\t40000\t192.0.2.1\t443\n");
  CHECK(rows_of(log).size() == 1);
  CHECK(log.skipped == 1);
}

TEST_CASE("Zeek's JSON may be wrapped, and its durations have units", "[zeek]") {
  const ConnectionLog log = log_of(lines_of(
      {R"({"conn": {"ts":1.0,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"192.0.2.1","id.resp_p":80,"proto":"tcp","duration":"1m2.5s","history":"ShADadFf"}})",
       R"({"dns": {"ts":1.0,"uid":"C2","id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"192.0.2.1","id.resp_p":80}})",
       R"({"@metadata":{"beat":"x"},"_path":"conn","ts":2.0,"uid":"C3","id":{"orig_h":"10.0.0.1","orig_p":1,"resp_h":"192.0.2.1","resp_p":80},"proto":"tcp","duration":"15.5ms","history":"ShADadfF"})"}));
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(62'500));
  CHECK(rows[1].lifetime == Duration{15'500'000});
  CHECK(rows[1].closer == Closer::server);
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("a plain CSV may hold comments", "[csv_log]") {
  const TemporaryFile file(
      "\xEF\xBB\xBF# made by hand\r\nstart_s,\"duration_s\"\r\n0,1\r\n# the second\r\n\"1\",1\r\n");
  const auto log = read_logs({file.path()}, {});
  REQUIRE(std::holds_alternative<RecordedLoad>(log));
  CHECK(std::get<RecordedLoad>(log).connections->size() == 2);
}

}  // namespace
}  // namespace portsim
