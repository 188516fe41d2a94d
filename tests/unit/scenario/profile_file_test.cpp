#include "scenario/profile_file.hpp"

#include "catch.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Profile parsed(const std::string& content) {
  const auto read = parse_profile("./mine.toml", content);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    FAIL(faults->front().where << ": " << faults->front().what);
  }
  return std::get<Profile>(read);
}

/// The faults in one text, a line each.
std::string faults_in(const std::string& content) {
  const auto read = parse_profile("./mine.toml", content);
  std::string text;
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    for (const Fault& fault : *faults) {
      text += fault.where + ": " + fault.what + " / " + fault.remedy + "\n";
    }
  }
  return text;
}

TEST_CASE("every profile comes back from the TOML file that shows it") {
  for (const Profile& profile : profiles()) {
    CAPTURE(profile.name);
    Stack read = stack_of(parsed(profile_toml(profile)));
    CHECK(read.name == "./mine.toml");
    read.name = profile.name;
    CHECK(read == stack_of(profile));
  }
}

TEST_CASE("every stack comes back from the description that a result holds") {
  for (const Stack& stack : stacks()) {
    CAPTURE(stack.name);
    CHECK(stack_of(profile_of(stack)) == stack);
    const auto read = described_stack(stack.name, describe_stack(stack));
    REQUIRE(std::holds_alternative<Stack>(read));
    CHECK(std::get<Stack>(read) == stack);
  }
}

TEST_CASE("a name with quotes and backslashes comes back from the description, too") {  // found by fuzzing
  const Stack stack = stack_of(
      parsed("based_on = \"nt4\"\ntime_wait_knob = 'a\\timeout \"b\"'\napplication_error = 'c\\'\n"));
  CHECK(stack.time_wait_knob == "a\\timeout \"b\"");
  const auto read = described_stack(stack.name, describe_stack(stack));
  REQUIRE(std::holds_alternative<Stack>(read));
  CHECK(std::get<Stack>(read) == stack);
}

TEST_CASE("a short profile has the other numbers of the one that it is based on") {
  const Profile profile = parsed("based_on = \"linux\"\nports = \"1000-1999\"\ntime_wait_s = \"1min\"\n");
  Stack expected = *find_stack("linux");
  expected.name = "./mine.toml";
  expected.ports = {{1000, 1999}};
  CHECK(stack_of(profile) == expected);
  CHECK(profile.based_on == "linux");
  CHECK(profile.ports.source == "./mine.toml:2");
  CHECK(profile.scope.source == find_profile("linux")->scope.source);
}

TEST_CASE("a number of a profile may be told in several ways") {
  const Profile profile = parsed(
      "based-on = \"nt4\"\nsyn_waits_s = [0.5, \"1min\"]\nfin-waits-s = \"2*1s,4s\"\n"
      "fin_wait_2_timeout_s = \"none\"\nmax_time_wait = 10\ntime_wait_reuse = \"loopback:1s\"\n"
      "tcp_rules = { reset_ends_time_wait = false }\ngives_out_time_wait = true\n");
  CHECK(profile.syn_waits.value == std::vector<Duration>{500ms, 60s});
  CHECK(profile.fin_waits.value == std::vector<Duration>{1s, 1s, 4s});
  CHECK_FALSE(profile.fin_wait_2_timeout.value.has_value());
  CHECK(profile.max_time_wait.value == 10U);
  CHECK(profile.time_wait_reuse.value == TimeWaitReuse{.age = 1s, .loopback_only = true});
  CHECK(profile.rules.value == TcpRules{.reset_ends_time_wait = false});
  CHECK(profile.gives_out_time_wait.value);
}

TEST_CASE("what is wrong in a profile is told with its line, all at once") {
  CHECK(faults_in("based_on = \"nt4\"\nprots = \"1-2\"\nscope = \"hots\"\ntime_wait_s = [1]\n") ==
        "./mine.toml:3: scope: \"hots\" is no scope / try scope = \"host\"\n"
        "./mine.toml:4: time_wait_s: has a value of the wrong kind / try time_wait_s = 60 or \"1min\"\n"
        "./mine.toml:2: prots: a profile has no such number / did you mean ports?\n");
  CHECK(faults_in("based_on = \"nt5\"\n") ==
        "./mine.toml:1: based_on: there is no profile \"nt5\" / try \"nt4\"\n");
  CHECK(faults_in("ports = 1024-5000\n").starts_with("./mine.toml:1: is not TOML: "));
}

TEST_CASE(
    "a text of a profile fits into a line") {  // found by fuzzing: \b could not be printed and read again
  for (const std::string escape : {"\\b", "\\n", "\\t", "\\u001B", "\\u007F"}) {
    CAPTURE(escape);
    CHECK(faults_in("based_on = \"nt4\"\ntime_wait_knob = \"a" + escape + "b\"\n") ==
          "./mine.toml:2: time_wait_knob: has a control character, as \\n and \\t are / try time_wait_knob = "
          "\"...\"\n");
  }
}

TEST_CASE("a profile that is based on none must have every number that all stacks have") {
  CHECK(faults_in("ports = \"1-2\"\n").starts_with("./mine.toml: lacks scope, selection, time_wait_s, "));
}

TEST_CASE("TIME_WAIT of a profile lies within its own limits") {
  CHECK(faults_in("based_on = \"nt4\"\ntime_wait_s = 20\n") ==
        "./mine.toml: time_wait_s 20 lies outside of time_wait_limits_s / set both, or "
        "time_wait_limits_s = \"none\"\n");
  CHECK(parsed("based_on = \"nt4\"\ntime_wait_s = 20\ntime_wait_limits_s = \"none\"\n").time_wait.value ==
        Duration{20s});
  CHECK(faults_in("based_on = \"nt4\"\ntime_wait_limits_s = { least = 1, most = 2, step = 0 }\n") != "");
}

TEST_CASE("a value of --profile is a file if it has a slash or ends in toml") {
  CHECK(is_profile_file("./mine"));
  CHECK(is_profile_file("mine.toml"));
  CHECK_FALSE(is_profile_file("nt4"));
}

}  // namespace
}  // namespace portsim
