#include "scenario/rules.hpp"

#include <algorithm>
#include <cmath>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

constexpr std::string_view kDelayRange = "must be 0 to 1000000000 seconds";

std::string in_seconds(Duration value) { return seconds_text(value.count()); }

bool is_within(Duration value, const TimeLimits& limits) {
  return value >= limits.least && value <= limits.most;
}

std::string limits_text(const TimeLimits& limits) {
  return in_seconds(limits.least) + (limits.least == limits.most ? "" : " to " + in_seconds(limits.most)) +
         " seconds";
}

/// What to do about a TIME_WAIT delay that the stack does not allow.
std::string time_wait_remedy(const Scenario& s) {
  const Profile* const profile = find_profile(s.stack.name);
  if (profile != nullptr && !profile->time_wait_remedy.empty()) {
    return profile->time_wait_remedy;
  }
  const TimeLimits& limits = s.stack.time_wait_limits;
  const bool is_legal_elsewhere = std::any_of(stacks().begin(), stacks().end(), [&](const Stack& stack) {
    return is_within(s.time_wait, stack.time_wait_limits);
  });
  return "try --delay " + in_seconds(std::clamp(s.time_wait, limits.least, limits.most)) +
         (is_legal_elsewhere ? ", or a profile without that limit (portsim profiles)" : "");
}

void check_time_wait(const Scenario& s, std::vector<Breach>& breaches) {
  const TimeLimits& limits = s.stack.time_wait_limits;
  const std::string knob = s.stack.time_wait_knob.empty() ? "the TIME_WAIT delay" : s.stack.time_wait_knob;
  const std::string profile = " on profile " + s.stack.name;
  if (!is_within(s.time_wait, limits)) {
    breaches.push_back(
        {"delay", knob + " must be " + limits_text(limits) + profile, time_wait_remedy(s), {"profile"}});
  } else if (s.time_wait % limits.step != Duration{}) {
    const Duration below = s.time_wait - s.time_wait % limits.step;
    const bool is_second = limits.step == Duration{kNanosecondsPerSecond};
    breaches.push_back({"delay",
                        knob + " must be " +
                            (is_second ? "whole seconds" : "a multiple of " + duration_text(limits.step)) +
                            profile,
                        "try --delay " + in_seconds(below) + " or --delay " + in_seconds(below + limits.step),
                        {"profile"}});
  }
}

/// What is wrong with one law; empty if nothing is.
struct LawCheck {
  std::string operator()(const Constant& c) const { return is_delay(c.value) ? "" : time_fault(); }
  std::string operator()(const Exponential& e) const {
    if (!is_delay(e.mean)) {
      return time_fault();
    }
    return e.mean > Duration{} ? "" : "the mean of an exponential distribution must be above 0";
  }
  std::string operator()(const Uniform& u) const {
    if (!is_delay(u.low) || !is_delay(u.high)) {
      return time_fault();
    }
    return u.low <= u.high
               ? ""
               : "the lower end " + duration_text(u.low) + " is above the upper end " + duration_text(u.high);
  }
  std::string operator()(const Lognormal& l) const {
    if (!is_delay(l.median)) {
      return time_fault();
    }
    return std::isfinite(l.sigma) && l.sigma >= 0 ? ""
                                                  : "the sigma of a lognormal distribution must be 0 or more";
  }
  std::string operator()(const Pareto& p) const {
    if (!is_delay(p.minimum)) {
      return time_fault();
    }
    return std::isfinite(p.shape) && p.shape > 0 ? "" : "the shape of a Pareto distribution must be above 0";
  }

 private:
  static std::string time_fault() { return "a time " + std::string(kDelayRange); }
};

/// What is wrong with weights of which `are_weights` is false; `of_what` follows their name.
std::string weights_fault(const std::vector<double>& weights, const std::string& of_what) {
  const auto is_at_least_0 = [](double weight) { return weight >= 0; };
  const auto is_above_0 = [](double weight) { return weight > 0; };
  const bool is_overflow = std::all_of(weights.begin(), weights.end(), is_at_least_0) &&
                           std::any_of(weights.begin(), weights.end(), is_above_0);
  return "the weights" + of_what +
         (is_overflow ? " add up to more than any number: make all of them smaller"
                      : " must be 0 or more, and not all 0");
}

void check_distribution(const std::string& option, const Distribution& distribution,
                        std::vector<Breach>& breaches) {
  std::vector<double> weights;
  for (const Distribution::Component& component : distribution.components) {
    weights.push_back(component.weight);
    if (std::string what = std::visit(LawCheck{}, component.law); !what.empty()) {
      breaches.push_back({option, what, "try --" + option + " 100ms, exp:100ms or uniform:50ms,150ms"});
    }
  }
  if (!are_weights(weights)) {
    breaches.push_back(
        {option, weights_fault(weights, " of a mix"), "try --" + option + " 0.8*100ms+0.2*exp:30s"});
  }
}

void check_closers(const Scenario& s, std::vector<Breach>& breaches) {
  const std::vector<double> weights(s.closers.begin(), s.closers.end());
  if (!are_weights(weights)) {
    breaches.push_back(
        {"close", weights_fault(weights, ""), "try --close client=0.9,server=0.1", {"unreachable"}});
  }
  if (s.closers[static_cast<std::size_t>(Closer::refused)] != 0 ||
      s.closers[static_cast<std::size_t>(Closer::shutdown)] != 0) {
    breaches.push_back(
        {"close", "refused and shutdown are for recorded connections only", "try --close client"});
  }
}

void check_optional_times(const Scenario& s, std::vector<Breach>& breaches) {
  if (s.fin_wait_2_timeout && !is_delay(*s.fin_wait_2_timeout)) {
    breaches.push_back(
        {"fin-wait-2-timeout", "the timeout " + std::string(kDelayRange), "try --fin-wait-2-timeout 300s"});
  }
  if (s.connect_timeout && !is_delay(*s.connect_timeout)) {
    breaches.push_back(
        {"connect-timeout", "the timeout " + std::string(kDelayRange), "try --connect-timeout 30s"});
  }
}

void check_run(const Scenario& s, std::vector<Breach>& breaches) {
  if (s.duration <= Duration{}) {
    breaches.push_back({"duration", "the run must last longer than 0", "try --duration 1h"});
  } else if (!is_delay(s.duration)) {
    breaches.push_back({"duration", "the duration " + std::string(kDelayRange), "try --duration 1h"});
  } else if (s.warm_up < Duration{} || s.warm_up >= s.duration) {
    breaches.push_back({"warm-up",
                        "the warm-up must be shorter than the run, which lasts " + duration_text(s.duration),
                        "try --warm-up 0 or a longer --duration",
                        {"duration"}});
  }
  if (s.target && s.target->quantity == Condition::Quantity::first_failure && s.target->time > s.duration) {
    breaches.push_back({"target",
                        "the run ends before that, after " + duration_text(s.duration),
                        "try a longer --duration",
                        {"duration"}});
  }
  if (s.replication == 0) {
    breaches.push_back({"replication", "replications are counted from 1", "try 1"});
  }
}

void check_loss(const Scenario& s, std::vector<Breach>& breaches) {
  if (!(s.loss >= 0 && s.loss < 1)) {
    breaches.push_back({"loss", "the loss is a probability: 0 or more, and less than 1",
                        "try --loss 0.01 (one segment in 100)"});
  }
}

bool is_schedule(const std::vector<Duration>& waits) {
  Duration sum{};
  return !waits.empty() && std::all_of(waits.begin(), waits.end(), [&](Duration wait) {
    return is_delay(wait) && is_delay(sum += wait);
  });
}

void check_optional_delay(const std::string& option, const std::optional<Duration>& value,
                          std::vector<Breach>& breaches) {
  if (value && !is_delay(*value)) {
    breaches.push_back({option, "the time " + std::string(kDelayRange), "try --" + option + " 1s"});
  }
}

void check_stack(const Stack& stack, std::vector<Breach>& breaches) {
  const std::string what =
      "a retransmission schedule holds at least one wait, and 1000000000 seconds at most";
  if (!is_schedule(stack.syn_waits)) {
    breaches.push_back({"syn-waits", what, "try --syn-waits 3s,6s,12s", {"profile"}});
  }
  if (!is_schedule(stack.fin_waits)) {
    breaches.push_back({"profile", what + ": that of profile " + stack.name + " for a FIN does not", ""});
  }
  check_optional_delay("syn-give-up", stack.syn_give_up, breaches);
  if (stack.time_wait_reuse) {
    check_optional_delay("time-wait-reuse", stack.time_wait_reuse->age, breaches);
  }
  if (stack.timer_hz && (*stack.timer_hz == 0 || *stack.timer_hz > 100'000)) {
    breaches.push_back({"timer-hz", "a timer wheel has 1 to 100000 ticks a second", "try --timer-hz 250"});
  }
  const bool has_legal_details =
      is_delay(stack.age_tick) && is_delay(stack.fin_wait_2_split.value_or(Duration{}));
  if (!has_legal_details) {
    breaches.push_back(
        {"profile", "the times of profile " + stack.name + " " + std::string(kDelayRange), ""});
  }
}

void check_time_wait_details(const Scenario& s, std::vector<Breach>& breaches) {
  check_optional_delay("timer-offset", s.timer_offset, breaches);
  if (!(s.time_wait_resets >= 0 && s.time_wait_resets <= 1)) {
    breaches.push_back(
        {"time-wait-resets", "the share lies from 0 to 1", "try --time-wait-resets 0.001 (one in 1000)"});
  }
  if (s.stack.gives_out_time_wait && s.scope == Scope::tuple) {
    breaches.push_back({"scope",
                        "profile " + s.stack.name +
                            " gives out ports in TIME_WAIT, which tells destinations apart: "
                            "its scope is host or address",
                        "try --scope host",
                        {"profile"}});
  }
}

}  // namespace

bool are_weights(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) {
    if (!(weight >= 0)) {
      return false;
    }
    sum += weight;
  }
  return sum > 0 && std::isfinite(sum);
}

bool is_delay(Duration value) { return value >= Duration{} && value <= kLongestDelay; }

std::vector<Breach> find_breaches(const Scenario& scenario) {
  std::vector<Breach> breaches;
  find_load_breaches(scenario, breaches);
  check_stack(scenario.stack, breaches);
  check_time_wait_details(scenario, breaches);
  check_time_wait(scenario, breaches);
  check_optional_times(scenario, breaches);
  find_port_breaches(scenario, breaches);
  check_distribution("lifetime", scenario.lifetime, breaches);
  check_distribution("rtt", scenario.rtt, breaches);
  check_distribution("peer-close-delay", scenario.peer_close_delay, breaches);
  check_distribution("client-close-delay", scenario.client_close_delay, breaches);
  check_closers(scenario, breaches);
  check_loss(scenario, breaches);
  check_run(scenario, breaches);
  return breaches;
}

}  // namespace portsim
