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

TEST_CASE("every profile has the ports and the TIME_WAIT of its sources") {
  struct Row {
    std::string_view name;
    std::uint32_t ports;
    Scope scope;
    Duration time_wait;
    Duration dead_peer;  ///< how long a SYN that nobody answers holds a port
  };
  const std::vector<Row> rows{
      {"nt4", 3977, Scope::host, 240s, 45s},         {"nt351", 3977, Scope::host, 240s, 45s},
      {"nt351-sp5", 3977, Scope::host, 240s, 45s},   {"win95", 3977, Scope::host, 240s, 45s},
      {"win2000", 3977, Scope::host, 240s, 21s},     {"win2003", 3977, Scope::host, 120s, 21s},
      {"win2003-240", 3977, Scope::host, 240s, 21s}, {"windows", 16384, Scope::host, 120s, 21s},
      {"bsd44", 3977, Scope::host, 60s, 75s},        {"openbsd", 48116, Scope::host, 60s, 75s},
      {"netbsd", 16384, Scope::address, 60s, 75s},   {"macos", 16384, Scope::host, 30s, 75s},
      {"lwip", 16383, Scope::host, 120s, 18500ms},   {"gvisor", 49536, Scope::tuple, 60s, 127s},
  };
  CHECK(rows.size() == stacks().size());
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Stack* stack = find_stack(row.name);
    REQUIRE(stack != nullptr);
    CHECK(port_count(*stack) == row.ports);
    CHECK(stack->scope == row.scope);
    CHECK(stack->time_wait == row.time_wait);
    CHECK(total(stack->syn_waits) == row.dead_peer);
  }
}

TEST_CASE("every number of every profile has a source") {
  for (const Profile& profile : profiles()) {
    CHECK_FALSE(profile.about.empty());
    CHECK(profile.about.size() <= 14);
    int numbers = 0;
    visit_numbers(profile, [&](std::string_view name, std::string_view label, const auto& sourced) {
      CAPTURE(profile.name, name);
      CHECK_FALSE(label.empty());
      CHECK(sourced.source.size() >= 5);
      CHECK(sourced.source != sourced.doubt);
      ++numbers;
    });
    CHECK(numbers == 10);
    for (const Note& note : profile.notes) {
      CHECK_FALSE(note.text.empty());
      CHECK_FALSE(note.source.empty());
    }
  }
}

TEST_CASE("the sources of win2003 disagree, and each profile names the other") {
  CHECK(find_profile("win2003")->time_wait.doubt.find("win2003-240") != std::string::npos);
  CHECK(find_profile("win2003-240")->time_wait.doubt.find("profile win2003") != std::string::npos);
}

TEST_CASE("OpenBSD gives out neither port 2049 nor 6000 to 6010") {
  for (const PortRange& range : find_stack("openbsd")->ports) {
    CHECK((range.last < 2049 || range.first > 2049));
    CHECK((range.last < 6000 || range.first > 6010));
  }
}

TEST_CASE("TIME_WAIT can be set on Windows NT 3.51 from Service Pack 5 on") {
  CHECK(find_stack("nt351")->time_wait_limits.least == 240s);
  CHECK(find_stack("nt351")->time_wait_limits.most == 240s);
  CHECK(find_stack("nt351")->time_wait_knob.empty());
  CHECK(find_stack("nt351-sp5")->time_wait_limits.least == 30s);
  CHECK(find_stack("nt351-sp5")->time_wait_limits.most == 300s);
}

TEST_CASE("event 2009 belongs to the NT profiles alone") {
  for (const Stack& stack : stacks()) {
    CAPTURE(stack.name);
    CHECK(stack.session_limit.has_value() == (stack.name == "nt4" || stack.name.starts_with("nt351")));
  }
}

TEST_CASE("every stack is found by its name, and only by it") {
  std::set<std::string> names;
  for (const Stack& stack : stacks()) {
    CHECK(find_stack(stack.name) == &stack);
    REQUIRE(find_profile(stack.name) != nullptr);
    CHECK(find_profile(stack.name)->name == stack.name);
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
    CHECK(total(stack.syn_waits) > Duration{});
    CHECK(total(stack.fin_waits) > Duration{});
    CHECK_FALSE(stack.application_error.empty());
  }
}

}  // namespace
}  // namespace portsim
