// Logs of flows and of sockets. The lines are written by us in the forms of the programs.
#include <string>

#include "logged.hpp"
#include "trace/flow_flags.hpp"

namespace portsim {
namespace {

using namespace test;

TEST_CASE("sets of flags tell how a connection ended but not who closed it", "[flow_flags]") {
  struct Case {
    const char* client;
    const char* server;
    std::optional<Closer> closer;
    CloserRule rule;
  };
  const Case given = GENERATE(Case{"FSPA", "FSPA", std::nullopt, CloserRule::unknown},
                              Case{"...AP.SF", "...AP.SF", std::nullopt, CloserRule::unknown},
                              Case{"FSRPA", "FSPA", Closer::reset, CloserRule::reset},
                              Case{"S", "RA", Closer::refused, CloserRule::refused},
                              Case{"S", "", Closer::unreachable, CloserRule::unanswered},
                              Case{"...AP.SF", "", std::nullopt, CloserRule::unknown},
                              Case{"...AP.S.", "", Closer::reset, CloserRule::not_closed},
                              Case{"......S.", "", Closer::unreachable, CloserRule::unanswered},
                              Case{"SPA", "SPA", Closer::reset, CloserRule::not_closed},
                              Case{"FSPA", "SPA", Closer::reset, CloserRule::not_closed},
                              Case{"PA", "PA", Closer::reset, CloserRule::no_start});
  CAPTURE(given.client, given.server);
  CHECK(judge_flags(given.client, given.server).closer == given.closer);
  CHECK(judge_flags(given.client, given.server).rule == given.rule);
}

TEST_CASE("an Argus flow is a connection with a start and a length", "[argus]") {
  const ConnectionLog log = log_of(
      "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"
      "2026/04/04 16:23:00.325010,1.500000,tcp,10.0.0.1,40000,   ->,192.0.2.1,80,FSPA_FSPA,0,0,9,900,300,x\n"
      "2026/04/04 16:23:01.325010,0.500000,tcp,192.0.2.2,443,  <-,10.0.0.1,40001,SRPA_SPA,0,0,9,900,300,x\n"
      "2026/04/04 16:23:02.325010,3.000000,tcp,10.0.0.1,40002,   ->,192.0.2.1,80,S_,0,,9,900,300,x\n"
      "2026/04/04 16:23:03.325010,3.000000,tcp,10.0.0.1,40003,  <?>,192.0.2.1,80,CON,0,,9,900,300,x\n"
      "2026/04/04 16:23:04.325010,0.000000,icmp,10.0.0.1,0x0303,  <->,192.0.2.1,,URP,0,,1,90,90,x\n"
      "2026/04/04 16:23:05.32\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].lifetime == ms(1500));
  CHECK(rows[1].start == at_ms(1000));
  CHECK(rows[1].closer == Closer::reset);
  CHECK(rows[2].closer == Closer::unreachable);
  CHECK(decided_by(log, CloserRule::not_closed) == 1);
  CHECK(decided_by(log, CloserRule::unknown) == 1);
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("nfdump's two directions are one connection", "[nfdump]") {
  const ConnectionLog log = log_of(
      "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt\n"
      "2026-01-02 03:04:05,2026-01-02 03:04:07,2.0,192.0.2.1,10.0.0.1,80,40000,TCP,...AP.SF,0,0,5,500\n"
      "2026-01-02 03:04:05,2026-01-02 03:04:08,3.0,10.0.0.1,192.0.2.1,40000,80,TCP,...AP.SF,0,0,5,500\n"
      "2026-01-02 03:04:09,2026-01-02 03:04:09,0.0,10.0.0.1,192.0.2.1,40001,81,TCP,......S.,0,0,1,50\n"
      "2026-01-02 03:04:09,2026-01-02 03:04:09,0.0,192.0.2.1,10.0.0.1,81,40001,TCP,...A.R..,0,0,1,50\n"
      "2026-01-02 03:04:15,2026-01-02 03:04:16,1.0,10.0.0.1,192.0.2.1,40000,80,TCP,...AP.SF,0,0,5,500\n"
      "2026-01-02 03:04:09,2026-01-02 03:04:09,0.0,10.0.0.1,192.0.2.53,40001,53,UDP,........,0,0,1,50\n"
      "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n6,1,2,3,4,5\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].lifetime == ms(3000));
  CHECK(decided_by(log, CloserRule::unknown) == 2);
  CHECK(rows[1].closer == Closer::refused);
  CHECK(rows[2].start == at_ms(10'000));
  CHECK(rows[2].lifetime == ms(1000));  // who acknowledges was answered, though the log has no answer
  CHECK(rows[2].closer == Closer::client);
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("rows of a VPC flow log are joined to connections", "[vpc_flow]") {
  const ConnectionLog log = log_of(
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol start end action tcp-flags\n"
      "3 123456789010 eni-1 192.0.2.1 10.0.0.1 443 40000 6 1418530010 1418530070 ACCEPT 18\n"
      "3 123456789010 eni-1 10.0.0.1 192.0.2.1 40000 443 6 1418530010 1418530070 ACCEPT 2\n"
      "3 123456789010 eni-1 10.0.0.1 192.0.2.1 40000 443 6 1418530070 1418530130 ACCEPT 1\n"
      "3 123456789010 eni-1 192.0.2.1 10.0.0.1 443 40000 6 1418530070 1418530130 ACCEPT 1\n"
      "3 123456789010 eni-1 10.0.0.1 192.0.2.1 40000 443 6 1418530200 1418530260 ACCEPT 3\n"
      "3 123456789010 eni-1 10.0.0.9 10.0.0.1 40000 22 6 1418530200 1418530260 REJECT 2\n"
      "3 123456789010 eni-1 - - - - - 1418530200 1418530260 - -\n"
      "3 123456789010 eni-1 10.0.0.1\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(120'000));
  CHECK(decided_by(log, CloserRule::unknown) == 2);
  CHECK(rows[1].start == at_ms(190'000));
  CHECK(log.skipped == 2);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("a VPC flow log may lack its header", "[vpc_flow]") {
  const ConnectionLog log = log_of(
      "2 123456789010 eni-1 192.0.2.1 10.0.0.1 443 40000 6 20 4249 1418530010 1418530070 ACCEPT OK\n"
      "2 123456789010 eni-1 10.0.0.1 192.0.2.1 40000 443 6 20 4249 1418530010 1418530070 ACCEPT OK\n"
      "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(rows_of(log)[0].lifetime == ms(60'000));
  CHECK(decided_by(log, CloserRule::unknown) == 1);
}

TEST_CASE("tcplife tells the end and the length of a connection", "[tcplife]") {
  const ConnectionLog log = log_of(
      "TIME(s)   PID   COMM       LADDR           LPORT RADDR           RPORT TX_KB RX_KB MS\n"
      "10.500000 22597 recordProg 127.0.0.1       46644 127.0.0.1       28527     0     0 0.23\n"
      "10.500000 3277  redis-serv 127.0.0.1       28527 127.0.0.1       46644     0     0 0.28\n"
      "12.000000 6161  chrome io  10.0.0.1        40000 192.0.2.1       443       1     2 1500.00\n"
      "13.000000 1     sshd       10.0.0.1        22    192.0.2.7       50000     1     2 10.00\n"
      "13.000000 1     sshd       10.0.0.1\n");
  REQUIRE(log.hosts() == std::vector<std::string>{"127.0.0.1", "10.0.0.1", "192.0.2.7"});
  CHECK(rows_of(log, 0)[0].is_loopback);
  CHECK(rows_of(log, 0)[0].lifetime == Duration{230'000});
  CHECK(log.first_start_of(1) == 10'500'000'000);
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("tcplife may write commas and the time of day", "[tcplife]") {
  const ConnectionLog log = log_of(
      "TIME,PID,COMM,IP,LADDR,LPORT,RADDR,RPORT,TX_KB,RX_KB,MS\n"
      "00:00:01,6161,curl,4,10.0.0.1,40000,192.0.2.1,443,1,2,1500.00\n"
      "00:00:02,6161,curl,4,10.0.0.1,40001,192.0.2.1,443,1,2,500.00\n");
  CHECK(rows_of(log)[1].start == at_ms(2000));
}

TEST_CASE("tcplife without a column of time cannot be replayed", "[tcplife]") {
  const auto faults = faults_of(
      "PID   COMM       LADDR           LPORT RADDR           RPORT TX_KB RX_KB MS\n"
      "6161  chrome     10.0.0.1        40000 192.0.2.1       443       1     2 1500.00\n");
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].what == "tells no times");
  CHECK(faults[0].remedy == "run tcplife with -t or -T");
}

}  // namespace
}  // namespace portsim
