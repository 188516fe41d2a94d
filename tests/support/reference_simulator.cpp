#include "reference_simulator.hpp"

#include <algorithm>
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
#include "reference_life.hpp"
#include "reference_ports.hpp"
#include "reference_record.hpp"

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
      : scenario_(scenario), draws_(scenario.seed, scenario.replication), ports_(scenario, draws_) {}

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
    Attempt attempt;
    attempt.time = now_;
    attempt.caller = caller;
    attempt.try_number = try_number;
    attempt.states = states_;
    const PortWish wish = wish_of(scenario_, caller, try_number, row);
    attempt.grant = ports_.take(wish, now_);
    if (attempt.grant.port == 0) {
      schedule_retry(caller, try_number);
    } else {
      attempt.outcome = open(wish, attempt.grant.port, row);
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

  Outcome open(const PortWish& wish, std::uint16_t port, const RecordedConnection* row) {
    Connection connection;
    connection.start = now_;
    connection.wish = wish;
    connection.port = port;
    connection.life = life_of(scenario_, draws_, wish.caller, row);
    record_.connections.emplace(wish.caller, connection);
    begin_phase(wish.caller, 0);
    return connection.life.outcome;
  }

  void begin_phase(std::uint64_t caller, std::uint64_t step) {
    const reference::Phase& phase = record_.connections.at(caller).life.phases.at(step);
    ++states_.at(client_index(phase.state));
    record_.entries.push_back({now_, phase.state});
    if (phase.lasts.has_value()) {
      events_.insert({now_ + *phase.lasts, EventKind::transition, caller, step});
    }
  }

  void end_phase(std::uint64_t caller, std::uint64_t step) {
    Connection& connection = record_.connections.at(caller);
    --states_.at(client_index(connection.life.phases.at(step).state));
    if (step + 1 < connection.life.phases.size()) {
      begin_phase(caller, step + 1);
      return;
    }
    connection.released = now_;
    ports_.release(connection.wish, connection.port, now_);
    switch (connection.life.ending) {
      case Ending::regular:
      case Ending::syn_timeout: break;
      case Ending::fin_wait_2_timeout: record_.fin_wait_2_timeouts.push_back(now_); break;
      case Ending::fin_timeout: record_.fin_timeouts.push_back(now_); break;
    }
  }

  const Scenario& scenario_;
  Draws draws_;
  Ports ports_;
  const std::vector<RecordedConnection>* rows_ = nullptr;  ///< null for a load that is made up
  Nanoseconds now_ = 0;
  std::set<Event> events_;
  StateCounts states_{};
  Record record_;
};

ReferenceFacts facts_of(const Record& record) {
  ReferenceFacts facts;
  std::set<Nanoseconds> releases;
  for (const auto& [caller, connection] : record.connections) {
    ++facts.connections.at(static_cast<std::size_t>(connection.life.closer));
    facts.syn_timeouts += connection.life.ending == Ending::syn_timeout ? 1 : 0;
    if (connection.released.has_value()) {
      releases.insert(*connection.released);
    }
  }
  std::optional<Nanoseconds> before;
  for (const Attempt& attempt : record.attempts) {
    facts.retries += attempt.try_number > 0 ? 1 : 0;
    facts.attempt_ties += before == attempt.time ? 1 : 0;
    facts.release_ties += releases.contains(attempt.time) ? 1 : 0;
    facts.searches_given_up += attempt.grant.gave_up ? 1 : 0;
    facts.connects_beside_bind += attempt.grant.beside_bind ? 1 : 0;
    before = attempt.time;
  }
  facts.fin_wait_2_timeouts = record.fin_wait_2_timeouts.size();
  facts.fin_timeouts = record.fin_timeouts.size();
  return facts;
}

}  // namespace

ReferenceRun reference_run(const ValidScenario& scenario, std::uint64_t outage_list_limit,
                           Duration extra_timeline_step) {
  const Record record = Simulation(*scenario).run();
  ReferenceRun run;
  run.result = read_result(*scenario, record, outage_list_limit);
  if (extra_timeline_step > Duration{0}) {
    run.extra_timeline = read_timeline(*scenario, record, extra_timeline_step);
  }
  run.facts = facts_of(record);
  return run;
}

Result reference_simulate(const ValidScenario& scenario, std::uint64_t outage_list_limit) {
  return reference_run(scenario, outage_list_limit, Duration{0}).result;
}

}  // namespace portsim
