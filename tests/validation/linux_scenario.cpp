#include "linux_scenario.hpp"

#include <map>
#include <stdexcept>

#include "scenario/stack_text.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

ValidScenario checked(std::variant<ValidScenario, std::vector<Fault>> built) {
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    throw std::runtime_error(faults->front().where + ": " + faults->front().what);
  }
  return std::get<ValidScenario>(std::move(built));
}

/// What the knobs mean in options of the scenario.
std::vector<Setting> translated(const std::vector<Setting>& knobs) {
  std::map<std::string, std::int64_t> knob;
  for (const Setting& setting : knobs) {
    knob[setting.name] = std::stoll(setting.value);
  }
  std::vector<Duration> waits(static_cast<std::size_t>(1 + knob.at("tcp_syn_linear_timeouts")), 1s);
  for (Duration wait = 2s; waits.size() < 20; wait *= 2) {
    waits.push_back(std::min<Duration>(wait, 120s));
  }
  const std::string age = std::to_string(knob.at("tcp_tw_reuse_delay")) + "ms";
  const std::string reuse[]{"none", age, "loopback:" + age};
  const std::int64_t give_up_s = (std::int64_t{2} << knob.at("tcp_syn_retries")) - 1;
  return {
      {"fin-wait-2-timeout", std::to_string(knob.at("tcp_fin_timeout")), "tcp_fin_timeout"},
      {"timestamps", knob.at("tcp_timestamps") == 1 ? "yes" : "no", "tcp_timestamps"},
      {"time-wait-reuse", reuse[knob.at("tcp_tw_reuse")], "tcp_tw_reuse"},
      {"max-time-wait", std::to_string(knob.at("tcp_max_tw_buckets")), "tcp_max_tw_buckets"},
      {"autobind-reuse", knob.at("ip_autobind_reuse") == 1 ? "yes" : "no", "ip_autobind_reuse"},
      {"syn-waits", waits_text(waits), "tcp_syn_linear_timeouts"},
      {"syn-give-up", std::to_string(give_up_s), "tcp_syn_retries"},
  };
}

}  // namespace

ValidScenario linux_scenario(const KernelRun& run) {
  const std::vector<Setting> profile{{"delay", "60", "profile"},
                                     {"scope", "tuple", "profile"},
                                     {"selection", "parity-first", "profile"},
                                     {"timer-hz", "250", "profile"}};
  Scenario scenario = *checked(build_scenario({profile, translated(run.knobs), run.options}, run.load));
  scenario.stack.name = "linux";
  scenario.stack.fin_wait_2_split = 60s;
  scenario.stack.age_tick = 1ms;
  scenario.stack.cap_rule = CapRule::destroy_newcomer;
  return checked(validate(std::move(scenario)));
}

}  // namespace portsim
