// Traces of the nineties. The lines are written by us in the forms of the Internet Traffic Archive.
#include <string>
#include <vector>

#include "logged.hpp"

namespace portsim {
namespace {

using namespace test;

TEST_CASE("of LBL's connections the flag tells who opened them", "[archive_log]") {
  const ConnectionLog log = log_of(
      "748162802.427995 1.24383 smtp 911 449 7 192.0.2.1 SF L\n"
      "748162803.000000 3.5 telnet 157 2019 8 198.51.100.9 SF\n"
      "748162804.000000 ? smtp ? ? 7 192.0.2.1 REJ L N\n"
      "748162805.000000 ? ftp-data ? ? 7 192.0.2.2 S0 L\n"
      "748162806.000000 2.5 nntp 10 20 7 192.0.2.3 RSTO1 L\n"
      "748162807.000000 2.5 nntp ? 20 7 192.0.2.3 SHR L\n"
      "748162808.000000 2.5 nntp ? 20 7 192.0.2.3 S2 L\n"
      "748162809.000000 2.5 nntp\n");
  CHECK(log.format() == "LBL connections");
  CHECK(log.hosts() == std::vector<std::string>{"7", "198.51.100.9"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].lifetime == Duration{1'243'830'000});
  CHECK(rows[1].start == TimePoint{Duration{1'572'005'000}});
  CHECK(rows[1].destination == rows[0].destination);
  CHECK(rows[2].destination != rows[0].destination);
  CHECK(decided_by(log, CloserRule::unknown) == 2);
  CHECK(decided_by(log, CloserRule::refused) == 1);
  CHECK(decided_by(log, CloserRule::unanswered) == 1);
  CHECK(decided_by(log, CloserRule::reset) == 1);
  CHECK(decided_by(log, CloserRule::no_start) == 1);
  CHECK(decided_by(log, CloserRule::not_closed) == 1);
  CHECK(log.damaged.count == 1);
}

TEST_CASE("LBL's packets tell who closed first", "[archive_log]") {
  const ConnectionLog log = log_of(
      "749168400.000 3 128 1036 80 S 100:100 0\n"
      "749168400.250 128 3 80 1036 S 900:900 101\n"
      "749168401.000 3 128 1036 80 FP 101:111(10) 901\n"
      "749168401.250 128 3 80 1036 F 901:901 112\n"
      "749168402.000 3 128 1037 80 S 500 0\n"
      "749168402.250 128 3 80 1037 R 0 501\n"
      "749168403.000 3 128 1038 80 S 700\n"
      "749168403.250 128 3 80 1038 S 800 701\n"
      "749168404.000 128 3 80 1038 F 801 701\n"
      "749168404.010 3 128 1038 80 F 701 801\n"
      "749168405.000 3 128 1038\n");
  CHECK(log.format() == "LBL packets");
  CHECK(log.hosts() == std::vector<std::string>{"3"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[0].lifetime == ms(1250));
  CHECK(rows[1].closer == Closer::refused);
  CHECK(rows[2].closer == Closer::both);  // the second FIN does not acknowledge the first
  CHECK(log.damaged.count == 1);
}

}  // namespace
}  // namespace portsim
