#include "scenario/options.hpp"

#include <set>

#include "settings_support.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

TEST_CASE("every option is described in full, under a name of its own") {
  std::set<std::string_view> names;
  for (const OptionDescription& option : scenario_options()) {
    CAPTURE(option.name);
    CHECK(names.insert(option.name).second);
    CHECK_FALSE(option.name.starts_with("-"));
    CHECK_FALSE(option.value_name.empty());
    CHECK_FALSE(option.group.empty());
    CHECK(option.help.ends_with("."));
    CHECK(option.default_text.empty() == (option.name == "rate"));
  }
  CHECK(names.size() == 43);
}

TEST_CASE("options of one group stand together") {
  std::set<std::string_view> ended;
  std::string_view current;
  for (const OptionDescription& option : scenario_options()) {
    CAPTURE(option.name);
    if (option.group != current) {
      CHECK(ended.insert(option.group).second);
      current = option.group;
    }
  }
  CHECK(ended.size() == 5);
}

TEST_CASE("the default that help shows is the one that a scenario gets") {
  const auto described = describe(scenario_of({{"rate", "20/s"}}));
  for (const auto& [name, value] : described) {
    CAPTURE(name);
    const Option* option = find_option(name);
    REQUIRE(option != nullptr);
    const std::string_view shown = option->description.default_text;
    if (shown.starts_with("the profile's")) {
      CHECK(shown == "the profile's (nt4: " + value + ")");
    } else if (name != "rate") {
      CHECK(shown == value);
    }
  }
}

TEST_CASE("every profile makes a valid scenario, with its own numbers as defaults") {
  for (const Stack& stack : stacks()) {
    CAPTURE(stack.name);
    const Scenario s = scenario_of({{"rate", "20/s"}, {"profile", stack.name}});
    CHECK(s.stack.name == stack.name);
    CHECK(s.ports == stack.ports);
    CHECK(s.scope == stack.scope);
    CHECK(s.selection == stack.selection);
    CHECK(s.time_wait == stack.time_wait);
    CHECK(s.fin_wait_2_timeout == stack.fin_wait_2_timeout);
    CHECK(s.session_limit == stack.session_limit);
  }
}

TEST_CASE("a scenario is described in the table's order, every default resolved") {
  const std::vector<std::pair<std::string, std::string>> expected{
      {"rate", "20/s"},
      {"arrivals", "deterministic"},
      {"requests-per-connection", "1"},
      {"retry", "none"},
      {"profile", "nt4"},
      {"delay", "240s"},
      {"fin-wait-2-timeout", "300s"},
      {"session-limit", "2048"},
      {"time-wait-reuse", "none"},
      {"max-time-wait", "none"},
      {"timestamps", "yes"},
      {"rfc1337", "no"},
      {"syn-waits", "3s,6s,12s,24s"},
      {"syn-give-up", "none"},
      {"timer-hz", "none"},
      {"timer-offset", "drawn"},
      {"ports", "1024-5000"},
      {"reserved-ports", "none"},
      {"ports-in-use", "0"},
      {"scope", "host"},
      {"selection", "sequential"},
      {"bind", "none"},
      {"reuse-address", "no"},
      {"autobind-reuse", "no"},
      {"source-addresses", "1"},
      {"destinations", "1"},
      {"destination-skew", "even"},
      {"nat", "none"},
      {"lifetime", "100ms"},
      {"rtt", "10ms"},
      {"peer-close-delay", "0s"},
      {"client-close-delay", "0s"},
      {"close", "client"},
      {"loss", "0"},
      {"time-wait-resets", "0"},
      {"connect-timeout", "none"},
      {"duration", "1h"},
      {"warm-up", "0s"},
      {"seed", "1"},
  };
  CHECK(describe(scenario_of({{"rate", "20"}})) == expected);
}

TEST_CASE("options of later work are unknown, not ignored") {
  for (const std::string name : {"replications"}) {
    CHECK(fault_of(name, "1").what == "there is no option --" + name);
  }
}

}  // namespace
}  // namespace portsim
