#include "reference_simulator.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/wide.hpp"
#include "reference_arrivals.hpp"
#include "reference_connection.hpp"
#include "reference_ports.hpp"
#include "reference_record.hpp"
#include "reference_timers.hpp"

namespace portsim {
namespace {

using namespace reference;

/// Kind 0 runs before kind 1 at one instant.
enum class EventKind : std::uint8_t { transition = 0, attempt = 1 };

/// Something that happens to a connection, or a caller's attempt to open one.
struct Event {
  Nanoseconds time = 0;
  EventKind kind = EventKind::transition;
  std::uint64_t caller = 0;
  std::uint64_t step = 0;  ///< transition: the phase that ends; attempt: the try

  /// The order in which events run.
  friend bool operator<(const Event& a, const Event& b) {
    return std::tie(a.time, a.kind, a.caller, a.step) < std::tie(b.time, b.kind, b.caller, b.step);
  }
};

/// Runs all events of a scenario and writes them down.
class Simulation {
 public:
  explicit Simulation(const Scenario& scenario)
      : scenario_(scenario),
        draws_(scenario.seed, scenario.replication),
        timers_(scenario, draws_),
        ports_(scenario, draws_) {}

  Record run() {
    schedule_callers();
    while (!events_.empty()) {
      const Event event = *events_.begin();
      events_.erase(events_.begin());
      if (event.time > now_) {
        record_.history.push_back({now_, states_});
        now_ = event.time;
      }
      switch (event.kind) {
        case EventKind::transition: end_phase(event.caller, event.step); break;
        case EventKind::attempt: attempt(event.caller, event.step); break;
      }
    }
    record_.history.push_back({now_, states_});
    return std::move(record_);
  }

 private:
  void schedule_callers() {
    if (const auto* recorded = std::get_if<RecordedLoad>(&scenario_.load)) {
      rows_ = recorded->connections.get();
      for (std::uint64_t caller = 0; caller < rows_->size(); ++caller) {
        schedule_try((*rows_)[caller].start.time_since_epoch().count(), caller, 0);
      }
      return;
    }
    const std::vector<Nanoseconds> times =
        arrival_times(scenario_, std::get<GeneratedLoad>(scenario_.load), draws_);
    for (std::uint64_t caller = 0; caller < times.size(); ++caller) {
      schedule_try(times[caller], caller, 0);
    }
  }

  void schedule_try(Int128 time, std::uint64_t caller, std::uint64_t try_number) {
    if (time < scenario_.duration.count()) {
      events_.insert({static_cast<Nanoseconds>(time), EventKind::attempt, caller, try_number});
    }
  }

  void attempt(std::uint64_t caller, std::uint64_t try_number) {
    const RecordedConnection* row = rows_ != nullptr ? &(*rows_)[caller] : nullptr;
    make_room_when_crowded();
    Attempt attempt;
    attempt.time = now_;
    attempt.caller = caller;
    attempt.try_number = try_number;
    attempt.states = states_;
    const PortWish wish = wish_of(scenario_, caller, try_number, row);
    attempt.grant = ports_.choose(wish, now_);
    if (attempt.grant.port == 0) {
      schedule_retry(caller, try_number);
    } else {
      if (attempt.grant.loser.has_value()) {
        close_early(*attempt.grant.loser, EarlyCause::reused);
      }
      open(wish, row, attempt);
    }
    record_.attempts.push_back(attempt);
  }

  void schedule_retry(std::uint64_t caller, std::uint64_t failed_try) {
    if (scenario_.retry.kind == RetryPolicy::Kind::none || failed_try >= scenario_.retry.further_tries) {
      return;
    }
    Int128 delay = scenario_.retry.delay.count();
    if (scenario_.retry.kind == RetryPolicy::Kind::backoff) {
      for (std::uint64_t i = 0; i < failed_try; ++i) {
        delay *= 2;
      }
    }
    schedule_try(now_ + delay, caller, failed_try + 1);
  }

  void open(const PortWish& wish, const RecordedConnection* row, Attempt& attempt) {
    Connection& connection = record_.connections[wish.caller];
    connection.start = now_;
    connection.wish = wish;
    connection.port = attempt.grant.port;
    connection.life = life_of(scenario_, draws_, timers_, wish.caller, row, now_);
    attempt.outcome = connection.life.outcome;
    attempt.since_release = ports_.hold(connection, now_);
    begin_phase(connection, 0);
  }

  void begin_phase(Connection& connection, std::size_t step) {
    const std::uint64_t caller = connection.wish.caller;
    connection.step = step;
    connection.since = now_;
    const reference::Phase& phase = connection.phase();
    if (step == 0 || connection.life.phases.at(step - 1).state != phase.state) {
      ++states_.at(client_index(phase.state));
      record_.entries.push_back({now_, phase.state});
    }
    if (phase.ends.has_value()) {
      events_.insert({*phase.ends, EventKind::transition, caller, step});
    }
    if (connection.is_in_time_wait()) {
      in_time_wait_.push_back(caller);
    }
    const bool is_new_mini_socket = phase.is_mini_socket && mini_sockets_.insert(caller).second;
    obey_cap(connection, is_new_mini_socket);
  }

  /// Closes the connection itself, or another one, if it is one too many in its present phase.
  void obey_cap(const Connection& connection, bool is_new_mini_socket) {
    if (is_capped(CapRule::destroy_newcomer) && is_new_mini_socket &&
        mini_sockets_.size() > *scenario_.stack.max_time_wait) {
      close_early(connection.wish.caller, EarlyCause::capped);
    } else if (is_capped(CapRule::recycle_oldest) && connection.is_in_time_wait() &&
               in_time_wait_.size() > *scenario_.stack.max_time_wait) {
      close_early(in_time_wait_.front(), EarlyCause::capped);
    }
  }

  void end_phase(std::uint64_t caller, std::size_t step) {
    Connection& connection = record_.connections.at(caller);
    if (step + 1 == connection.life.phases.size()) {
      switch (connection.life.ending) {
        case Ending::regular:
        case Ending::syn_timeout: break;
        case Ending::fin_wait_2_timeout: record_.fin_wait_2_timeouts.push_back(now_); break;
        case Ending::fin_timeout: record_.fin_timeouts.push_back(now_); break;
        case Ending::time_wait_reset:
          record_.early_closes.push_back({now_, EarlyCause::reset, TcpState::time_wait});
          break;
      }
      close(connection);
      return;
    }
    if (connection.life.phases.at(step + 1).state != connection.phase().state) {
      --states_.at(client_index(connection.phase().state));
    }
    begin_phase(connection, step + 1);
  }

  [[nodiscard]] bool is_capped(CapRule rule) const {
    return scenario_.stack.max_time_wait.has_value() && scenario_.stack.cap_rule == rule;
  }

  void make_room_when_crowded() {
    const std::uint64_t ports_held = std::accumulate(states_.begin(), states_.end(), std::uint64_t{0});
    if (is_capped(CapRule::recycle_when_crowded) && ports_held >= *scenario_.stack.max_time_wait &&
        !in_time_wait_.empty()) {
      close_early(in_time_wait_.front(), EarlyCause::capped);
    }
  }

  /// Closes a connection in the midst of a phase.
  void close_early(std::uint64_t caller, EarlyCause cause) {
    Connection& connection = record_.connections.at(caller);
    record_.early_closes.push_back({now_, cause, connection.phase().state});
    events_.erase({connection.phase().ends.value(), EventKind::transition, caller, connection.step});
    close(connection);
  }

  void close(Connection& connection) {
    --states_.at(client_index(connection.phase().state));
    mini_sockets_.erase(connection.wish.caller);
    const auto waiting = std::find(in_time_wait_.begin(), in_time_wait_.end(), connection.wish.caller);
    if (waiting != in_time_wait_.end()) {
      in_time_wait_.erase(waiting);
    }
    connection.released = now_;
    ports_.release(connection, now_);
  }

  const Scenario& scenario_;
  Draws draws_;
  Timers timers_;
  Ports ports_;
  const std::vector<RecordedConnection>* rows_ = nullptr;  ///< null for a load that is made up
  Nanoseconds now_ = 0;
  std::set<Event> events_;
  StateCounts states_{};
  std::deque<std::uint64_t> in_time_wait_;  ///< callers, in order of entry
  std::set<std::uint64_t> mini_sockets_;    ///< callers
  Record record_;
};

void add_life(const Life& life, ReferenceFacts& facts) {
  ++facts.connections.at(static_cast<std::size_t>(life.closer));
  facts.syn_timeouts += life.ending == Ending::syn_timeout ? 1 : 0;
  facts.syn_give_ups += life.gave_up_syn ? 1 : 0;
  const bool is_split = std::count_if(life.phases.begin(), life.phases.end(), [](const auto& phase) {
                          return phase.state == TcpState::fin_wait_2;
                        }) == 2;
  facts.fin_wait_2_splits += is_split ? 1 : 0;
  facts.fins_in_second_half += is_split && life.phases.back().state == TcpState::time_wait ? 1 : 0;
}

void add_grant(const PortGrant& grant, ReferenceFacts& facts) {
  facts.searches_given_up += grant.gave_up ? 1 : 0;
  facts.connects_beside_bind += grant.beside_bind ? 1 : 0;
  facts.shared_ports += grant.is_shared ? 1 : 0;
  switch (grant.refusal) {
    case Refusal::none: break;
    case Refusal::port_in_use: ++facts.ports_live; break;
    case Refusal::pair_waits: ++facts.pairs_waiting; break;
    case Refusal::pair_waits_still: ++facts.pairs_waiting_still; break;
  }
}

/// An attempt of `wish` that took the port of another connection.
void add_reuse(const Scenario& scenario, const PortWish& wish, ReferenceFacts& facts) {
  if (wish.local_port != 0) {
    ++facts.reused_by_bind;
  } else if (wish.is_bound()) {
    ++facts.reused_by_autobind;
  } else if (scenario.stack.gives_out_time_wait) {
    ++facts.given_out;
  } else {
    ++facts.reused_by_age;
  }
}

void add_early_close(const EarlyClose& close, ReferenceFacts& facts) {
  if (close.state == TcpState::fin_wait_2) {
    facts.capped_in_fin_wait_2 += close.cause == EarlyCause::capped ? 1 : 0;
    facts.reused_in_fin_wait_2 += close.cause == EarlyCause::reused ? 1 : 0;
  }
}

ReferenceFacts facts_of(const Scenario& scenario, const Record& record) {
  ReferenceFacts facts;
  std::set<Nanoseconds> releases;
  for (const auto& [caller, connection] : record.connections) {
    add_life(connection.life, facts);
    if (connection.released.has_value()) {
      releases.insert(*connection.released);
    }
  }
  std::optional<Nanoseconds> before;
  for (const Attempt& attempt : record.attempts) {
    facts.retries += attempt.try_number > 0 ? 1 : 0;
    facts.attempt_ties += before == attempt.time ? 1 : 0;
    facts.release_ties += releases.contains(attempt.time) ? 1 : 0;
    add_grant(attempt.grant, facts);
    if (attempt.grant.loser.has_value()) {
      add_reuse(scenario, record.connections.at(attempt.caller).wish, facts);
    }
    before = attempt.time;
  }
  for (const EarlyClose& close : record.early_closes) {
    add_early_close(close, facts);
  }
  facts.fin_wait_2_timeouts = record.fin_wait_2_timeouts.size();
  facts.fin_timeouts = record.fin_timeouts.size();
  return facts;
}

}  // namespace

reference::Record reference_record(const ValidScenario& scenario) { return Simulation(*scenario).run(); }

ReferenceRun reference_run(const ValidScenario& scenario, std::uint64_t outage_list_limit,
                           Duration extra_timeline_step) {
  const Record record = reference_record(scenario);
  ReferenceRun run;
  run.result = read_result(*scenario, record, outage_list_limit);
  if (extra_timeline_step > Duration{0}) {
    run.extra_timeline = read_timeline(*scenario, record, extra_timeline_step);
  }
  run.facts = facts_of(*scenario, record);
  return run;
}

Result reference_simulate(const ValidScenario& scenario, std::uint64_t outage_list_limit) {
  return reference_run(scenario, outage_list_limit, Duration{0}).result;
}

}  // namespace portsim
