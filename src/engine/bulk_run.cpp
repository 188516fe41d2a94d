#include "engine/bulk_run.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/ensure.hpp"
#include "engine/engines.hpp"
#include "engine/fingerprint.hpp"
#include "engine/load_wishes.hpp"
#include "engine/port_space.hpp"
#include "portsim/selection.hpp"

namespace portsim {
namespace {

/// Connections that may hold a port at once.
std::uint64_t most_held(const ValidScenario& scenario) {
  const auto* log = std::get_if<RecordedLoad>(&scenario->load);
  return log == nullptr ? scenario.capacity()
                        : std::min<std::uint64_t>(scenario.capacity(), log->connections->size());
}

/// True when no port is given out or taken away before its TIME_WAIT is over.
bool keeps_time_wait(const ValidScenario& scenario, const LoadWishes& wishes) {
  const Stack& stack = scenario->stack;
  const bool is_reused = stack.time_wait_reuse && scenario->timestamps &&
                         (!stack.time_wait_reuse->loopback_only || wishes.is_loopback);
  const bool is_capped = stack.max_time_wait && *stack.max_time_wait <= most_held(scenario);
  return !is_reused && !wishes.shares && !stack.gives_out_time_wait && !is_capped;
}

/// True when all connections compete for the same ports, and all searches begin alike: where bind() ties a
/// port to its address alone, they still depend on the destination.
bool has_one_pool(const ValidScenario& scenario) {
  return scenario.keys() == 1 && (scenario->scope != Scope::tuple || scenario->destinations == 1 ||
                                  std::holds_alternative<RecordedLoad>(scenario->load));
}

/// True when the pools of several keys know nothing of each other.
bool has_separate_pools(const ValidScenario& scenario, const LoadWishes& wishes) {
  const bool is_tied_to_address = scenario->scope == Scope::tuple && wishes.binds;
  return scenario.keys() > 1 && !is_tied_to_address &&
         PortPools::have_room_for(scenario.keys(), PortSpace::count_places(scenario));
}

/// True when all choose their ports alike.
bool are_alike(const Scenario& scenario, const LoadWishes& wishes) {
  const bool are_mixed = scenario.scope == Scope::tuple && wishes.binds && wishes.connects;
  return !wishes.names_ports && !are_mixed;
}

Flow entries_of(Timetable& timetable, TcpState state) {
  return state == TcpState::syn_sent
             ? Flow{&timetable.taken(), Duration{}}
             : timetable.flow([state](const Transition& transition) { return transition.to == state; });
}

std::vector<ListGauge> gauges_of_states(Timetable& timetable) {
  std::vector<ListGauge> gauges;
  for (const TcpState state : kClientStates) {
    const Flow entries = entries_of(timetable, state);
    gauges.emplace_back(
        entries, timetable.flow([state](const Transition& transition) { return transition.from == state; }));
  }
  return gauges;
}

bool ends_session(const Transition& transition) {
  return is_server_session(transition.from) && !is_server_session(transition.to);
}

/// What is counted attempt by attempt.
constexpr std::array kCounts{&Result::attempts,  &Result::connected, &Result::refused,
                             &Result::timed_out, &Result::failed,    &Result::holds};

}  // namespace

bool runs_in_bulk(const ValidScenario& scenario) {
  if (scenario->nat || scenario->retry.kind != RetryPolicy::Kind::none ||
      !finds_any_free_port(scenario->selection, PortSpace::count_places(scenario))) {
    return false;
  }
  const LoadWishes wishes = wishes_of(*scenario);
  return are_alike(*scenario, wishes) && keeps_time_wait(scenario, wishes) &&
         (has_one_pool(scenario) || has_separate_pools(scenario, wishes)) && Timetable::can_tell(*scenario);
}

BulkRun::BulkRun(const ValidScenario& valid, const RunOptions& options, std::size_t block)
    : RunFrame(valid, options),
      arrivals_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      places_(PortSpace::places(valid)),
      ceiling_(valid.pool().size()),
      kept_timetable_(Timetable::make(scenario_, block)),
      timetable_(*kept_timetable_),
      search_(scenario_.selection, static_cast<std::uint32_t>(places_.size()),
              Draws(scenario_.seed, scenario_.replication)),
      gives_in_turn_(valid.keys() == 1 && gives_ports_in_turn(scenario_.selection) &&
                     timetable_.has_constant_hold()),
      first_place_(search_.in_turn().cursor()),
      states_(gauges_of_states(timetable_)),
      ports_(entries_of(timetable_, TcpState::syn_sent), timetable_.releases()),
      sessions_(entries_of(timetable_, TcpState::established), timetable_.flow(ends_session)),
      releases_(timetable_.releases()),
      events_{timetable_.flow(is_fin_wait_2_timeout), timetable_.flow(is_fin_timeout),
              timetable_.flow(is_time_wait_reset)},
      cycles_(may_repeat_itself() ? arrivals_.cycle() : std::nullopt, releases_.shift),
      ports_given_(block),
      block_(block) {
  if (gives_in_turn_) {
    ensure(releases_.list == &timetable_.taken() || timetable_.has_own_holds(),
           "ports that are held equally long are given back as they were taken");
    timetable_.taken().keep(places_.size());
  } else {
    pools_.emplace(valid, places_, block);
    timetable_.released().have_numbers(pools_->most_number());
  }
}

void BulkRun::go_to(TimePoint end) {
  is_cycle_worth_it_ = true;
  for (TimePoint now = TimePoint{}; now < end && !stopped_;) {
    TimePoint stop = counting_ ? timelines_.next() : end;
    if (cycle_walk_) {
      stop = std::min(stop, cycle_walk_->record.next_stop());
    }
    now = run_until(stop);
    if (stopped_) {
      return;
    }
    if (now == stop || is_at_cycle(now)) {
      reach(now);
    }
    if (cycle_walk_ && now == cycle_walk_->record.end()) {
      now += static_cast<std::int64_t>(cycle_walk_->record.repeats()) * cycles_.found()->span;
      repeat_cycle();
    }
    if (is_at_cycle(now)) {
      begin_cycle(now, end);
    }
  }
}

void BulkRun::restart_gauges() {
  for (ListGauge& state : states_) {
    state.restart(window_start_);
  }
  ports_.restart(window_start_);
  ports_peak_ = 0;
  sessions_.restart(window_start_, scenario_.session_limit);
  for (std::size_t i = 0; i < events_.size(); ++i) {
    events_before_[i] = events_[i].rank_of(window_start_);
  }
  hold_sum_before_ = hold_sum();
}

// Or until a cycle may begin; gives where the run has come to.
TimePoint BulkRun::run_until(TimePoint stop) {
  for (;;) {
    block_.first_caller = arrivals_.caller();
    block_.count = arrivals_.take_before(stop, block_.times.data(), block_.room());
    const TimePoint now = std::min(arrivals_.next_time(), stop);
    if (block_.count > 0) {
      serve(now);
      if (cycles_.is_looking()) {
        cycles_.look(block_, timetable_.taken());
        regular_from_ = timetable_.taken().size() + valid_.pool().size();
      }
    }
    timetable_.rank_up_to(now);
    if (block_.count > 0) {
      count_block();
    }
    if (counting_) {
      for (ListGauge& state : states_) {
        state.advance(now);
      }
      ports_.advance(now);
      sessions_.advance(now);
    }
    if (now == stop || stopped_ || is_at_cycle(now)) {
      return now;
    }
  }
}

// A fingerprint needs every attempt.
bool BulkRun::may_repeat_itself() const {
  return gives_in_turn_ && !timetable_.has_own_holds() && !options_.fingerprint;
}

// True when all that comes repeats itself, and a cycle may begin that takes the place of others: between two
// attempts at one instant none does.
bool BulkRun::is_at_cycle(TimePoint now) const {
  if (!cycles_.found() || cycle_walk_ || !is_cycle_worth_it_ || now == last_attempt_ ||
      timetable_.taken().size() < regular_from_) {
    return false;
  }
  // An outage that the start of the window cut in two is none of the cycle.
  return !counting_ || now > window_start_ + cycles_.found()->span;
}

void BulkRun::begin_cycle(TimePoint now, TimePoint end) {
  constexpr std::size_t kMostEnds = 4096;  // of steps, which the record keeps
  constexpr std::int64_t kFewest = 3;      // cycles; and another one is left before the end
  const Duration span = cycles_.found()->span;
  std::int64_t repeats = (end - now) / span - 2;
  std::vector<TimePoint> ends = timelines_.steps(now + span, now + (repeats + 1) * span, kMostEnds);
  if (ends.size() == kMostEnds) {
    repeats = (ends.back() - now) / span - 1;
    while (!ends.empty() && ends.back() > now + (repeats + 1) * span) {
      ends.pop_back();
    }
  }
  is_cycle_worth_it_ = repeats >= kFewest;
  if (!is_cycle_worth_it_) {
    return;
  }
  cycle_walk_ =
      CycleWalk{.record = CycleRecord(now, span, static_cast<std::uint64_t>(repeats), std::move(ends),
                                      {.attempts = result_.attempts, .failed = result_.failed}),
                .taken = timetable_.taken().size(),
                .outages = outages_.mark(),
                .search_sum = result_.search_sum};
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    cycle_walk_->counts[i] = result_.*kCounts[i];
  }
}

void BulkRun::repeat_cycle() {
  const CycleWalk& walk = *cycle_walk_;
  const std::uint64_t cycles = walk.record.repeats();
  const Cycle& cycle = *cycles_.found();
  const Cycle jump{cycles * cycle.attempts, static_cast<std::int64_t>(cycles) * cycle.span};
  const std::uint64_t served = cycles * (timetable_.taken().size() - walk.taken);
  walk.record.repeat(timelines_);
  arrivals_.pass(jump);
  timetable_.taken().pass(served, jump.span);
  for (ListGauge& state : states_) {
    state.pass(served);
  }
  ports_.pass(served);
  sessions_.pass(served);
  outages_.repeat(walk.outages, cycles, cycle.span);
  last_attempt_ += jump.span;
  attempts_of_run_ += jump.attempts;
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    result_.*kCounts[i] += cycles * (result_.*kCounts[i] - walk.counts[i]);
  }
  result_.search_sum += cycles * (result_.search_sum - walk.search_sum);
  cycle_walk_.reset();
}

// Gauges are known up to the last attempt before, and so are releases read.
void BulkRun::serve(TimePoint now) {
  timetable_.forget_before(last_attempt_);
  last_attempt_ = TimePoint{Duration{block_.times[block_.count - 1]}};
  timetable_.draw(block_);
  const SearchTally tally = pools_ ? serve_from_pools() : serve_in_turn();
  timetable_.keep(block_, now, pools_ ? pools_->numbers() : nullptr);
  result_.search_sum += tally.looked_at;
  result_.search_max = std::max(result_.search_max, tally.most);
  if (scenario_.scope != Scope::tuple && tally.shortest_interval != kNever) {
    result_.reuse_interval_min =
        std::min(result_.reuse_interval_min.value_or(kNever), tally.shortest_interval);
  }
}

SearchTally BulkRun::serve_from_pools() {
  Instants& taken = timetable_.taken();
  const Duration span{block_.times[block_.count - 1] - block_.times.front()};
  const SearchTally tally = pools_->serve(block_, taken, timetable_.released(), releases_.shift,
                                          releases_.list == &taken ? nullptr : timetable_.due(),
                                          span >= timetable_.shortest_hold(), search_);
  for (std::size_t i = 0; i < block_.connections() && options_.fingerprint; ++i) {
    ports_given_[i] = pools_->port_of(pools_->numbers()[i]);
  }
  return tally;
}

// They are given back in the same order: everyone finds one at the first look.
SearchTally BulkRun::serve_in_turn() {
  Instants& taken = timetable_.taken();
  SearchTally tally;
  tally.shortest_interval = ceiling_.serve(block_, taken, releases_);
  const std::size_t connections = block_.connections();
  tally.add(places_.size(), block_.failures);
  tally.add(1, connections);
  const std::uint64_t first = first_place_ + taken.size() - connections;
  for (std::size_t i = 0; i < connections && options_.fingerprint; ++i) {
    ports_given_[i] = places_[(first + i) % places_.size()];
  }
  return tally;
}

StateCounts BulkRun::states_before(TimePoint time) const {
  StateCounts counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = states_[i].value_before(time);
  }
  return counts;
}

// Nobody looks in the warm-up.
void BulkRun::reach(TimePoint now) {
  const Reached reached{.ports_peak = ports_.take_peak(now),
                        .states = states_before(now),
                        .attempts = result_.attempts,
                        .failed = result_.failed};
  ports_peak_ = std::max(ports_peak_, reached.ports_peak);
  timelines_.reach(now, reached);
  if (cycle_walk_) {
    cycle_walk_->record.reach(now, reached);
  }
}

void BulkRun::count_block() {
  outages_.note(block_);
  if (block_.failures > 0 && !result_.first_failure) {
    note_first_failure();
  }
  if (options_.fingerprint) {
    note_fingerprint();
  }
  attempts_of_run_ += block_.count;
  result_.attempts += block_.count;
  result_.failed += block_.failures;
  result_.holds += block_.connections();
  const BlockCounts counts = timetable_.counts(block_.connections());
  const auto of = [&counts](Outcome outcome) { return counts.outcomes[static_cast<std::size_t>(outcome)]; };
  result_.connected += of(Outcome::connected);
  result_.refused += of(Outcome::refused);
  result_.timed_out += of(Outcome::timed_out);
  result_.draws_capped += counts.draws_capped;
  never_released_ += counts.never_released;
  hold_without_end_ = hold_without_end_ || (counting_ && counts.never_released > 0);
}

// Whoever came after it at the same instant and got a port, of another key, is not to be seen yet.
void BulkRun::note_first_failure() {
  const std::size_t index = block_.failed.front();
  const TimePoint time{Duration{block_.times[index]}};
  result_.first_failure = FirstFailure{.time = time, .attempt = attempts_of_run_ + index + 1, .states = {}};
  for (std::size_t i = 0; i < states_.size(); ++i) {
    result_.first_failure->states[i] = states_[i].value_at(time);
  }
  for (std::size_t i = index;
       i < block_.connections() && block_.times[block_.attempt_of(i)] == block_.times[index]; ++i) {
    const auto state = std::find(kClientStates.begin(), kClientStates.end(), timetable_.first_state(i));
    --result_.first_failure->states[static_cast<std::size_t>(state - kClientStates.begin())];
  }
  stopped_ = options_.stop_at_first_failure && counting_;
}

void BulkRun::note_fingerprint() {
  std::size_t served = 0;
  std::size_t next = 0;  // failure
  for (std::size_t i = 0; i < block_.count; ++i) {
    const TimePoint time{Duration{block_.times[i]}};
    const std::uint64_t attempt = attempts_of_run_ + i + 1;
    if (next < block_.failures && block_.failed[next] == i) {
      result_.fingerprint += fingerprint_of(time, attempt, Outcome::failed, 0);
      ++next;
    } else {
      result_.fingerprint += fingerprint_of(time, attempt, timetable_.outcome(served), ports_given_[served]);
      ++served;
    }
  }
}

// How long all connections so far hold their ports.
Uint128 BulkRun::hold_sum() const {
  const Instants& taken = timetable_.taken();
  return releases_.list->sum() + Uint128{taken.size()} * static_cast<std::uint64_t>(releases_.shift.count()) -
         taken.sum();
}

void BulkRun::report() {
  result_.callers = result_.attempts;
  result_.callers_failed = result_.failed;
  if (stopped_) {
    return;
  }
  report_gauges();
  const auto of_event = [this](std::size_t i) { return events_[i].rank_of(end_) - events_before_[i]; };
  result_.fin_wait_2_timeouts = of_event(0);
  result_.fin_timeouts = of_event(1);
  result_.early_releases.reset = of_event(2);
  if (!hold_without_end_) {
    result_.hold_sum_ns = hold_sum() - hold_sum_before_;
  }
  if (never_released_ == 0) {
    result_.drain = Duration{};
    if (timetable_.taken().size() > 0) {
      result_.drain = std::max(releases_.list->last() + releases_.shift - end_, Duration{});
    }
  }
}

void BulkRun::report_gauges() {
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
}

Result simulate_in_bulk(const ValidScenario& scenario, const RunOptions& options, std::size_t block) {
  ensure(runs_in_bulk(scenario), "the bulk engine was given a scenario that it cannot run");
  return BulkRun(scenario, options, block).run();
}

}  // namespace portsim
