#include "scenario/stack_text.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

std::string fault(const std::string& waits) { return std::get<Wrong>(parse_waits(waits)).what; }

TEST_CASE("a schedule of waits counts repetitions") {
  const std::vector<Duration> linux_waits{1s, 1s, 1s, 2s, 4s};
  CHECK(std::get<std::vector<Duration>>(parse_waits("3*1s,2s,4s")) == linux_waits);
  CHECK(std::get<std::vector<Duration>>(parse_waits("1,1,1,2,4")) == linux_waits);
  CHECK(waits_text(linux_waits) == "3*1s,2s,4s");
}

TEST_CASE("a schedule of waits that cannot be read says which part is wrong") {
  CHECK(fault("3s,,6s").find("\"\"") != std::string::npos);
  CHECK(fault("3s,six").find("\"six\"") != std::string::npos);
  CHECK(fault("0*3s").find("\"0\"") != std::string::npos);
  CHECK(fault("9999*1s,2*1s") == "there are more than 10000 waits");
}

TEST_CASE("an age of reuse may be for loopback alone") {
  CHECK(reuse_text(TimeWaitReuse{.age = 1s, .loopback_only = true}) == "loopback:1s");
  CHECK(std::get<std::optional<TimeWaitReuse>>(parse_reuse("loopback:1s")) ==
        TimeWaitReuse{.age = 1s, .loopback_only = true});
  CHECK(std::get<std::optional<TimeWaitReuse>>(parse_reuse("100ms")) == TimeWaitReuse{.age = 100ms});
  CHECK_FALSE(std::get<std::optional<TimeWaitReuse>>(parse_reuse("none")).has_value());
  CHECK(std::holds_alternative<Wrong>(parse_reuse("loopback")));
}

TEST_CASE("yes and no are written out") {
  CHECK(std::get<bool>(parse_yes_no("yes")));
  CHECK_FALSE(std::get<bool>(parse_yes_no("no")));
  CHECK(std::get<Wrong>(parse_yes_no("1")).example == "yes or no");
}

}  // namespace
}  // namespace portsim
