#include "comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "result_difference.hpp"
#include "scenario/settings.hpp"

namespace portsim {
namespace {

/// Keeps the rows of a timeline.
class RowList : public TimelineSink {
 public:
  void add(const TimelineRow& row) override { rows.push_back(row); }
  std::vector<TimelineRow> rows;
};

std::string list(const std::vector<Duration>& durations) {
  std::string result;
  for (const Duration duration : durations) {
    result += fmt::format(" {}", duration.count());
  }
  return result;
}

std::string cell(const std::optional<Duration>& value) {
  return value.has_value() ? fmt::format("{}", value->count()) : "";
}

/// The number of an enumerator, or nothing.
template <typename Enum>
std::string number(const std::optional<Enum>& value) {
  return value.has_value() ? fmt::format("{}", static_cast<int>(*value)) : "";
}

/// What holds for TIME_WAIT in every run; what does not, in words.
std::optional<std::string> broken_time_wait_rule(const ValidScenario& valid, const Result& result) {
  const Scenario& scenario = *valid;
  const std::optional<std::uint64_t> most_time_wait =
      scenario.stack.cap_rule == CapRule::recycle_when_crowded ? std::nullopt : scenario.stack.max_time_wait;
  if (most_time_wait.has_value() &&
      result.states[client_index(TcpState::time_wait)].gauge.peak > *most_time_wait * valid.hosts()) {
    return "no more connections are in TIME_WAIT than the cap allows";
  }
  const auto* recorded = std::get_if<RecordedLoad>(&scenario.load);
  const bool has_resets =
      scenario.time_wait_resets > 0 ||
      (recorded != nullptr && std::any_of(recorded->connections->begin(), recorded->connections->end(),
                                          [](const auto& row) { return row.has_late_reset; }));
  if ((result.early_releases.capped > 0 && !scenario.stack.max_time_wait.has_value()) ||
      (result.early_releases.reset > 0 && !has_resets)) {
    return "nothing is closed early without a cause";
  }
  return std::nullopt;
}

/// What holds for two pools in a row in every run; what does not, in words.
std::optional<std::string> broken_nat_rule(const Scenario& scenario, const Result& result) {
  if (result.nat.has_value() != scenario.nat.has_value()) {
    return "there is a translator in the result exactly where the scenario has one";
  }
  if (!result.nat.has_value()) {
    return std::nullopt;
  }
  const NatResult& nat = *result.nat;
  if (nat.at_hosts.failed + nat.at_nat.failed != result.failed ||
      nat.at_hosts.first.has_value() != (nat.at_hosts.failed > 0) ||
      nat.at_nat.first.has_value() != (nat.at_nat.failed > 0)) {
    return "every failed attempt failed at one of the two pools";
  }
  if (nat.key_peak > nat.capacity || nat.key_peak > nat.in_use.peak || nat.in_use.at_end > nat.in_use.peak) {
    return "no key has more translations than it can have, or than there are";
  }
  return std::nullopt;
}

/// Sums and bounds that hold in every run; the first that does not, in words.
std::optional<std::string> broken_invariant(const ValidScenario& valid, const Result& result) {
  const Scenario& scenario = *valid;
  if (result.attempts != result.connected + result.refused + result.timed_out + result.failed) {
    return "attempts = connected + refused + timed_out + failed";
  }
  if (result.holds != result.attempts - result.failed) {
    return "every attempt that did not fail holds a port";
  }
  Uint128 area = 0;
  std::uint64_t at_end = 0;
  for (const StateResult& state : result.states) {
    area += state.gauge.area;
    at_end += state.gauge.at_end;
    if (state.gauge.peak > result.ports_in_use.peak) {
      return "no state's peak is above that of the ports in use";
    }
  }
  if (area != result.ports_in_use.area || at_end != result.ports_in_use.at_end) {
    return "the states add up to the ports in use";
  }
  if (result.ports_in_use.peak > result.capacity || result.ports_in_use.at_end > result.ports_in_use.peak) {
    return "at_end <= peak <= capacity";
  }
  if (result.ports_in_use.area >
      Uint128{result.ports_in_use.peak} * static_cast<std::uint64_t>(result.window.count())) {
    return "mean <= peak";
  }
  const std::uint64_t ports = count_ports(scenario.ports);
  // bind() to port 0 may search a second time, for a port to share.
  if (result.search_max > 2 * ports || result.search_sum < result.attempts ||
      result.search_sum > Uint128{result.search_max} * result.attempts) {
    return "a search looks at one port or more, never at more than twice what there is";
  }
  std::uint64_t timeline_peak = 0;
  std::uint64_t timeline_attempts = 0;
  std::uint64_t timeline_failed = 0;
  for (const TimelineRow& row : result.timeline) {
    timeline_peak = std::max(timeline_peak, row.ports_in_use_max);
    timeline_attempts += row.attempts;
    timeline_failed += row.failed;
  }
  if (timeline_peak != result.ports_in_use.peak || timeline_attempts != result.attempts ||
      timeline_failed != result.failed || result.timeline.size() > 1000) {
    return "the timeline's rows add up to the run";
  }
  if ((result.outages.count > 0) != result.exhausted() ||
      result.first_failure.has_value() != result.exhausted()) {
    return "there are outages and a first failure exactly where attempts failed";
  }
  if (const auto rule = broken_nat_rule(scenario, result)) {
    return rule;
  }
  return broken_time_wait_rule(valid, result);
}

std::string to_text(const NatGateway& gateway) {
  const Nat& nat = *gateway.stack.nat;
  std::string ports;
  for (const PortRange& range : gateway.stack.ports) {
    ports += fmt::format(" {}-{}", range.first, range.last);
  }
  return fmt::format(
      "  translator of {} hosts: ports{} of {} addresses, scope {}, per host {}; ns after FIN {}, RST {}, "
      "unanswered SYN {}, silence {}\n",
      gateway.hosts, ports, gateway.addresses, static_cast<int>(gateway.stack.scope), nat.is_per_host,
      gateway.stack.time_wait.count(), nat.after_reset.count(), cell(nat.half_open), cell(nat.idle));
}

}  // namespace

std::string to_text(const Scenario& scenario) {
  std::string text;
  for (const auto& [name, value] : describe(scenario)) {
    text += fmt::format("  --{} {}\n", name, value);
  }
  text +=
      fmt::format("  replication {}, warm-up {} ns, duration {} ns, TIME_WAIT {} ns\n", scenario.replication,
                  scenario.warm_up.count(), scenario.duration.count(), scenario.time_wait.count());
  text += fmt::format("  SYN waits (ns):{}\n", list(scenario.stack.syn_waits));
  text += fmt::format("  FIN waits (ns):{}\n", list(scenario.stack.fin_waits));
  const Stack& stack = scenario.stack;
  text += fmt::format(
      "  cap rule {}, age tick {} ns, FIN_WAIT_2 split at (ns) {}, gives out TIME_WAIT {}, RST ends "
      "TIME_WAIT "
      "{}\n",
      static_cast<int>(stack.cap_rule), stack.age_tick.count(), cell(stack.fin_wait_2_split),
      stack.gives_out_time_wait, stack.rules.reset_ends_time_wait);
  if (scenario.nat.has_value()) {
    text += to_text(*scenario.nat);
  }
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    text +=
        "  start_ns,closer,lifetime,peer_close_delay,connect_timeout,source,destination,bind,port,"
        "reuse_address,loopback,late_reset\n";
    for (const RecordedConnection& row : *recorded->connections) {
      text += fmt::format("  {},{},{},{},{},{},{},{},{},{},{},{}\n", row.start.time_since_epoch().count(),
                          number(row.closer), cell(row.lifetime), cell(row.peer_close_delay),
                          cell(row.connect_timeout), row.source, row.destination, number(row.bind),
                          row.local_port, number(row.reuse_address), row.is_loopback, row.has_late_reset);
    }
  }
  return text;
}

ValidScenario must_be_valid(const Scenario& scenario) {
  auto outcome = validate(scenario);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&outcome)) {
    std::string all;
    for (const Fault& fault : *faults) {
      all += fmt::format("{}: {}\n", fault.where, fault.what);
    }
    throw std::logic_error(all + to_text(scenario));
  }
  return std::get<ValidScenario>(std::move(outcome));
}

std::optional<std::string> disagreement(const ValidScenario& scenario, std::uint64_t outage_list_limit,
                                        Duration extra_timeline_step, ReferenceRun& run) {
  RowList rows;
  RunOptions options;
  options.outage_list_limit = outage_list_limit;
  if (extra_timeline_step > Duration{0}) {
    options.extra_timeline_step = extra_timeline_step;
    options.extra_timeline = &rows;
  }
  const Result result = simulate(scenario, options);
  run = reference_run(scenario, outage_list_limit, extra_timeline_step);
  if (const auto difference = first_difference(result, run.result)) {
    return fmt::format("{}: engine {}, reference {}\n{}", difference->field, difference->left,
                       difference->right, to_text(*scenario));
  }
  if (const auto difference = first_difference(rows.rows, run.extra_timeline)) {
    return fmt::format("extra timeline of step {} ns, {}: engine {}, reference {}\n{}",
                       extra_timeline_step.count(), difference->field, difference->left, difference->right,
                       to_text(*scenario));
  }
  if (const auto rule = broken_invariant(scenario, result)) {
    return fmt::format("this does not hold: {}\n{}", *rule, to_text(*scenario));
  }
  return std::nullopt;
}

}  // namespace portsim
