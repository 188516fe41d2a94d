// The discrete-event engine. A run is a loop over two kinds of events, in the order of their times: the
// transitions of connections that hold a port, and the attempts of callers that want one. At one instant
// transitions come first, so that a port released at t serves an attempt at t.
#include "portsim/simulate.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/ensure.hpp"
#include "engine/agenda.hpp"
#include "engine/arrivals.hpp"
#include "engine/census.hpp"
#include "engine/course.hpp"
#include "engine/endpoints.hpp"
#include "engine/outages.hpp"
#include "engine/port_space.hpp"
#include "engine/timeline.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kTimelineSteps = 1000;

/// A connection that holds a port.
struct Connection {
  Course course;
  TimePoint start{};
  std::uint64_t caller = 0;
  HeldPort port;
  std::uint8_t step = 0;  ///< of the course: the event that is pending
  TcpState state = TcpState::closed;
  bool counted = false;  ///< attempted within the counted window
};

/// The connections that hold a port, in slots that are used again.
class ConnectionTable {
 public:
  std::uint32_t add(const Connection& connection) {
    if (free_.empty()) {
      slots_.push_back(connection);
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = connection;
    return slot;
  }

  void remove(std::uint32_t slot) { free_.push_back(slot); }

  [[nodiscard]] Connection& operator[](std::uint32_t slot) { return slots_[slot]; }

  [[nodiscard]] std::uint64_t size() const { return slots_.size() - free_.size(); }

 private:
  std::vector<Connection> slots_;
  std::vector<std::uint32_t> free_;
};

class Run {
 public:
  Run(const ValidScenario& valid, const RunOptions& options);

  Result run();

 private:
  /// A try of a caller to get a port: the first one or a repetition.
  struct Attempt {
    TimePoint time{};
    std::uint64_t caller = 0;
    std::uint32_t number = 0;  ///< of the try, from 0
  };

  void process_before(TimePoint limit);
  void reach(TimePoint checkpoint);
  void begin_window();
  [[nodiscard]] TimePoint next_checkpoint() const;

  [[nodiscard]] TimePoint next_attempt_time() const {
    return std::min(arrivals_.next_time(), retries_.next_time());
  }
  Attempt take_attempt();
  void execute(const Attempt& attempt);
  [[nodiscard]] PortRequest request(const Attempt& attempt, const RecordedConnection* row) const;
  void connect(const Attempt& attempt, const HeldPort& port, const RecordedConnection* row);
  void fail(const Attempt& attempt);
  void retry_or_give_up(const Attempt& attempt);
  void note_fingerprint(TimePoint time, Outcome outcome, std::uint16_t port);

  void execute_transition();
  void schedule(std::uint32_t slot, TimePoint now);
  void release(std::uint32_t slot, TimePoint now);

  void report();

  const ValidScenario& valid_;
  const Scenario& scenario_;
  const RunOptions& options_;
  const TimePoint window_start_;
  const TimePoint end_;

  CoursePlanner planner_;
  ArrivalStream arrivals_;
  DelayLine retries_;  ///< `slot` is the number of the try
  PortSpace ports_;
  ConnectionTable connections_;
  Agenda agenda_;

  Census census_;
  OutageTracker outages_;
  std::vector<Timeline> timelines_;
  Result result_;  ///< counts of the counted window
  TimelineKeeper keeper_{result_.timeline};

  TimePoint last_release_of_all_{};
  std::uint64_t attempts_of_run_ = 0;
  std::uint64_t never_released_ = 0;
  std::uint64_t first_counted_caller_ = 0;
  Uint128 hold_sum_ns_ = 0;
  bool hold_without_end_ = false;
  bool counting_ = true;  ///< false in the warm-up and in the drain
  bool stopped_ = false;
};

Run::Run(const ValidScenario& valid, const RunOptions& options)
    : valid_(valid),
      scenario_(*valid),
      options_(options),
      window_start_(TimePoint{} + scenario_.warm_up),
      end_(TimePoint{} + scenario_.duration),
      planner_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      arrivals_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      ports_(valid, Draws(scenario_.seed, scenario_.replication)),
      census_(scenario_.session_limit),
      outages_(options.outage_list_limit) {}

Result Run::run() {
  if (window_start_ > TimePoint{}) {
    counting_ = false;
    process_before(window_start_);
  }
  begin_window();
  for (TimePoint checkpoint = next_checkpoint(); !stopped_; checkpoint = next_checkpoint()) {
    process_before(checkpoint);
    if (stopped_) {
      break;
    }
    reach(checkpoint);
    if (checkpoint == end_) {
      break;
    }
  }
  report();
  if (!stopped_) {
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
  return std::move(result_);
}

void Run::begin_window() {
  counting_ = true;
  census_.settle(window_start_);
  census_.restart();
  outages_.restart();
  first_counted_caller_ = arrivals_.caller();
  const std::uint64_t fingerprint = result_.fingerprint;
  result_ = {};
  result_.fingerprint = fingerprint;
  result_.capacity = valid_.capacity();
  result_.window = end_ - window_start_;
  const auto steps = static_cast<std::int64_t>(kTimelineSteps);
  result_.timeline_step = Duration{(scenario_.duration.count() + steps - 1) / steps};
  timelines_.emplace_back(result_.timeline_step, window_start_, end_, keeper_);
  if (options_.extra_timeline != nullptr) {
    const Duration step = options_.extra_timeline_step;
    timelines_.emplace_back(step > Duration{} ? step : result_.timeline_step, window_start_, end_,
                            *options_.extra_timeline);
  }
}

TimePoint Run::next_checkpoint() const {
  TimePoint checkpoint = end_;
  for (const Timeline& timeline : timelines_) {
    checkpoint = std::min(checkpoint, timeline.next());
  }
  return checkpoint;
}

void Run::reach(TimePoint checkpoint) {
  const std::uint64_t ports_peak = census_.settle(checkpoint);
  const StateCounts states = census_.counts();
  for (Timeline& timeline : timelines_) {
    timeline.reach(checkpoint, ports_peak, states, result_.attempts, result_.failed);
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

Run::Attempt Run::take_attempt() {
  // A caller that tries again came before every caller that has not tried yet: at one instant it is first.
  if (retries_.next_time() <= arrivals_.next_time()) {
    const Due due = retries_.pop();
    return {.time = due.time, .caller = due.caller, .number = due.slot};
  }
  const Attempt first{.time = arrivals_.next_time(), .caller = arrivals_.caller(), .number = 0};
  arrivals_.advance();
  return first;
}

void Run::execute(const Attempt& attempt) {
  ++attempts_of_run_;
  ++result_.attempts;
  result_.callers += attempt.number == 0 ? 1 : 0;
  const RecordedConnection* row = arrivals_.row(attempt.caller);
  const PortSpace::Answer answer = ports_.take(request(attempt, row), attempt.time);
  result_.search_sum += answer.looked_at;
  result_.search_max = std::max(result_.search_max, answer.looked_at);
  if (answer.since_last_release) {
    result_.reuse_interval_min =
        std::min(result_.reuse_interval_min.value_or(*answer.since_last_release), *answer.since_last_release);
  }
  if (answer.port) {
    connect(attempt, *answer.port, row);
  } else {
    fail(attempt);
  }
}

PortRequest Run::request(const Attempt& attempt, const RecordedConnection* row) const {
  PortRequest request{.searcher = {.caller = attempt.caller, .try_number = attempt.number, .key = 0},
                      .bind = scenario_.bind};
  if (row != nullptr) {
    request.source = row->source;
    request.destination = row->destination;
    request.bind = row->bind.value_or(scenario_.bind);
    request.port = row->local_port;
  } else {
    const Endpoints endpoints = endpoints_of(scenario_, attempt.caller);
    request.source = endpoints.source;
    request.destination = endpoints.destination;
  }
  return request;
}

void Run::connect(const Attempt& attempt, const HeldPort& port, const RecordedConnection* row) {
  outages_.attempt_succeeded(attempt.time);
  Connection connection{.course = planner_.plan(attempt.caller, row),
                        .start = attempt.time,
                        .caller = attempt.caller,
                        .port = port,
                        .counted = counting_};
  switch (connection.course.outcome) {
    case Outcome::connected: ++result_.connected; break;
    case Outcome::refused: ++result_.refused; break;
    case Outcome::timed_out: ++result_.timed_out; break;
    case Outcome::failed: ensure(false, "a connection with a port failed for want of one");
  }
  result_.holds += 1;
  result_.draws_capped += connection.course.draws_capped;
  note_fingerprint(attempt.time, connection.course.outcome, ports_.number(port));
  connection.state = next_state(TcpState::closed, TcpEvent::active_open);
  census_.move(attempt.time, TcpState::closed, connection.state);
  schedule(connections_.add(connection), attempt.time);
}

void Run::fail(const Attempt& attempt) {
  outages_.attempt_failed(attempt.time);
  ++result_.failed;
  note_fingerprint(attempt.time, Outcome::failed, 0);
  if (!result_.first_failure) {
    result_.first_failure =
        FirstFailure{.time = attempt.time, .attempt = attempts_of_run_, .states = census_.counts()};
    stopped_ = options_.stop_at_first_failure && counting_;
  }
  retry_or_give_up(attempt);
}

void Run::retry_or_give_up(const Attempt& attempt) {
  const RetryPolicy& policy = scenario_.retry;
  if (policy.kind != RetryPolicy::Kind::none && attempt.number < policy.further_tries) {
    const std::uint32_t doublings = policy.kind == RetryPolicy::Kind::backoff ? attempt.number : 0;
    const Duration left = end_ - attempt.time;
    if (policy.delay.count() <= left.count() >> doublings) {
      const TimePoint again = attempt.time + Duration{policy.delay.count() << doublings};
      if (again < end_) {
        retries_.push({.time = again, .caller = attempt.caller, .slot = attempt.number + 1});
        return;
      }
    }
  }
  result_.callers_failed += attempt.caller >= first_counted_caller_ ? 1 : 0;
}

void Run::note_fingerprint(TimePoint time, Outcome outcome, std::uint16_t port) {
  const auto when = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::uint64_t what = std::uint64_t{static_cast<std::uint8_t>(outcome)} << 32 | port;
  result_.fingerprint += mix64(mix64(mix64(when) ^ attempts_of_run_) ^ what);
}

void Run::schedule(std::uint32_t slot, TimePoint now) {
  Connection& connection = connections_[slot];
  const Duration wait = connection.course.waits[connection.step];
  if (wait == kNever) {
    ++never_released_;
    hold_without_end_ = hold_without_end_ || connection.counted;
    return;
  }
  agenda_.push(client_index(connection.state),
               {.time = now + wait, .caller = connection.caller, .slot = slot});
}

void Run::execute_transition() {
  const Due due = agenda_.pop();
  Connection& connection = connections_[due.slot];
  const TcpEvent event = connection.course.events[connection.step];
  const TcpState from = connection.state;
  connection.state = next_state(from, event);
  ensure(connection.state != from, "an event of a course changed nothing");
  census_.move(due.time, from, connection.state);
  if (counting_) {
    result_.fin_wait_2_timeouts += event == TcpEvent::fin_wait_2_timeout ? 1 : 0;
    const bool fin_unanswered = event == TcpEvent::retransmission_timeout && from != TcpState::syn_sent;
    result_.fin_timeouts += fin_unanswered ? 1 : 0;
  }
  if (holds_port(connection.state)) {
    ++connection.step;
    schedule(due.slot, due.time);
  } else {
    release(due.slot, due.time);
  }
}

void Run::release(std::uint32_t slot, TimePoint now) {
  const Connection& connection = connections_[slot];
  ports_.release(connection.port, now);
  last_release_of_all_ = now;
  if (connection.counted) {
    hold_sum_ns_ += static_cast<std::uint64_t>((now - connection.start).count());
  }
  connections_.remove(slot);
}

void Run::report() {
  census_.report(result_);
  result_.outages = outages_.report(end_);
}

}  // namespace

Result simulate(const ValidScenario& scenario, const RunOptions& options) {
  return Run(scenario, options).run();
}

}  // namespace portsim
