#include "reference_simulator.hpp"

#include <algorithm>
#include <deque>
#include <map>
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
#include "reference_translator.hpp"

namespace portsim {
namespace {

using namespace reference;

/// Kind 0 runs before kind 1 at one instant.
enum class EventKind : std::uint8_t { transition = 0, attempt = 1 };

/// Something that happens to a connection, or a caller's attempt to open one.
struct Event {
  Nanoseconds time = 0;
  EventKind kind = EventKind::transition;
  ConnectionId id;
  std::uint64_t step = 0;  ///< the phase that ends by a transition

  /// The order in which events run.
  friend bool operator<(const Event& a, const Event& b) {
    return std::tie(a.time, a.kind, a.id, a.step) < std::tie(b.time, b.kind, b.id, b.step);
  }
};

/// What each host has of its own.
struct Host {
  Ports ports;
  std::uint64_t ports_held = 0;
  std::deque<ConnectionId> in_time_wait;  ///< in order of entry
  std::set<ConnectionId> mini_sockets;
};

/// Runs all events of a scenario and writes them down.
class Simulation {
 public:
  explicit Simulation(const Scenario& scenario)
      : scenario_(scenario), draws_(scenario.seed, scenario.replication), timers_(scenario, draws_) {
    const std::uint32_t hosts = hosts_of(scenario);
    for (std::uint32_t host = 0; host < hosts; ++host) {
      hosts_.push_back({Ports(scenario, draws_, host), 0, {}, {}});
    }
  }

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
        case EventKind::transition: end_phase(event.id, event.step); break;
        case EventKind::attempt: attempt(event.id); break;
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
        schedule_try((*rows_)[caller].start.time_since_epoch().count(), {caller, 0});
      }
      return;
    }
    const std::vector<Nanoseconds> times =
        arrival_times(scenario_, std::get<GeneratedLoad>(scenario_.load), draws_);
    for (std::uint64_t caller = 0; caller < times.size(); ++caller) {
      schedule_try(times[caller], {caller, 0});
    }
  }

  void schedule_try(Int128 time, ConnectionId id) {
    if (time < scenario_.duration.count()) {
      events_.insert({static_cast<Nanoseconds>(time), EventKind::attempt, id});
    }
  }

  void attempt(ConnectionId id) {
    const RecordedConnection* row = rows_ != nullptr ? &(*rows_)[id.caller] : nullptr;
    const PortWish wish = wish_of(scenario_, id.caller, id.try_number, row);
    Host& host = hosts_.at(wish.host);
    make_room_when_crowded(host);
    Attempt attempt;
    attempt.time = now_;
    attempt.id = id;
    attempt.states = states_;
    attempt.grant = host.ports.choose(wish, now_);
    if (attempt.grant.port == 0) {
      schedule_retry(id, now_);
    } else {
      if (attempt.grant.loser.has_value()) {
        close_early(*attempt.grant.loser, EarlyCause::reused);
      }
      open(host, wish, row, attempt);
    }
    record_.attempts.push_back(attempt);
  }

  /// After the try that failed, as the caller knows at `known`.
  void schedule_retry(ConnectionId failed, Nanoseconds known) {
    if (scenario_.retry.kind == RetryPolicy::Kind::none ||
        failed.try_number >= scenario_.retry.further_tries) {
      return;
    }
    Int128 delay = scenario_.retry.delay.count();
    if (scenario_.retry.kind == RetryPolicy::Kind::backoff) {
      for (std::uint64_t i = 0; i < failed.try_number; ++i) {
        delay *= 2;
      }
    }
    schedule_try(known + delay, {failed.caller, failed.try_number + 1});
  }

  void open(Host& host, const PortWish& wish, const RecordedConnection* row, Attempt& attempt) {
    attempt.is_dropped = scenario_.nat.has_value() && !has_room(scenario_, record_.translations,
                                                                translation_key_of(scenario_, wish), now_);
    Connection& connection = record_.connections[attempt.id];
    connection.start = now_;
    connection.wish = wish;
    connection.port = attempt.grant.port;
    connection.is_dropped = attempt.is_dropped;
    if (attempt.is_dropped) {
      connection.life = unanswered_life_of(scenario_, draws_, timers_, wish.caller, row, now_);
      schedule_retry(attempt.id, connection.life.phases.front().ends.value());
    } else {
      connection.life = life_of(scenario_, draws_, timers_, wish.caller, row, now_);
      attempt.outcome = connection.life.outcome;
      if (scenario_.nat.has_value()) {
        record_.translations.push_back(translation_of(scenario_, wish, connection.life, now_));
      }
    }
    ++host.ports_held;
    attempt.since_release = host.ports.hold(connection, now_);
    begin_phase(connection, 0);
  }

  void begin_phase(Connection& connection, std::size_t step) {
    const ConnectionId id = connection.wish.id();
    Host& host = hosts_.at(connection.wish.host);
    connection.step = step;
    connection.since = now_;
    const reference::Phase& phase = connection.phase();
    if (step == 0 || connection.life.phases.at(step - 1).state != phase.state) {
      ++states_.at(client_index(phase.state));
      record_.entries.push_back({now_, phase.state});
    }
    if (phase.ends.has_value()) {
      events_.insert({*phase.ends, EventKind::transition, id, step});
    }
    if (connection.is_in_time_wait()) {
      host.in_time_wait.push_back(id);
    }
    const bool is_new_mini_socket = phase.is_mini_socket && host.mini_sockets.insert(id).second;
    obey_cap(host, connection, is_new_mini_socket);
  }

  /// Closes the connection itself, or another one, if it is one too many in its present phase.
  void obey_cap(const Host& host, const Connection& connection, bool is_new_mini_socket) {
    if (is_capped(CapRule::destroy_newcomer) && is_new_mini_socket &&
        host.mini_sockets.size() > *scenario_.stack.max_time_wait) {
      close_early(connection.wish.id(), EarlyCause::capped);
    } else if (is_capped(CapRule::recycle_oldest) && connection.is_in_time_wait() &&
               host.in_time_wait.size() > *scenario_.stack.max_time_wait) {
      close_early(host.in_time_wait.front(), EarlyCause::capped);
    }
  }

  void end_phase(ConnectionId id, std::size_t step) {
    Connection& connection = record_.connections.at(id);
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

  void make_room_when_crowded(const Host& host) {
    if (is_capped(CapRule::recycle_when_crowded) && host.ports_held >= *scenario_.stack.max_time_wait &&
        !host.in_time_wait.empty()) {
      close_early(host.in_time_wait.front(), EarlyCause::capped);
    }
  }

  /// Closes a connection in the midst of a phase.
  void close_early(ConnectionId id, EarlyCause cause) {
    Connection& connection = record_.connections.at(id);
    record_.early_closes.push_back({now_, cause, connection.phase().state});
    events_.erase({connection.phase().ends.value(), EventKind::transition, id, connection.step});
    close(connection);
  }

  void close(Connection& connection) {
    const ConnectionId id = connection.wish.id();
    Host& host = hosts_.at(connection.wish.host);
    --states_.at(client_index(connection.phase().state));
    --host.ports_held;
    host.mini_sockets.erase(id);
    const auto waiting = std::find(host.in_time_wait.begin(), host.in_time_wait.end(), id);
    if (waiting != host.in_time_wait.end()) {
      host.in_time_wait.erase(waiting);
    }
    connection.released = now_;
    host.ports.release(connection, now_);
  }

  const Scenario& scenario_;
  Draws draws_;
  Timers timers_;
  std::vector<Host> hosts_;
  const RowView* rows_ = nullptr;  ///< null for a load that is made up
  Nanoseconds now_ = 0;
  std::set<Event> events_;
  StateCounts states_{};
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

/// What became of the translations, and of the ports that got none.
void add_translations(const Record& record, ReferenceFacts& facts) {
  auto translation = record.translations.begin();  // one for each attempt that did not fail
  for (const Attempt& attempt : record.attempts) {
    if (attempt.is_dropped) {
      const Connection& connection = record.connections.at(attempt.id);
      facts.dropped_give_ups += connection.life.gave_up_syn ? 1 : 0;
      facts.dropped_retries +=
          record.connections.contains({attempt.id.caller, attempt.id.try_number + 1}) ? 1 : 0;
    } else if (attempt.outcome != Outcome::failed && translation != record.translations.end()) {
      const std::optional<Nanoseconds> end = translation->end;
      const std::optional<Nanoseconds> released = record.connections.at(attempt.id).released;
      facts.endless_translations += end.has_value() ? 0 : 1;
      facts.half_open_forgotten += end.has_value() && translation->last_seen == LastSeen::syn ? 1 : 0;
      facts.resets_forgotten += end.has_value() && translation->last_seen == LastSeen::reset ? 1 : 0;
      facts.silent_forgotten += end.has_value() && translation->last_seen == LastSeen::silence ? 1 : 0;
      facts.outlived_ports += end.has_value() && (!released.has_value() || *released > *end) ? 1 : 0;
      facts.outlived_translations += released.has_value() && (!end.has_value() || *end > *released) ? 1 : 0;
      ++translation;
    }
  }
}

ReferenceFacts facts_of(const Scenario& scenario, const Record& record) {
  ReferenceFacts facts;
  std::set<Nanoseconds> releases;
  for (const auto& [id, connection] : record.connections) {
    if (!connection.is_dropped) {
      add_life(connection.life, facts);
    }
    if (connection.released.has_value()) {
      releases.insert(*connection.released);
    }
  }
  std::optional<Nanoseconds> before;
  for (const Attempt& attempt : record.attempts) {
    facts.retries += attempt.id.try_number > 0 ? 1 : 0;
    facts.attempt_ties += before == attempt.time ? 1 : 0;
    facts.release_ties += releases.contains(attempt.time) ? 1 : 0;
    add_grant(attempt.grant, facts);
    if (attempt.grant.loser.has_value()) {
      add_reuse(scenario, record.connections.at(attempt.id).wish, facts);
      facts.dropped_reuses += attempt.is_dropped ? 1 : 0;
    }
    before = attempt.time;
  }
  add_translations(record, facts);
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
