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
  CHECK(default_stack().name == "nt4");
  CHECK(port_count(default_stack()) == 3977);
  CHECK(default_stack().time_wait == 240s);
  CHECK(default_stack().time_wait_limits.least == 30s);
  CHECK(default_stack().time_wait_limits.most == 300s);
  CHECK(default_stack().time_wait_limits.step == 1s);
  CHECK(default_stack().time_wait_knob == "TcpTimedWaitDelay");
  CHECK(default_stack().fin_wait_2_timeout == Duration{300s});
  CHECK(default_stack().syn_waits == std::vector<Duration>{3s, 6s, 12s, 24s});
  CHECK(default_stack().fin_waits == std::vector<Duration>{3s, 6s, 12s, 24s, 48s, 96s});
  CHECK(default_stack().application_error == "WSAENOBUFS (10055)");
  CHECK(default_stack().session_limit == 2048U);
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
      {"nt4", 3977, Scope::host, 240s, 45s},          {"nt4-sp3", 3977, Scope::host, 240s, 45s},
      {"nt351", 3977, Scope::host, 240s, 45s},        {"nt351-sp5", 3977, Scope::host, 240s, 45s},
      {"win95", 3977, Scope::host, 240s, 45s},        {"win2000", 3977, Scope::host, 240s, 21s},
      {"win2003", 3977, Scope::host, 120s, 21s},      {"win2003-240", 3977, Scope::host, 240s, 21s},
      {"win2003-rtm", 3977, Scope::host, 120s, 21s},  {"windows", 16384, Scope::host, 120s, 21s},
      {"linux", 28232, Scope::tuple, 60s, 131s},      {"bsd44", 3977, Scope::host, 60s, 75s},
      {"freebsd", 55536, Scope::tuple, 60s, 75s},     {"openbsd", 48116, Scope::host, 60s, 75s},
      {"netbsd", 16384, Scope::address, 60s, 75s},    {"macos", 16384, Scope::host, 30s, 75s},
      {"solaris", 32768, Scope::host, 60s, 75s},      {"aix", 32768, Scope::host, 15s, 75s},
      {"lwip", 16383, Scope::host, 120s, 18500ms},    {"gvisor", 49536, Scope::tuple, 60s, 127s},
      {"aws-nat", 55000, Scope::tuple, 60s, 131s},    {"azure-lb", 1024, Scope::tuple, 240s, 131s},
      {"azure-nat", 64512, Scope::tuple, 65s, 131s},  {"gcp-nat", 64, Scope::tuple, 120s, 131s},
      {"linux-nat", 64512, Scope::tuple, 120s, 131s},
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
    CHECK(numbers == 22);
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

TEST_CASE("linux has the timers, the reuse and the cap that were measured or are documented") {
  const Stack& linux_stack = *find_stack("linux");
  CHECK(linux_stack.ports == std::vector<PortRange>{{32768, 60999}});
  CHECK(linux_stack.selection == Selection::parity_first);
  CHECK(linux_stack.timer_hz == 250U);
  CHECK(linux_stack.fin_wait_2_timeout == Duration{60s});
  CHECK(linux_stack.fin_wait_2_split == Duration{60s});
  CHECK(linux_stack.syn_give_up == Duration{127s});
  CHECK(linux_stack.time_wait_reuse == TimeWaitReuse{.age = 1s, .loopback_only = true});
  CHECK(linux_stack.age_tick == Duration{1ms});
  CHECK(linux_stack.max_time_wait == 262144U);
  CHECK(linux_stack.cap_rule == CapRule::destroy_newcomer);
  CHECK(linux_stack.application_error == "EADDRNOTAVAIL");
  CHECK(linux_stack.bind_error == "EADDRINUSE");
}

TEST_CASE("FreeBSD recycles the oldest TIME_WAIT and ignores an RST there") {
  const Stack& freebsd = *find_stack("freebsd");
  CHECK(freebsd.max_time_wait == 27767U);
  CHECK(freebsd.cap_rule == CapRule::recycle_oldest);
  CHECK_FALSE(freebsd.rules.reset_ends_time_wait);
}

TEST_CASE("Windows NT recycles TIME_WAIT only when MaxFreeTcbs is set") {
  for (const std::string_view name : {"nt4", "nt4-sp3", "win2000"}) {
    CHECK_FALSE(find_stack(name)->max_time_wait.has_value());
    CHECK(find_stack(name)->cap_rule == CapRule::recycle_when_crowded);
  }
}

TEST_CASE("Windows Server 2003 gives out ports in TIME_WAIT before Service Pack 1 alone") {
  for (const Stack& stack : stacks()) {
    CAPTURE(stack.name);
    CHECK(stack.gives_out_time_wait == (stack.name == "win2003-rtm"));
  }
  CHECK(find_stack("win2003-rtm")->application_error == "WSAEADDRINUSE (10048)");
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
    CHECK(stack.session_limit.has_value() ==
          (stack.name.starts_with("nt4") || stack.name.starts_with("nt351")));
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

TEST_CASE("the default profile stands first") {
  CHECK(default_profile().name == profiles().front().name);
  CHECK(default_stack() == stacks().front());
}

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
