#include "scenario/knob_settings.hpp"

#include "catch.hpp"
#include "settings_support.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

Setting knob(const std::string& text) { return {std::string(kKnobSetting), text, "--set " + text}; }

Setting file_line(const std::string& text) {
  return {std::string(kKnobLine), text, "machine.txt:1: " + text};
}

using Levels = std::vector<std::vector<Setting>>;

/// The levels beside a rate and a profile.
std::variant<ValidScenario, std::vector<Fault>> built_on(const std::string& profile, Levels levels) {
  levels.insert(levels.begin(), command_line({{"rate", "20/s"}, {"profile", profile}}));
  return build_scenario(levels);
}

Scenario scenario_on(const std::string& profile, const Levels& levels) {
  const auto built = built_on(profile, levels);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    FAIL(line(faults->front()));
  }
  return *std::get<ValidScenario>(built);
}

std::string faults_on(const std::string& profile, const Levels& levels) {
  const auto built = built_on(profile, levels);
  std::string text;
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    for (const Fault& fault : *faults) {
      text += line(fault) + "\n";
    }
  }
  return text;
}

TEST_CASE("a knob of Windows NT sets what its documentation says") {
  CHECK(scenario_on("nt4", {{knob("TcpTimedWaitDelay=0x1e")}}).time_wait == Duration{30s});
  CHECK(scenario_on("nt4", {{knob("MaxUserPort=65534")}}).ports == std::vector<PortRange>{{1024, 65534}});
  CHECK(scenario_on("nt4-sp3", {{knob("MaxFreeTcbs=2000")}}).stack.max_time_wait == 2000U);
  CHECK(scenario_on("nt4", {{knob("TcpMaxConnectRetransmissions=1")}}).stack.syn_waits ==
        std::vector<Duration>{3s, 6s});
  CHECK(scenario_on("nt4", {{knob("TcpMaxConnectRetransmissions=255")}}).stack.syn_waits.size() == 28);
  CHECK(scenario_on("windows", {{knob("dynamicport=start=1025,num=64510")}}).ports ==
        std::vector<PortRange>{{1025, 65534}});
}

TEST_CASE("a knob of Linux sets what its documentation says") {
  const Scenario s = scenario_on(
      "linux",
      {{knob("net.ipv4.ip_local_port_range=1024\t65535"), knob("ip_local_reserved_ports=2000,3000-3010"),
        knob("ip_autobind_reuse=1"), knob("tcp_rfc1337=1"), knob("net/ipv4/tcp_timestamps=0"),
        knob("tcp_fin_timeout=10"), knob("tcp_max_tw_buckets=5000")}});
  CHECK(s.ports == std::vector<PortRange>{{1024, 65535}});
  CHECK(s.reserved_ports == std::vector<PortRange>{{2000, 2000}, {3000, 3010}});
  CHECK(s.stack.autobind_reuse);
  CHECK_FALSE(s.stack.rules.reset_ends_time_wait);
  CHECK_FALSE(s.timestamps);
  CHECK(s.fin_wait_2_timeout == Duration{10s});
  CHECK(s.stack.max_time_wait == 5000U);
  CHECK(s.time_wait == Duration{60s});
}

TEST_CASE("an empty list of reserved ports reserves none") {
  CHECK(scenario_on("linux", {{file_line("net.ipv4.ip_local_reserved_ports=")}}).reserved_ports.empty());
}

TEST_CASE("tcp_tw_reuse and its delay act together, wherever each is set") {
  const auto reuse = [](const Levels& levels) { return scenario_on("linux", levels).stack.time_wait_reuse; };
  CHECK(reuse({}) == TimeWaitReuse{.age = 1s, .loopback_only = true});
  CHECK(reuse({{knob("tcp_tw_reuse=0"), knob("tcp_tw_reuse_delay=5000")}}) == std::nullopt);
  CHECK(reuse({{knob("tcp_tw_reuse=1")}}) == TimeWaitReuse{.age = 1s, .loopback_only = false});
  CHECK(reuse({{knob("tcp_tw_reuse_delay=100")}}) == TimeWaitReuse{.age = 100ms, .loopback_only = true});
  CHECK(reuse({{file_line("net.ipv4.tcp_tw_reuse=1")}, {knob("tcp_tw_reuse_delay=5000")}}) ==
        TimeWaitReuse{.age = 5s, .loopback_only = false});
}

TEST_CASE("Linux gives up a SYN after the retries that are set") {
  const auto stack = [](const Levels& levels) { return scenario_on("linux", levels).stack; };
  CHECK(stack({{knob("tcp_syn_retries=6")}}) == stack({}));
  CHECK(stack({{knob("tcp_syn_retries=3"), knob("tcp_syn_linear_timeouts=0")}}).syn_waits ==
        std::vector<Duration>{1s, 2s, 4s, 8s});
  CHECK(stack({{knob("tcp_syn_retries=1")}}).syn_waits == std::vector<Duration>{1s, 1s, 1s});
  CHECK(stack({{knob("tcp_syn_retries=1")}}).syn_give_up == Duration{3s});
  CHECK(stack({{knob("tcp_syn_linear_timeouts=0")}}).syn_waits ==
        std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 64s});
  const Stack long_wait = stack({{knob("tcp_syn_retries=8"), knob("tcp_syn_linear_timeouts=0")}});
  CHECK(long_wait.syn_waits == std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 64s, 120s, 120s});
  CHECK(long_wait.syn_give_up == Duration{367s});
}

TEST_CASE("a knob of FreeBSD sets what its sysctl says") {
  const Scenario s = scenario_on(
      "freebsd", {{knob("net.inet.tcp.msl=5000"), knob("net.inet.ip.portrange.first=1024"),
                   knob("net.inet.tcp.maxtcptw=100"), knob("net.inet.tcp.finwait2_timeout=5000")}});
  CHECK(s.time_wait == Duration{10s});
  CHECK(s.ports == std::vector<PortRange>{{1024, 65535}});
  CHECK(s.stack.max_time_wait == 100U);
  CHECK(s.fin_wait_2_timeout == Duration{5s});
}

TEST_CASE("a knob goes before what stands below it, and an option of the same level before a knob") {
  const auto delay = [](const Levels& levels) { return scenario_on("nt4", levels).time_wait; };
  const std::vector<Setting> config = command_line({{"delay", "200"}});
  const std::vector<Setting> file{file_line("TcpTimedWaitDelay=100")};
  const std::vector<Setting> set{knob("TcpTimedWaitDelay=50")};
  CHECK(delay({config}) == Duration{200s});
  CHECK(delay({config, file}) == Duration{100s});
  CHECK(delay({config, file, set}) == Duration{50s});
  std::vector<Setting> both = set;
  both.push_back(command_line({{"delay", "40"}}).front());
  CHECK(delay({config, file, both}) == Duration{40s});
}

TEST_CASE("a knob below an option does not return when another knob is set above it") {
  std::vector<Setting> config{knob("TcpTimedWaitDelay=50")};
  config.push_back(command_line({{"delay", "200"}}).front());
  CHECK(scenario_on("nt4", {config, {knob("MaxUserPort=6000")}}).time_wait == Duration{200s});
}

TEST_CASE("a value out of the legal range is told with the range and its source") {
  CHECK(faults_on("nt4", {{knob("TcpTimedWaitDelay=20")}}) ==
        "--set TcpTimedWaitDelay=20: TcpTimedWaitDelay must be 30 to 300 on profile nt4 (Q149532, "
        "TcpTimedWaitDelay: REG_DWORD in seconds, valid range 30-300) / try --set TcpTimedWaitDelay=30\n");
  CHECK(faults_on("linux", {{file_line("net.ipv4.tcp_tw_reuse=3")}}) ==
        "machine.txt:1: net.ipv4.tcp_tw_reuse=3: net.ipv4.tcp_tw_reuse must be 0 to 2 on profile linux "
        "(ip-sysctl: 0 disabled, 1 everywhere, 2 on the loopback only) / try 2\n");
  CHECK(faults_on("linux", {{knob("ip_local_port_range=60000 50000")}}) != "");
  CHECK(faults_on("linux", {{knob("ip_local_port_range=1000 50000")}}) != "");
  CHECK(faults_on("linux", {{knob("ip_local_port_range=50000")}}) != "");
  CHECK(faults_on("linux", {{knob("ip_local_reserved_ports=a")}}) != "");
  CHECK(faults_on("windows", {{knob("dynamicport=1025 254")}}) != "");
  CHECK(faults_on("windows", {{knob("dynamicport=65000 1000")}}) != "");
  CHECK(faults_on("nt4", {{knob("MaxUserPort=many")}}).find("a whole number, 5000 to 65534") !=
        std::string::npos);
}

TEST_CASE("a knob that is unknown, foreign or given twice is an error") {
  CHECK(faults_on("nt4", {{knob("TcpTimeWaitDelay=30")}}) ==
        "--set TcpTimeWaitDelay=30: no stack is known to have \"TcpTimeWaitDelay\" / did you mean "
        "TcpTimedWaitDelay?\n");
  CHECK(faults_on("nt351", {{knob("TcpTimedWaitDelay=30")}}).find("profile nt351 has no TcpTimedWaitDelay") !=
        std::string::npos);
  CHECK(faults_on("linux", {{knob("tcp_fin_timeout=1"), knob("net.ipv4.tcp_fin_timeout=2")}}) ==
        "--set net.ipv4.tcp_fin_timeout=2: net.ipv4.tcp_fin_timeout is given twice, first as --set "
        "tcp_fin_timeout=1 / keep one\n");
  CHECK(faults_on("nt4", {{knob("MaxUserPort")}}).find("lacks a value") != std::string::npos);
}

TEST_CASE("a file may hold knobs of other stacks, but not these alone") {
  const std::vector<Setting> mixed{file_line("net.ipv4.tcp_fin_timeout=10"),
                                   file_line("TcpTimedWaitDelay=30")};
  CHECK(scenario_on("nt4", {mixed}).time_wait == Duration{30s});
  CHECK(scenario_on("linux", {mixed}).fin_wait_2_timeout == Duration{10s});
  CHECK(faults_on("lwip", {mixed}).find("profile lwip has no setting of this file") != std::string::npos);
}

}  // namespace
}  // namespace portsim
