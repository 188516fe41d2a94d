// The engine event by event. A run is a loop over two kinds of events, in the order of their times: the
// transitions of connections that hold a port, and the attempts of callers that want one. At one instant
// transitions come first, so that a port released at t serves an attempt at t.
#include "engine/run.hpp"

#include <algorithm>

#include "base/ensure.hpp"
#include "engine/engines.hpp"

namespace portsim {

Run::Run(const ValidScenario& valid, const RunOptions& options)
    : RunFrame(valid, options),
      planner_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      arrivals_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      census_(scenario_.session_limit) {
  const PortSpace ports(valid, Draws(scenario_.seed, scenario_.replication));
  for (std::uint32_t host = 0; host < valid.hosts(); ++host) {
    hosts_.push_back({.ports = ports.of_host(host), .cap = TimeWaitCap(scenario_.stack)});
  }
  if (scenario_.nat) {
    translator_.emplace(*scenario_.nat);
  }
}

void Run::go_to(TimePoint end) {
  for (TimePoint now{}; now < end && !stopped_;) {
    now = counting_ ? timelines_.next() : end;
    process_before(now);
    if (counting_ && !stopped_) {
      const std::uint64_t ports_peak = census_.settle(now);
      timelines_.reach(now, {.ports_peak = ports_peak,
                             .states = census_.counts(),
                             .attempts = result_.attempts,
                             .failed = result_.failed});
    }
  }
}

void Run::restart_gauges() {
  census_.settle(window_start_);
  census_.restart();
  first_counted_caller_ = arrivals_.caller();
  if (translator_) {
    translator_->settle(window_start_);
    translator_->restart();
    result_.nat.emplace();
  }
}

void Run::process_before(TimePoint limit) {
  while (!stopped_) {
    const TimePoint attempt_time = next_attempt_time();
    const TimePoint transition_time = agenda_.next_time();
    if (std::min(attempt_time, transition_time) >= limit) {
      return;
    }
    if (transition_time <= attempt_time) {
      execute_transition();
    } else {
      execute(take_attempt());
    }
  }
}

void Run::report() {
  census_.report(result_);
  if (translator_) {
    translator_->settle(end_);
    translator_->report(*result_.nat);
  }
  if (stopped_) {
    return;
  }
  counting_ = false;
  process_before(TimePoint::max());  // the drain
  agenda_.check_balance(0);
  ensure(connections_.size() == never_released_, "a connection was lost");
  if (never_released_ == 0) {
    result_.drain = last_release_of_all_ > end_ ? last_release_of_all_ - end_ : Duration{};
  }
  if (!hold_without_end_) {
    result_.hold_sum_ns = hold_sum_ns_;
  }
}

Result simulate_by_events(const ValidScenario& scenario, const RunOptions& options) {
  return Run(scenario, options).run();
}

}  // namespace portsim
