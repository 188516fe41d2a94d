#include <chrono>
#include <sstream>

#include "catch.hpp"
#include "sample_report.hpp"

using namespace portsim;
using namespace std::chrono_literals;

TEST_CASE("a timeline is a header, then a row for each step") {
  std::ostringstream out;
  TimelineWriter writer(out);
  const std::string header =
      "end_s,ports_in_use_max,SYN_SENT,ESTABLISHED,FIN_WAIT_1,FIN_WAIT_2,CLOSE_WAIT,CLOSING,LAST_ACK,TIME_"
      "WAIT,"
      "attempts,failed\n";
  CHECK(out.str() == header);
  writer.add({at(3600ms), 72, {1, 2, 3, 4, 5, 6, 7, 8}, 72, 0});
  writer.add({at(Duration{9'007'199'254'740'993}), 3977, {0, 2, 0, 0, 0, 0, 0, 3975}, 10, 9});
  CHECK(out.str() == header +
                         "3.6,72,1,2,3,4,5,6,7,8,72,0\n"
                         "9007199.254740993,3977,0,2,0,0,0,0,0,3975,10,9\n");
}
