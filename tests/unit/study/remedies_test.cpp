// Advice: each change meets the target in a run, stands in the machine's own words, and the least comes
// first.
#include <algorithm>

#include "catch.hpp"
#include "main_case.hpp"
#include "portsim/advice.hpp"
#include "portsim/simulate.hpp"
#include "scenario/condition.hpp"
#include "scenario/settings.hpp"
#include "study/lever_values.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

const Advice* find_advice(const Remedies& remedies, std::optional<Lever> lever) {
  const auto found = std::find_if(remedies.advice.begin(), remedies.advice.end(),
                                  [&](const Advice& advice) { return advice.lever == lever; });
  return found == remedies.advice.end() ? nullptr : &*found;
}

/// What is found about a scenario and its run.
Remedies remedies_of(const ValidScenario& scenario, RemedyWatch* watch = nullptr) {
  return find_remedies(scenario, simulate(scenario), watch);
}

ValidScenario scenario_of(std::vector<Setting> settings) {
  return std::get<ValidScenario>(build_scenario({std::move(settings)}));
}

bool has_setting(const Advice& advice, SettingForm form, const std::string& name, const std::string& value) {
  return advice.settings.size() == 1 && advice.settings.front().form == form &&
         advice.settings.front().name == name && advice.settings.front().value == value;
}

TEST_CASE("the published case is fixed by its registry values, by the rate or by keep-alive") {
  const Remedies found = remedies_of(valid(main_case()));
  const Advice* delay = find_advice(found, Lever::delay);
  REQUIRE(delay != nullptr);
  CHECK(std::get<Duration>(*delay->value) == 198s);
  CHECK(has_setting(*delay, SettingForm::registry, "TcpTimedWaitDelay", "198"));
  const Advice* ports = find_advice(found, Lever::ports);
  REQUIRE(ports != nullptr);
  CHECK(has_setting(*ports, SettingForm::registry, "MaxUserPort", "5826"));
  CHECK(ports->option == "--ports 1024-5826");
  REQUIRE(find_advice(found, Lever::rate) != nullptr);
  REQUIRE(find_advice(found, Lever::requests_per_connection) != nullptr);
  CHECK(std::get<std::uint64_t>(*find_advice(found, Lever::requests_per_connection)->value) == 2);
  CHECK(find_advice(found, Lever::destinations) == nullptr);
  CHECK(std::is_sorted(found.advice.begin(), found.advice.end(),
                       [](const Advice& a, const Advice& b) { return a.change < b.change; }));
  Scenario lighter = main_case();
  made_up(lighter).rate = {16, 0, RateUnit::per_second};
  CHECK(remedies_of(valid(lighter)).advice.empty());
}

TEST_CASE("batches are advised whole batches of ports") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = BatchArrivals{500};
  const Remedies found = remedies_of(valid(scenario));
  REQUIRE(find_advice(found, Lever::ports) != nullptr);
  CHECK(std::get<std::uint64_t>(*find_advice(found, Lever::ports)->value) == 5000);
}

TEST_CASE("what lies outside the legal range of a knob is not advised") {
  Scenario scenario = main_case();
  made_up(scenario).rate = {400, 0, RateUnit::per_second};
  const Remedies found = remedies_of(valid(scenario));
  CHECK(find_advice(found, Lever::delay) == nullptr);
  CHECK(find_advice(found, Lever::ports) == nullptr);
  CHECK(std::count(found.not_enough.begin(), found.not_enough.end(), "ports") == 1);
  CHECK(std::count(found.not_enough.begin(), found.not_enough.end(), "TcpTimedWaitDelay") == 1);
}

TEST_CASE("later Windows is told of netsh, Linux of sysctl, and of no delay that its kernel has not got") {
  const Remedies windows = remedies_of(scenario_of({{"rate", "200/s", ""}, {"profile", "windows", ""}}));
  const Advice* ports = find_advice(windows, Lever::ports);
  REQUIRE(ports != nullptr);
  REQUIRE(ports->settings.size() == 1);
  CHECK(ports->settings.front().form == SettingForm::netsh);
  CHECK(ports->settings.front().value.starts_with("start="));

  const Remedies on_linux =
      remedies_of(scenario_of({{"rate", "600/s", ""}, {"profile", "linux", ""}, {"duration", "3min", ""}}));
  CHECK(find_advice(on_linux, Lever::delay) == nullptr);
  const Advice* range = find_advice(on_linux, Lever::ports);
  REQUIRE(range != nullptr);
  CHECK(range->settings.front().name == "net.ipv4.ip_local_port_range");
  CHECK(find_advice(on_linux, Lever::source_addresses) != nullptr);
  CHECK(find_advice(on_linux, Lever::destinations) != nullptr);
  const Advice* reuse = find_advice(on_linux, std::nullopt);
  REQUIRE(reuse != nullptr);
  CHECK(has_setting(*reuse, SettingForm::sysctl, "net.ipv4.tcp_tw_reuse", "1"));
}

TEST_CASE("a translator that runs out is advised more addresses, and no other scenario is") {
  Scenario gateway = *scenario_of({{"profile", "linux", ""},
                                   {"nat", "linux-nat", ""},
                                   {"nat-hosts", "10", ""},
                                   {"nat-addresses", "2", ""},
                                   {"rate", "100/s", ""},
                                   {"duration", "40s", ""}});
  gateway.nat->stack.ports = {{1024, 2047}};
  gateway.nat->stack.time_wait = 30s;
  const ValidScenario scenario = valid(gateway);
  const Remedies found = remedies_of(scenario);
  const Advice* addresses = find_advice(found, Lever::nat_addresses);
  REQUIRE(addresses != nullptr);
  // 30.12 s of translations at 100 a second are 3,012; an address has 1,024.
  CHECK(std::get<std::uint64_t>(*addresses->value) == 3);
  CHECK(std::get<std::uint64_t>(*addresses->now) == 2);
  CHECK(addresses->option == "--nat-addresses 3");
  CHECK(addresses->settings.empty());
  for (const std::uint32_t count : {2U, 3U}) {
    Scenario changed = *scenario;
    changed.nat->addresses = count;
    CHECK(simulate(valid(changed)).exhausted() == (count == 2));
  }
  CHECK(find_advice(remedies_of(valid(main_case())), Lever::nat_addresses) == nullptr);
}

/// Is told of a search.
class Listener final : public RemedyWatch {
 public:
  void begin(const std::string& subject, std::size_t number, std::size_t total) override {
    subjects.push_back(subject);
    CHECK(number > last_number);
    CHECK(number <= total);
    last_number = number;
  }
  void add(const TimelineRow& row) override { attempts += row.attempts; }

  std::vector<std::string> subjects;
  std::size_t last_number = 0;
  std::uint64_t attempts = 0;
};

TEST_CASE("of two pools in a row only that which failed is given more room") {
  const auto behind_nat = [](const char* rate, PortRange of_hosts, PortRange of_nat) {
    Scenario scenario = *scenario_of({{"profile", "linux", ""},
                                      {"nat", "linux-nat", ""},
                                      {"nat-hosts", "2", ""},
                                      {"rate", rate, ""},
                                      {"duration", "40s", ""}});
    scenario.ports = {of_hosts};
    scenario.nat->stack.ports = {of_nat};
    return valid(scenario);
  };
  Listener listener;
  const ValidScenario full_nat = behind_nat("50/s", {20000, 29999}, {1024, 2047});
  const Remedies found = remedies_of(full_nat, &listener);
  CHECK(listener.subjects == std::vector<std::string>{"rate", "TIME_WAIT delay", "destinations",
                                                      "requests each", "NAT addresses", "TIME_WAIT reuse"});
  CHECK(found.not_enough == std::vector<std::string>{"ports", "source addresses", "TIME_WAIT reuse"});
  CHECK_FALSE(found.sustainable.min_ports);
  CHECK(simulate(valid(with_value(*full_nat, Lever::ports, std::uint64_t{60'000}))).exhausted());

  Listener other;
  const ValidScenario full_hosts = behind_nat("50/s", {20000, 20499}, {1024, 65535});
  const Remedies at_hosts = remedies_of(full_hosts, &other);
  CHECK(std::count(other.subjects.begin(), other.subjects.end(), "NAT addresses") == 0);
  CHECK(at_hosts.not_enough == std::vector<std::string>{"NAT addresses"});
  REQUIRE(find_advice(at_hosts, Lever::ports) != nullptr);
  CHECK(at_hosts.sustainable.min_ports ==
        std::get<std::uint64_t>(*find_advice(at_hosts, Lever::ports)->value));
}

TEST_CASE("who watches the search for advice is told of each setting and of the attempts of its runs") {
  Listener listener;
  const Remedies found = remedies_of(valid(main_case()), &listener);
  CHECK(listener.subjects ==
        std::vector<std::string>{"rate", "TcpTimedWaitDelay", "ports", "requests each", "TIME_WAIT reuse"});
  CHECK(listener.attempts > 10'000);
  CHECK(found.advice.size() == remedies_of(valid(main_case())).advice.size());
}

TEST_CASE("of a random load without a target the commands are named, and nothing is run") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = PoissonArrivals{};
  const Remedies found = remedies_of(valid(scenario));
  CHECK(found.advice.empty());
  REQUIRE(found.questions.size() == 4);
  CHECK(found.questions.front().command ==
        "portsim solve max-rate --target 'failure_ratio<1e-3' --arrivals poisson");
  CHECK(found.questions[1].command ==
        "portsim solve max-delay --target 'failure_ratio<1e-3' --rate 20/s --arrivals poisson");
}

TEST_CASE("advice for a random load with a target meets it in the scenario's own run") {
  Scenario scenario = main_case();
  made_up(scenario).arrivals = PoissonArrivals{};
  scenario.target = std::get<Condition>(parse_target("failure_ratio<1e-2"));
  const Remedies found = remedies_of(valid(scenario));
  REQUIRE(found.advice.size() == 4);
  for (const Advice& advice : found.advice) {
    CAPTURE(advice.option);
    const std::size_t blank = advice.option.find(' ');
    std::vector<Setting> settings{{"rate", "20/s", ""}, {"arrivals", "poisson", ""}};
    std::erase_if(settings, [&](const Setting& setting) {
      return advice.lever == Lever::rate && setting.name == "rate";
    });
    settings.push_back({advice.option.substr(2, blank - 2), advice.option.substr(blank + 1), ""});
    CHECK(meets(*scenario.target, simulate(scenario_of(settings))));
  }
}

}  // namespace
}  // namespace portsim
