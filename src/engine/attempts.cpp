// What an attempt does: it gets a port, or fails and perhaps tries again.
#include <algorithm>
#include <utility>

#include "base/ensure.hpp"
#include "engine/endpoints.hpp"
#include "engine/fingerprint.hpp"
#include "engine/run.hpp"

namespace portsim {

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
  const Wish wanted = wish(attempt);
  Host& host = hosts_[wanted.host];
  if (host.cap.is_crowded(host.connections)) {
    recycle_oldest(host, attempt.time);
  }
  const PortSpace::Answer found = host.ports.find(wanted.port);
  result_.search_sum += found.looked_at;
  result_.search_max = std::max(result_.search_max, found.looked_at);
  if (!may_have(found, wanted, attempt.time)) {
    fail(attempt, &NatResult::at_hosts);
    retry_or_give_up(attempt, attempt.time);
  } else if (!is_translated(attempt, wanted)) {
    drop(attempt, wanted, found);
  } else {
    connect(attempt, wanted, found);
  }
}

Run::Wish Run::wish(const Attempt& attempt) const {
  Wish wish{.host = 0,
            .port = {.searcher = {.caller = attempt.caller, .try_number = attempt.number, .key = 0},
                     .bind = scenario_.bind,
                     .reuse_address = scenario_.reuse_address},
            .row = arrivals_.row(attempt.caller)};
  PortRequest& port = wish.port;
  if (const RecordedConnection* const row = wish.row) {
    port.source = row->source;
    port.destination = row->destination;
    port.bind = row->bind.value_or(scenario_.bind);
    port.port = row->local_port;
    port.reuse_address = row->reuse_address.value_or(scenario_.reuse_address);
    if (translator_) {
      wish.host = std::exchange(port.source, 0);  // each source is a host of its own
    }
  } else {
    const std::uint64_t hosts = hosts_.size();
    wish.host = static_cast<std::uint32_t>(attempt.caller % hosts);
    const Endpoints endpoints = endpoints_of(scenario_, attempt.caller / hosts);
    port.source = endpoints.source;
    port.destination = endpoints.destination;
  }
  return wish;
}

// A port that a search found may still be held. connect() fails where it is held by a connection to the same
// peer that may not be closed for it.
bool Run::may_have(const PortSpace::Answer& found, const Wish& wish, TimePoint now) const {
  const PortRequest& request = wish.port;
  if (!found.port) {
    return false;
  }
  if (scenario_.stack.gives_out_time_wait && !request.is_bound()) {
    const Tuple tuple{found.port->place, request.source, request.destination};
    return !hosts_[wish.host].refused_tuples.contains(tuple, now) &&
           !(found.occupant && connections_[*found.occupant].tuple == tuple);
  }
  if (!found.occupant || !request.is_bound()) {
    return true;
  }
  const Connection& occupant = connections_[*found.occupant];
  return occupant.is_mini_socket && scenario_.timestamps;
}

bool Run::is_translated(const Attempt& attempt, const Wish& wish) {
  return !translator_ || translator_->take(translator_->key(wish.host, wish.port.destination), attempt.time);
}

void Run::connect(const Attempt& attempt, const Wish& wish, const PortSpace::Answer& found) {
  outages_.attempt_succeeded(attempt.time);
  const Course course = planner_.plan(attempt.caller, attempt.time, wish.row);
  switch (course.outcome) {
    case Outcome::connected: ++result_.connected; break;
    case Outcome::refused: ++result_.refused; break;
    case Outcome::timed_out: ++result_.timed_out; break;
    case Outcome::failed: ensure(false, "a connection with a port failed for want of one");
  }
  result_.holds += 1;
  result_.draws_capped += course.draws_capped;
  note_fingerprint(attempt.time, course.outcome, hosts_[wish.host].ports.number(*found.port));
  if (translator_) {
    if (const Duration kept = translator_->keeps(course); kept != kNever) {
      agenda_.push(Agenda::kTranslationLine, {.time = attempt.time + kept,
                                              .caller = attempt.caller,
                                              .slot = translator_->key(wish.host, wish.port.destination)});
    }
  }
  hold(attempt, wish, found, course);
}

// A translator without a free port drops the SYN and all that repeat it: the host waits as for a dead peer.
void Run::drop(const Attempt& attempt, const Wish& wish, const PortSpace::Answer& found) {
  const Course course = planner_.plan_dropped(attempt.caller, attempt.time, wish.row);
  fail(attempt, &NatResult::at_nat);
  retry_or_give_up(attempt, attempt.time + course.steps.front().wait);
  hold(attempt, wish, found, course);
}

void Run::hold(const Attempt& attempt, const Wish& wish, const PortSpace::Answer& found,
               const Course& course) {
  if (found.occupant) {
    const Connection& occupant = connections_[*found.occupant];
    if (scenario_.stack.gives_out_time_wait && !wish.port.is_bound()) {
      hosts_[wish.host].refused_tuples.add(occupant.tuple, occupant.time_wait_end);
    }
    close_early(*found.occupant, attempt.time, &EarlyReleases::reused);
  }
  Connection connection{.course = course,
                        .start = attempt.time,
                        .caller = attempt.caller,
                        .host = wish.host,
                        .port = *found.port,
                        .tuple = {found.port->place, wish.port.source, wish.port.destination},
                        .counted = counting_ && course.outcome != Outcome::failed};
  const std::optional<TimeWaitReuse>& reuse = scenario_.stack.time_wait_reuse;
  connection.is_reusable = reuse && scenario_.timestamps && !wish.port.is_bound() &&
                           (!reuse->loopback_only || (wish.row != nullptr && wish.row->is_loopback));
  change_state(connection, attempt.time, TcpEvent::active_open);
  const std::uint32_t slot = connections_.add(connection);
  ++hosts_[wish.host].connections;
  if (const auto interval = hosts_[wish.host].ports.hold(connection.port, slot, attempt.time)) {
    result_.reuse_interval_min = std::min(result_.reuse_interval_min.value_or(*interval), *interval);
  }
  schedule(slot, attempt.time);
}

void Run::fail(const Attempt& attempt, PoolFailures NatResult::*pool) {
  outages_.attempt_failed(attempt.time);
  ++result_.failed;
  note_fingerprint(attempt.time, Outcome::failed, 0);
  if (result_.nat) {
    PoolFailures& failures = (*result_.nat).*pool;
    ++failures.failed;
    failures.first = failures.first.value_or(attempt.time);
  }
  if (!result_.first_failure) {
    result_.first_failure =
        FirstFailure{.time = attempt.time, .attempt = attempts_of_run_, .states = census_.counts()};
    stopped_ = options_.stop_at_first_failure && counting_;
  }
}

void Run::retry_or_give_up(const Attempt& attempt, TimePoint from) {
  const RetryPolicy& policy = scenario_.retry;
  if (policy.kind != RetryPolicy::Kind::none && attempt.number < policy.further_tries) {
    const std::uint32_t doublings = policy.kind == RetryPolicy::Kind::backoff ? attempt.number : 0;
    const Duration left = end_ - from;
    if (policy.delay.count() <= left.count() >> doublings) {
      const TimePoint again = from + Duration{policy.delay.count() << doublings};
      if (again < end_) {
        retries_.push({.time = again, .caller = attempt.caller, .slot = attempt.number + 1});
        return;
      }
    }
  }
  result_.callers_failed += attempt.caller >= first_counted_caller_ ? 1 : 0;
}

void Run::note_fingerprint(TimePoint time, Outcome outcome, std::uint16_t port) {
  if (options_.fingerprint) {
    result_.fingerprint += fingerprint_of(time, attempts_of_run_, outcome, port);
  }
}

}  // namespace portsim
