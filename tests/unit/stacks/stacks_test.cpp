#include "stacks/stacks.hpp"

#include <numeric>
#include <set>

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

std::uint32_t port_count(const Stack& stack) {
  std::uint32_t count = 0;
  for (const PortRange& range : stack.ports) {
    count += range.last - range.first + 1U;
  }
  return count;
}

Duration total(const std::vector<Duration>& waits) {
  return std::accumulate(waits.begin(), waits.end(), Duration{});
}

TEST_CASE("nt4 has the documented numbers of Windows NT 4.0") {
  CHECK(nt4().name == "nt4");
  CHECK(port_count(nt4()) == 3977);
  CHECK(nt4().time_wait == 240s);
  CHECK(nt4().time_wait_limits.least == 30s);
  CHECK(nt4().time_wait_limits.most == 300s);
  CHECK(nt4().time_wait_limits.step == 1s);
  CHECK(nt4().time_wait_knob == "TcpTimedWaitDelay");
  CHECK(nt4().fin_wait_2_timeout == Duration{300s});
  CHECK(nt4().syn_waits == std::vector<Duration>{3s, 6s, 12s, 24s});
  CHECK(nt4().fin_waits == std::vector<Duration>{3s, 6s, 12s, 24s, 48s, 96s});
  CHECK(nt4().application_error == "WSAENOBUFS (10055)");
  CHECK(nt4().session_limit == 2048U);
}

TEST_CASE("a dead peer holds a port for 45 s on nt4 and for 21 s on win2000") {
  CHECK(total(nt4().syn_waits) == 45s);
  REQUIRE(find_stack("win2000") != nullptr);
  CHECK(total(find_stack("win2000")->syn_waits) == 21s);
}

TEST_CASE("event 2009 belongs to the NT profiles alone") {
  REQUIRE(find_stack("win2000") != nullptr);
  CHECK_FALSE(find_stack("win2000")->session_limit.has_value());
}

TEST_CASE("every stack is found by its name, and only by it") {
  std::set<std::string> names;
  for (const Stack& stack : stacks()) {
    CHECK(find_stack(stack.name) == &stack);
    CHECK(names.insert(stack.name).second);
  }
  CHECK(find_stack("nt") == nullptr);
  CHECK(find_stack("NT4") == nullptr);
  CHECK(find_stack("") == nullptr);
}

TEST_CASE("the default profile stands first") { CHECK(&nt4() == &stacks().front()); }

TEST_CASE("every stack's default TIME_WAIT delay is legal on it") {
  for (const Stack& stack : stacks()) {
    CAPTURE(stack.name);
    CHECK(stack.time_wait >= stack.time_wait_limits.least);
    CHECK(stack.time_wait <= stack.time_wait_limits.most);
    CHECK(stack.time_wait % stack.time_wait_limits.step == Duration{});
    CHECK_FALSE(stack.syn_waits.empty());
    CHECK_FALSE(stack.fin_waits.empty());
    CHECK_FALSE(stack.application_error.empty());
  }
}

}  // namespace
}  // namespace portsim
