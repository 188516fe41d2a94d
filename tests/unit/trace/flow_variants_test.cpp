// The forms in which the same programs write the same flows: other columns, separators and versions. The
// lines are written by us after the manuals of the programs.
#include <string>

#include "logged.hpp"

namespace portsim {
namespace {

using namespace test;

TEST_CASE("a VPC flow log of later versions has any fields in any order", "[vpc_flow]") {
  const ConnectionLog log =
      log_of(lines_of({"version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr "
                       "srcport dstport pkt-srcaddr "
                       "pkt-dstaddr protocol bytes packets start end action tcp-flags log-status",
                       "5 vpc-1 subnet-1 i-1 eni-1 1 IPv4 10.0.0.1 192.0.2.1 40000 443 10.0.0.1 192.0.2.1 6 "
                       "1 1 1418530010 1418530070 "
                       "ACCEPT 3 OK",
                       "5 vpc-1 subnet-1 i-1 eni-1 1 IPv4 192.0.2.1 10.0.0.1 443 40000 192.0.2.1 10.0.0.1 6 "
                       "1 1 1418530010 1418530070 "
                       "ACCEPT 19 OK",
                       "5 vpc-1 subnet-1 - eni-1 1 - - - - - - - - - - 1418530010 1418530070 - - NODATA"}));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(rows_of(log).size() == 1);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("a VPC flow log may be a table or a format string", "[vpc_flow]") {
  const auto log_text = GENERATE(
      as<std::string>(),
      "\"version\",\"account_id\",\"interface_id\",\"srcaddr\",\"dstaddr\",\"srcport\",\"dstport\","
      "\"protocol\","
      "\"packets\",\"bytes\",\"start\",\"end\",\"action\",\"log_status\"\n"
      "\"2\",\"1\",\"eni-1\",\"10.0.0.1\",\"192.0.2.1\",\"40000\",\"443\",\"6\",\"1\",\"1\",\"1418530010\","
      "\"1418530070\",\"ACCEPT\",\"OK\"\n",
      "${interface-id} ${srcaddr} ${srcport} ${dstaddr} ${dstport} ${protocol} ${start} ${end} ${action}\n"
      "eni-1 10.0.0.1 40000 192.0.2.1 443 6 1418530010 1418530070 ACCEPT\n");
  const ConnectionLog log = log_of(log_text);
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(rows_of(log)[0].lifetime == ms(60'000));
}

TEST_CASE("flows without flags join while they follow each other", "[vpc_flow]") {
  const std::string row = "2 1 eni-1 10.0.0.1 192.0.2.1 40000 443 6 1 1 ";
  const ConnectionLog log =
      log_of(row + "1418530000 1418530060 ACCEPT OK\n" + row + "1418530060 1418530120 ACCEPT OK\n" + row +
             "1418533000 1418533060 ACCEPT OK\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(120'000));
  CHECK(rows[1].start == at_ms(3'000'000));
}

TEST_CASE("a port used again is another connection in whatever order the directions come", "[nfdump]") {
  const std::string header = "ts,te,td,sa,da,sp,dp,pr,flg\n";
  const auto flow = [](const std::string& second, bool is_client) {
    return "2026-01-02 03:04:" + second + ",2026-01-02 03:04:" + second + ",0.0," +
           (is_client ? "10.0.0.1,192.0.2.1,40000,80" : "192.0.2.1,10.0.0.1,80,40000") + ",TCP,...AP.SF\n";
  };
  const ConnectionLog log =
      log_of(header + flow("05", true) + flow("35", true) + flow("05", false) + flow("35", false));
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(rows_of(log).size() == 2);
  CHECK(decided_by(log, CloserRule::unknown) == 2);
}

TEST_CASE("a port of nfdump's may have been written as a decimal", "[nfdump]") {
  const ConnectionLog log = log_of(
      "Date first seen,Duration,Proto,Src IP Addr,Src Pt,Dst IP Addr,Dst Pt,Packets,Bytes,Flows,Flags,Tos\n"
      "2026-02-06 12:14:14.000,0.500,TCP  ,10.0.0.1,50000,192.0.2.1,443.0,1,108,1,.AP.SF,0\n"
      "2026-02-06 12:14:14.000,0.500,TCP  ,192.0.2.1,443,10.0.0.1,50000.0,1,  2.1 M,1,.AP.SF,0\n"
      "2026-02-06 12:14:15.000,0.500,ICMP ,10.0.0.1,0,192.0.2.1,8.0,1,108,1,......,0\n");
  CHECK(rows_of(log).size() == 1);
  CHECK(log.damaged.count == 0);
  CHECK(log.skipped == 1);
}

TEST_CASE("a VPC flow log tells of rows that were lost", "[vpc_flow]") {
  const ConnectionLog log = log_of(
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end "
      "action "
      "log-status\n"
      "2 1 eni-1 10.0.0.1 192.0.2.1 50000 443 6 20 4249 1418530010 1418530070 ACCEPT OK\n"
      "2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n"
      "2 1 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA\n");
  CHECK(log.skipped == 1);
  CHECK(log.lost == 1);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("nfdump's columns have other names in other versions", "[nfdump]") {
  const auto log_text =
      GENERATE(as<std::string>(),
               "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n"
               "2026-01-02 03:04:05.250,1.500,TCP,10.0.0.1,40000,192.0.2.1,80,5,500,1\n"
               "2026-01-02 03:04:05.251,1.499,TCP,192.0.2.1,80,10.0.0.1,40000,5,500,1\n",
               "Date first seen,Duration,Proto,Src IP Addr,Src Pt,Dst IP Addr,Dst "
               "Pt,Packets,Bytes,Flows,Flags,Tos,class\n"
               "2026-01-02 03:04:05.250,    1.500,TCP  ,       10.0.0.1, 40000,      192.0.2.1,    80,5,   "
               "1.2 M,1,.AP.SF,0,x\n",
               "pr, sa, sp, da, dp, flg, ts, td\n"
               "TCP, 10.0.0.1, 40000, 192.0.2.1, 80, ...AP.SF, 2026-01-02 03:04:05.250, 1.500\n",
               "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n"
               "2026-01-02 03:04:05,2026-01-02 "
               "03:04:06,00:00:01.500,10.0.0.1,192.0.2.1,40000,80,6,...AP.SF,0,0,5,500,4,400\n");
  const ConnectionLog log = log_of(log_text);
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(log.damaged.count == 0);
  REQUIRE(rows_of(log).size() == 1);
  CHECK(rows_of(log)[0].lifetime >= ms(1000));
}

TEST_CASE("nfdump's text tells the same as its CSV", "[nfdump]") {
  const auto log_text = GENERATE(
      as<std::string>(),
      "Date first seen          Duration Proto      Src IP Addr:Port          Dst IP Addr:Port   Flags Tos  "
      "Packets\n"
      "2026-01-02 03:04:05.250     1.500 TCP           10.0.0.1:40000 ->      192.0.2.1:80     .AP.SF   0    "
      "    5\n"
      "2026-01-02 03:04:05.260     1.400 TCP          192.0.2.1:80    ->       10.0.0.1:40000  .AP.SF   0    "
      "    5\n"
      "2026-01-02 03:04:05.260     0.000 UDP          192.0.2.1:53    ->       10.0.0.1:40000  ......   0    "
      "    5\n"
      "Summary: total flows: 3, total bytes: 1, total packets: 15, avg bps: 1, avg pps: 0, avg bpp: 1\n"
      "Time window: 2026-01-02 03:04:05 - 2026-01-02 03:04:06\nTotal flows processed: 3\n",
      "Date first seen             Duration     Proto      Src IP Addr:Port          Dst IP Addr:Port     "
      "Flags\n"
      "2026-01-02 03:04:05.250     00:00:01.500 TCP           10.0.0.1:40000 <->     192.0.2.1:80        "
      "...AP.SF\n"
      "2026-01-02 03:04:05.250     00:00:01.500 ICMP          10.0.0.1:0     <->     192.0.2.1:8.0       "
      "........\n",
      "2026-01-02 03:04:05.250     1.500 TCP           10.0.0.1:40000 ->      192.0.2.1:80   5   500  1\n"
      "2026-01-02 03:04:05.260     1.400 UDP           10.0.0.1:40000 ->      192.0.2.1:53   5   500  1\n");
  const ConnectionLog log = log_of(log_text);
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(log.damaged.count == 0);
  CHECK(log.skipped == 1);
  CHECK(decided_by(log, CloserRule::unknown) == 1);
  CHECK(rows_of(log)[0].lifetime == ms(1500));
}

TEST_CASE("nfdump's rows for two directions may hold one", "[nfdump]") {
  const ConnectionLog log = log_of(
      "Date first seen             Duration     Proto      Src IP Addr:Port           Dst IP Addr:Port   Out "
      "Pkt   In Pkt Out Byte  In Byte Flows\n"
      "2026-01-02 03:04:05.000     00:00:02.000 TCP        192.0.2.1:80 <->          10.0.0.1:40000  0  9  0 "
      " 608  1\n"
      "2026-01-02 03:04:05.000     00:00:02.000 TCP       10.0.0.1:40000 <->         192.0.2.1:80    0 11  0 "
      " 608  1\n");
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(rows_of(log).size() == 1);
}

TEST_CASE("nfdump writes a point before the port of IPv6", "[nfdump]") {
  const ConnectionLog log = log_of(
      "2026-01-02 03:04:05.250     1.500 TCP     2001:db8::1.40000 ->  2001:db8::2.443   5   500  1\n");
  CHECK(log.hosts() == std::vector<std::string>{"2001:db8::1"});
}

TEST_CASE("ra prints flows with any columns and separators", "[argus]") {
  const auto log_text =
      GENERATE(as<std::string>(),
               "         StartTime      Flgs  Proto            SrcAddr  Sport   Dir            DstAddr  "
               "Dport  TotPkts   TotBytes State\n"
               "   16:23:00.325010  e           tcp         10.0.0.1.40000     ->        192.0.2.1.80        "
               "    9        900   FIN\n"
               "   16:23:02.325010  e  s        tcp         10.0.0.1.40001     ->        192.0.2.1.https     "
               "    9        900   RST\n"
               "   16:23:02.325010              udp         10.0.0.1.40001    <->        192.0.2.1.domain    "
               "    9        900   CON\n",
               "StartTime|Dur|Proto|SrcAddr|Sport|Dir|DstAddr|Dport|State\n"
               "2026/04/04 16:23:00.325010|0.000000|tcp|10.0.0.1|40000|   ->|192.0.2.1|80|FIN\n"
               "2026/04/04 16:23:02.325010|0.000000|6|10.0.0.1|40001|   ->|192.0.2.1|81|RST\n"
               "2026/04/04 16:23:02.325010|0.000000|udp|10.0.0.1|40001|  <->|192.0.2.1|53|CON\n",
               "pkSeqID,stime,proto,saddr,sport,dir,daddr,dport,state,dur\n"
               "1,1775319780.325010,tcp,10.0.0.1,40000,->,192.0.2.1,80,FIN,0.000000\n"
               "2,1775319782.325010,tcp,10.0.0.1,40001,->,192.0.2.1,81,RST,0.000000\n"
               "3,1775319782.325010,udp,10.0.0.1,40001,->,192.0.2.1,53,CON,0.000000\n",
               "State;Dport;DstAddr;Sport;SrcAddr;Dir;Proto;LastTime;StartTime\n"
               "FIN;80;192.0.2.1;40000;10.0.0.1;->;tcp;1775319780.325010;1775319780.325010\n"
               "RST;81;192.0.2.1;40001;10.0.0.1;->;tcp;1775319782.325010;1775319782.325010\n"
               "CON;53;192.0.2.1;40001;10.0.0.1;<->;udp;1775319782.325010;1775319782.325010\n",
               "           StartTime        Dur Proto  SrcAddr  Sport Dir  DstAddr  Dport State\n"
               "2026/04/04 16:23:00.325010   0.000000  tcp  10.0.0.1  40000  ->  192.0.2.1  80   FIN\n"
               "2026/04/04 16:23:02.325010   0.000000  tcp  10.0.0.1  40001  ?>  192.0.2.1  81   RST\n"
               "2026/04/04 16:23:02.325010   0.000000  udp  10.0.0.1  40001 <->  192.0.2.1  53   CON\n");
  CAPTURE(log_text);
  const ConnectionLog log = log_of(log_text);
  CHECK(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  CHECK(log.damaged.count == 0);
  CHECK(log.skipped == 1);
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(0));
  CHECK(rows[1].start == at_ms(2000));
  CHECK(rows[1].closer == Closer::reset);
  CHECK(rows[0].destination != rows[1].destination);
}

TEST_CASE("ra tells of Argus itself, and cuts what is too wide", "[argus]") {
  const ConnectionLog log = log_of(
      "         StartTime      Flgs  Proto            SrcAddr  Sport   Dir            DstAddr  Dport  "
      "TotPkts   "
      "TotBytes State\n"
      "   19:15:53.407027              man                  0      0                        0      0        "
      "0   "
      "       0   STA\n"
      "   19:27:50.172701  e           tcp       10.0.0.1.46562     ->        192.0.2.1.80           10      "
      " "
      "1829 FSPA*\n"
      "   19:27:51.172701  e           arp       10.0.0.1           who       192.0.2.1               2      "
      " "
      " 106   INT\n"
      "   19:27:52.172701  e           tcp       10.0.0.1.46563     ->\n");
  CHECK(log.skipped == 2);
  CHECK(log.damaged.count == 1);
  CHECK(decided_by(log, CloserRule::unknown) == 1);
}

TEST_CASE("tcplife's time of day goes on after midnight", "[tcplife]") {
  const ConnectionLog log = log_of(
      "TIME     PID   COMM       IP LADDR           LPORT RADDR           RPORT TX_KB RX_KB MS\n"
      "23:59:59 6161  chrome io  4  10.0.0.1        40000 192.0.2.1       443       1     2 500.00\n"
      "00:00:01 6161  curl       6  2001:db8::1     40001 2001:db8::2     443       1     2 500.00\n"
      "00:00:02 6161  curl       4  10.0.0.1        40001 192.0.2.1       443       1     2 500.00\n");
  CHECK(rows_of(log)[1].start == at_ms(3000));
  CHECK(log.damaged.count == 0);
}

}  // namespace
}  // namespace portsim
