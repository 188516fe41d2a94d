// The discrete-event engine. A run is a loop over two kinds of events, in the order of their times: the
// transitions of connections that hold a port, and the attempts of callers that want one. At one instant
// transitions come first, so that a port released at t serves an attempt at t.
#include "portsim/simulate.hpp"

#include <algorithm>
#include <vector>

#include "base/ensure.hpp"
#include "engine/agenda.hpp"
#include "engine/arrivals.hpp"
#include "engine/census.hpp"
#include "engine/connections.hpp"
#include "engine/course.hpp"
#include "engine/endpoints.hpp"
#include "engine/outages.hpp"
#include "engine/port_space.hpp"
#include "engine/refused_tuples.hpp"
#include "engine/time_wait_cap.hpp"
#include "engine/timeline.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kTimelineSteps = 1000;

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
  [[nodiscard]] bool may_have(const PortSpace::Answer& found, const PortRequest& request,
                              TimePoint now) const;
  void connect(const Attempt& attempt, const PortSpace::Answer& found, const PortRequest& request,
               const RecordedConnection* row);
  void fail(const Attempt& attempt);
  void retry_or_give_up(const Attempt& attempt);
  void note_fingerprint(TimePoint time, Outcome outcome, std::uint16_t port);

  void execute_transition();
  void take_step(std::uint32_t slot, TimePoint now);
  void enter_time_wait(std::uint32_t slot, TimePoint now);
  [[nodiscard]] TimePoint reusable_from(TimePoint entered) const;
  void recycle_oldest(TimePoint now);
  void close_early(std::uint32_t slot, TimePoint now, std::uint64_t EarlyReleases::*cause);
  void change_state(Connection& connection, TimePoint now, TcpEvent event);
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
  TimeWaitCap cap_;
  RefusedTuples refused_tuples_;

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
      cap_(scenario_.stack),
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
  const PortRequest wanted = request(attempt, row);
  if (cap_.is_crowded(connections_.size())) {
    recycle_oldest(attempt.time);
  }
  const PortSpace::Answer found = ports_.find(wanted);
  result_.search_sum += found.looked_at;
  result_.search_max = std::max(result_.search_max, found.looked_at);
  if (may_have(found, wanted, attempt.time)) {
    connect(attempt, found, wanted, row);
  } else {
    fail(attempt);
  }
}

PortRequest Run::request(const Attempt& attempt, const RecordedConnection* row) const {
  PortRequest request{.searcher = {.caller = attempt.caller, .try_number = attempt.number, .key = 0},
                      .bind = scenario_.bind,
                      .reuse_address = scenario_.reuse_address};
  if (row != nullptr) {
    request.source = row->source;
    request.destination = row->destination;
    request.bind = row->bind.value_or(scenario_.bind);
    request.port = row->local_port;
    request.reuse_address = row->reuse_address.value_or(scenario_.reuse_address);
  } else {
    const Endpoints endpoints = endpoints_of(scenario_, attempt.caller);
    request.source = endpoints.source;
    request.destination = endpoints.destination;
  }
  return request;
}

// A port that a search found may still be held. connect() fails where it is held by a connection to the same
// peer that may not be closed for it.
bool Run::may_have(const PortSpace::Answer& found, const PortRequest& request, TimePoint now) const {
  if (!found.port) {
    return false;
  }
  if (scenario_.stack.gives_out_time_wait && !request.is_bound()) {
    const Tuple tuple{found.port->place, request.source, request.destination};
    return !refused_tuples_.contains(tuple, now) &&
           !(found.occupant && connections_[*found.occupant].tuple == tuple);
  }
  if (!found.occupant || !request.is_bound()) {
    return true;
  }
  const Connection& occupant = connections_[*found.occupant];
  return occupant.is_mini_socket && scenario_.timestamps;
}

void Run::connect(const Attempt& attempt, const PortSpace::Answer& found, const PortRequest& request,
                  const RecordedConnection* row) {
  outages_.attempt_succeeded(attempt.time);
  if (found.occupant) {
    const Connection& occupant = connections_[*found.occupant];
    if (scenario_.stack.gives_out_time_wait && !request.is_bound()) {
      refused_tuples_.add(occupant.tuple, occupant.time_wait_end);
    }
    close_early(*found.occupant, attempt.time, &EarlyReleases::reused);
  }
  Connection connection{.course = planner_.plan(attempt.caller, attempt.time, row),
                        .start = attempt.time,
                        .caller = attempt.caller,
                        .port = *found.port,
                        .tuple = {found.port->place, request.source, request.destination},
                        .counted = counting_};
  const std::optional<TimeWaitReuse>& reuse = scenario_.stack.time_wait_reuse;
  connection.is_reusable = reuse && scenario_.timestamps && !request.is_bound() &&
                           (!reuse->loopback_only || (row != nullptr && row->is_loopback));
  switch (connection.course.outcome) {
    case Outcome::connected: ++result_.connected; break;
    case Outcome::refused: ++result_.refused; break;
    case Outcome::timed_out: ++result_.timed_out; break;
    case Outcome::failed: ensure(false, "a connection with a port failed for want of one");
  }
  result_.holds += 1;
  result_.draws_capped += connection.course.draws_capped;
  note_fingerprint(attempt.time, connection.course.outcome, ports_.number(connection.port));
  change_state(connection, attempt.time, TcpEvent::active_open);
  const std::uint32_t slot = connections_.add(connection);
  if (const auto interval = ports_.hold(connection.port, slot, attempt.time)) {
    result_.reuse_interval_min = std::min(result_.reuse_interval_min.value_or(*interval), *interval);
  }
  schedule(slot, attempt.time);
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
  const Duration wait = connection.course.steps[connection.step].wait;
  if (wait == kNever) {
    ++never_released_;
    hold_without_end_ = hold_without_end_ || connection.counted;
    return;
  }
  agenda_.push(client_index(connection.state),
               {.time = now + wait, .caller = connection.caller, .slot = slot});
}

void Run::execute_transition() {
  const bool is_reuse = agenda_.next_line() == Agenda::kReuseLine;
  const Due due = agenda_.pop();
  if (!connections_.holds(due.slot, due.caller)) {
    return;  // closed early
  }
  if (is_reuse) {
    ports_.make_usable(connections_[due.slot].port);
  } else {
    take_step(due.slot, due.time);
  }
}

void Run::take_step(std::uint32_t slot, TimePoint now) {
  Connection& connection = connections_[slot];
  const CourseStep& step = connection.course.steps[connection.step];
  if (step.event) {
    const TcpState from = connection.state;
    change_state(connection, now, *step.event);
    if (counting_) {
      result_.fin_wait_2_timeouts += *step.event == TcpEvent::fin_wait_2_timeout ? 1 : 0;
      const bool fin_unanswered =
          *step.event == TcpEvent::retransmission_timeout && from != TcpState::syn_sent;
      result_.fin_timeouts += fin_unanswered ? 1 : 0;
      const bool reset = *step.event == TcpEvent::receive_reset && from == TcpState::time_wait;
      result_.early_releases.reset += reset ? 1 : 0;
    }
  }
  if (!holds_port(connection.state)) {
    release(slot, now);
    return;
  }
  ++connection.step;
  if (connection.state == TcpState::time_wait) {
    cap_.enter_time_wait({.slot = slot, .caller = connection.caller});
  }
  if (step.makes_mini_socket && !connection.is_mini_socket) {
    if (cap_.destroys_newcomer()) {
      close_early(slot, now, &EarlyReleases::capped);
      return;
    }
    connection.is_mini_socket = true;
    cap_.add_mini_socket();
  }
  if (connection.state == TcpState::time_wait) {
    enter_time_wait(slot, now);
  }
  // Where the cap is 0 the newcomer itself is gone.
  if (connection.state != TcpState::closed) {
    schedule(slot, now);
  }
}

void Run::enter_time_wait(std::uint32_t slot, TimePoint now) {
  Connection& connection = connections_[slot];
  connection.time_wait_end = now + connection.course.steps[connection.step].wait;
  if (scenario_.stack.gives_out_time_wait) {
    ports_.make_usable(connection.port);
  } else if (connection.is_reusable) {
    if (const TimePoint from = reusable_from(now); from < connection.time_wait_end) {
      agenda_.push(Agenda::kReuseLine, {.time = from, .caller = connection.caller, .slot = slot});
    }
  }
  if (cap_.recycles()) {
    recycle_oldest(now);
  }
}

// A clock that ticks measures the age: more than so many ticks must have passed.
TimePoint Run::reusable_from(TimePoint entered) const {
  const Duration tick = scenario_.stack.age_tick;
  const Duration age = scenario_.stack.time_wait_reuse->age;
  if (tick == Duration{}) {
    return entered + age;
  }
  return entered - entered.time_since_epoch() % tick + age + tick;
}

void Run::recycle_oldest(TimePoint now) {
  const Occupant oldest = cap_.oldest([this](const Occupant& member) {
    return connections_.holds(member.slot, member.caller) &&
           connections_[member.slot].state == TcpState::time_wait;
  });
  close_early(oldest.slot, now, &EarlyReleases::capped);
}

void Run::close_early(std::uint32_t slot, TimePoint now, std::uint64_t EarlyReleases::*cause) {
  change_state(connections_[slot], now, TcpEvent::abort);
  if (counting_) {
    ++(result_.early_releases.*cause);
  }
  release(slot, now);
}

// The one place where a connection changes its state.
void Run::change_state(Connection& connection, TimePoint now, TcpEvent event) {
  const TcpState from = connection.state;
  connection.state = next_state(from, event, scenario_.stack.rules);
  ensure(connection.state != from, "an event of a course changed nothing");
  census_.move(now, from, connection.state);
  if (from == TcpState::time_wait) {
    cap_.leave_time_wait();
  }
}

void Run::release(std::uint32_t slot, TimePoint now) {
  const Connection& connection = connections_[slot];
  if (connection.is_mini_socket) {
    cap_.remove_mini_socket();
  }
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
