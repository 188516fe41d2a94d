#include "engine/bulk_run.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/ensure.hpp"
#include "engine/engines.hpp"
#include "engine/fingerprint.hpp"
#include "engine/port_search.hpp"

namespace portsim {
namespace {

/// True when one closer has all the weight.
bool has_one_closer(const CloserWeights& weights) {
  return std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; }) == 1;
}

/// True when all connections take the same course, whoever makes them and whenever.
bool has_one_course(const Scenario& scenario) {
  const bool is_reset = scenario.time_wait_resets > 0 && scenario.stack.rules.reset_ends_time_wait;
  return has_one_closer(scenario.closers) && scenario.rtt.is_constant() && scenario.lifetime.is_constant() &&
         scenario.peer_close_delay.is_constant() && scenario.client_close_delay.is_constant() &&
         scenario.loss <= 0 && !is_reset && !scenario.stack.timer_hz;
}

/// True when no port is given out or taken away before its TIME_WAIT is over. Connections of a load that is
/// made up are none of 127.0.0.0/8.
bool keeps_time_wait(const Scenario& scenario) {
  const Stack& stack = scenario.stack;
  const bool is_reused =
      stack.time_wait_reuse && scenario.timestamps && !stack.time_wait_reuse->loopback_only;
  const bool is_shared = scenario.bind == BindMode::port0 && scenario.reuse_address && stack.autobind_reuse;
  return !is_reused && !is_shared && !stack.gives_out_time_wait && !stack.max_time_wait;
}

/// True when a search begins behind the port that was given last, whoever asks.
bool gives_ports_in_turn(Selection selection) {
  switch (selection) {
    case Selection::sequential:
    case Selection::sequential_from_random:
    case Selection::descending: return true;
    case Selection::random_start:
    case Selection::random_pick:
    case Selection::hash:
    case Selection::double_hash:
    case Selection::random_increment:
    case Selection::parity_first: return false;
  }
  return false;
}

/// The course that all of them take.
Course course_of(const Scenario& scenario) {
  const Draws draws(scenario.seed, scenario.replication);
  return CoursePlanner(scenario, draws).plan(0, TimePoint{}, nullptr);
}

Duration hold_of(const Course& course) {
  Duration hold{};
  for (std::size_t i = 0; i < course.length; ++i) {
    ensure(course.steps[i].wait != kNever, "a connection of a constant course never ends");
    hold += course.steps[i].wait;
  }
  return hold;
}

template <std::size_t... I>
std::array<ListGauge, sizeof...(I)> gauges_of_nothing(const Instants& none, std::index_sequence<I...>) {
  return {((void)I, ListGauge({&none, {}}, {&none, {}}))...};
}

}  // namespace

bool runs_in_bulk(const ValidScenario& scenario) {
  return std::holds_alternative<GeneratedLoad>(scenario->load) && !scenario->nat && scenario.keys() == 1 &&
         scenario->retry.kind == RetryPolicy::Kind::none && keeps_time_wait(*scenario) &&
         has_one_course(*scenario) && gives_ports_in_turn(scenario->selection) &&
         hold_of(course_of(*scenario)) > Duration{};
}

BulkRun::BulkRun(const ValidScenario& valid, const RunOptions& options, std::size_t block)
    : valid_(valid),
      scenario_(*valid),
      options_(options),
      window_start_(TimePoint{} + scenario_.warm_up),
      end_(TimePoint{} + scenario_.duration),
      arrivals_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      course_(course_of(scenario_)),
      hold_(hold_of(course_)),
      places_(PortSearch::arrange(scenario_.selection, valid.pool())),
      first_place_(PortSearch(scenario_.selection, static_cast<std::uint32_t>(places_.size()),
                              Draws(scenario_.seed, scenario_.replication))
                       .cursor()),
      pool_(places_.size(), hold_),
      // At any instant N ports are held at most, and N more may just have been released; an entry is held
      // against the exit of a connection that came at most N before.
      taken_(3 * places_.size() + 1),
      states_(gauges_of_nothing(none_, std::make_index_sequence<kClientStates.size()>())),
      ports_({&taken_, {}}, {&taken_, hold_}),
      sessions_({&none_, {}}, {&none_, {}}),
      block_(block),
      outages_(options.outage_list_limit) {
  add_gauges();
}

// What becomes of a connection, as in `Run::take_step`, but once for all.
void BulkRun::add_gauges() {
  TcpState state = TcpState::syn_sent;
  Duration entered{};
  Duration session_start{};
  Duration now{};
  for (std::size_t i = 0; i < course_.length; ++i) {
    now += course_.steps[i].wait;
    if (!course_.steps[i].event) {
      continue;
    }
    const TcpState next = next_state(state, *course_.steps[i].event, scenario_.stack.rules);
    ensure(next != state, "an event of a course changed nothing");
    states_[client_index(state)] = ListGauge({&taken_, entered}, {&taken_, now});
    if (is_server_session(state) && !is_server_session(next)) {
      sessions_ = ListGauge({&taken_, session_start}, {&taken_, now});
    } else if (!is_server_session(state)) {
      session_start = now;
    }
    if (*course_.steps[i].event == TcpEvent::fin_wait_2_timeout) {
      fin_wait_2_timeouts_ = Flow{&taken_, now};
    }
    state = next;
    entered = now;
  }
  ensure(state == TcpState::closed, "a course does not end in CLOSED");
}

Result BulkRun::run() {
  run_before(window_start_);
  begin_window();
  for (TimePoint checkpoint = timelines_.next(); !stopped_; checkpoint = timelines_.next()) {
    run_before(checkpoint);
    if (stopped_) {
      break;
    }
    reach(checkpoint);
    if (checkpoint == end_) {
      break;
    }
  }
  report();
  return std::move(result_);
}

void BulkRun::begin_window() {
  counting_ = true;
  outages_.restart();
  pool_.restart();
  const std::uint64_t fingerprint = result_.fingerprint;
  result_ = {};
  result_.fingerprint = fingerprint;
  result_.capacity = valid_.capacity();
  result_.window = end_ - window_start_;
  result_.timeline_step = timeline_step_of(scenario_.duration);
  timelines_.begin(scenario_, options_, result_.timeline);
  for (ListGauge& state : states_) {
    state.restart(window_start_);
  }
  ports_.restart(window_start_);
  sessions_.restart(window_start_, scenario_.session_limit);
  taken_before_ = taken_.size();
  fin_wait_2_timeouts_before_ = fin_wait_2_timeouts_ ? fin_wait_2_timeouts_->rank_of(window_start_) : 0;
}

void BulkRun::run_before(TimePoint checkpoint) {
  for (;;) {
    block_.count = arrivals_.take_before(checkpoint, block_.times.data(), block_.times.size());
    if (block_.count > 0) {
      pool_.serve(block_, taken_);
      count_block();
    }
    const TimePoint now = std::min(arrivals_.next_time(), checkpoint);
    if (counting_) {
      for (ListGauge& state : states_) {
        state.advance(now);
      }
      ports_.advance(now);
      sessions_.advance(now);
    }
    if (now == checkpoint || stopped_) {
      return;
    }
  }
}

void BulkRun::reach(TimePoint checkpoint) {
  StateCounts counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = states_[i].value_before(checkpoint);
  }
  const std::uint64_t peak = ports_.take_peak(checkpoint);
  ports_peak_ = std::max(ports_peak_, peak);
  timelines_.reach(checkpoint, peak, counts, result_.attempts, result_.failed);
}

void BulkRun::count_block() {
  note_outages();
  if (block_.failures > 0 && !result_.first_failure) {
    note_first_failure();
  }
  note_fingerprint();
  attempts_of_run_ += block_.count;
  result_.attempts += block_.count;
  result_.failed += block_.failures;
}

void BulkRun::note_outages() {
  std::size_t next = 0;  // failure
  for (std::size_t i = 0; i < block_.count;) {
    if (next == block_.failures || block_.failed[next] != i) {
      outages_.attempt_succeeded(TimePoint{Duration{block_.times[i]}});
      i = next == block_.failures ? block_.count : block_.failed[next];
      continue;
    }
    const std::size_t begin = i;
    for (; next < block_.failures && block_.failed[next] == i; ++next) {
      ++i;
    }
    outages_.attempt_failed(TimePoint{Duration{block_.times[begin]}}, i - begin);
  }
}

// Whoever came after it got a port later: nothing of theirs has happened at that instant.
void BulkRun::note_first_failure() {
  const std::size_t index = block_.failed.front();
  const TimePoint time{Duration{block_.times[index]}};
  result_.first_failure = FirstFailure{.time = time, .attempt = attempts_of_run_ + index + 1, .states = {}};
  for (std::size_t i = 0; i < states_.size(); ++i) {
    result_.first_failure->states[i] = states_[i].value_at(time);
  }
  stopped_ = options_.stop_at_first_failure && counting_;
}

void BulkRun::note_fingerprint() {
  std::uint64_t connection = taken_.size() - (block_.count - block_.failures);
  std::size_t next = 0;  // failure
  for (std::size_t i = 0; i < block_.count; ++i) {
    const bool has_failed = next < block_.failures && block_.failed[next] == i;
    const std::uint16_t port = has_failed ? 0 : places_[(first_place_ + connection) % places_.size()];
    result_.fingerprint += fingerprint_of(TimePoint{Duration{block_.times[i]}}, attempts_of_run_ + i + 1,
                                          has_failed ? Outcome::failed : course_.outcome, port);
    next += has_failed ? 1 : 0;
    connection += has_failed ? 0 : 1;
  }
}

void BulkRun::report() {
  result_.callers = result_.attempts;
  result_.callers_failed = result_.failed;
  result_.outages = outages_.report(end_);
  if (stopped_) {
    return;
  }
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const ListGauge& state = states_[i];
    result_.states[i] = {
        .gauge = {.peak = state.peak(), .area = state.area(end_), .at_end = state.value_before(end_)},
        .entered = state.entered(end_)};
  }
  result_.ports_in_use = {
      .peak = ports_peak_, .area = ports_.area(end_), .at_end = ports_.value_before(end_)};
  result_.server_sessions_peak = sessions_.peak();
  result_.event_2009 = sessions_.exceeded();
  report_course();
}

void BulkRun::report_course() {
  const std::uint64_t holds = taken_.size() - taken_before_;
  result_.holds = holds;
  result_.hold_sum_ns = Uint128{holds} * static_cast<std::uint64_t>(hold_.count());
  switch (course_.outcome) {
    case Outcome::connected: result_.connected = holds; break;
    case Outcome::refused: result_.refused = holds; break;
    case Outcome::timed_out: result_.timed_out = holds; break;
    case Outcome::failed: ensure(false, "a connection with a port failed for want of one");
  }
  if (fin_wait_2_timeouts_) {
    result_.fin_wait_2_timeouts = fin_wait_2_timeouts_->rank_of(end_) - fin_wait_2_timeouts_before_;
  }
  // Who is served finds a port at the first look, who is not looks at all of them.
  result_.search_sum = holds + Uint128{result_.failed} * places_.size();
  result_.search_max = result_.failed > 0 ? places_.size() : (holds > 0 ? 1 : 0);
  if (scenario_.scope != Scope::tuple) {
    result_.reuse_interval_min = pool_.reuse_interval_min();
  }
  const TimePoint last_taken =
      taken_.size() == 0 ? TimePoint{} : TimePoint{Duration{*taken_.from(taken_.size() - 1)}};
  result_.drain = taken_.size() == 0 ? Duration{} : std::max(last_taken + hold_ - end_, Duration{});
}

Result simulate_in_bulk(const ValidScenario& scenario, const RunOptions& options, std::size_t block) {
  ensure(runs_in_bulk(scenario), "the bulk engine was given a scenario that it cannot run");
  return BulkRun(scenario, options, block).run();
}

}  // namespace portsim
