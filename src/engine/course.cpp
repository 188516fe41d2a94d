#include "engine/course.hpp"

#include "engine/sampling.hpp"

namespace portsim {

CoursePlanner::CoursePlanner(const Scenario& scenario, const Draws& draws)
    : scenario_(scenario), draws_(draws), timers_(scenario, draws) {}

Duration CoursePlanner::draw(const Distribution& law, Purpose purpose, Plan& plan) const {
  if (law.is_constant()) {
    return law.constant_value();
  }
  const Sample drawn = sample(law, draws_, purpose, plan.caller);
  std::uint8_t& capped = plan.course.draws_capped;
  capped = static_cast<std::uint8_t>(capped + (drawn.capped ? 1 : 0));
  return drawn.value;
}

CoursePlanner::Exchange CoursePlanner::exchange(const Plan& plan, const Tries& tries) const {
  if (scenario_.loss <= 0 && !tries.is_hopeless) {
    return {};
  }
  Exchange exchange{.answered = false, .waited = {}, .last_try = {}};
  std::uint32_t number = 0;
  for (const Duration wait : tries.waits) {
    if (!tries.patience || exchange.waited < *tries.patience) {
      exchange.last_try = exchange.waited;
    }
    if (!tries.is_hopeless && !sample_loss(scenario_.loss, draws_, tries.loss, plan.caller, number)) {
      exchange.answered = true;
      break;
    }
    exchange.waited += tries.is_ours ? timers_.wait(plan.now + exchange.waited, wait) : wait;
    ++number;
    if (tries.give_up && exchange.waited >= *tries.give_up) {
      break;
    }
  }
  return exchange;
}

CoursePlanner::Exchange CoursePlanner::exchange_fin(const Plan& plan) const {
  return exchange(plan, {.waits = scenario_.stack.fin_waits, .loss = Purpose::fin_loss});
}

CoursePlanner::Exchange CoursePlanner::open(const Plan& plan) const {
  const std::optional<Duration> patience = plan.row != nullptr && plan.row->connect_timeout
                                               ? plan.row->connect_timeout
                                               : scenario_.connect_timeout;
  Exchange syn = exchange(plan, {.waits = scenario_.stack.syn_waits,
                                 .loss = Purpose::syn_loss,
                                 .is_hopeless = plan.closer == Closer::unreachable,
                                 .give_up = scenario_.stack.syn_give_up,
                                 .patience = patience});
  if (patience && *patience < syn.lasts(plan.rtt)) {
    syn.answered = false;
    syn.waited = *patience;
  }
  return syn;
}

Course CoursePlanner::plan_dropped(std::uint64_t caller, TimePoint start,
                                   const RecordedConnection* row) const {
  Plan plan{
      .caller = caller, .row = row, .now = start, .closer = Closer::unreachable, .rtt = {}, .course = {}};
  plan.course.outcome = Outcome::failed;
  plan.then(open(plan).waited, TcpEvent::retransmission_timeout);
  return plan.course;
}

Course CoursePlanner::plan(std::uint64_t caller, TimePoint start, const RecordedConnection* row) const {
  Plan plan{.caller = caller, .row = row, .now = start, .closer = {}, .rtt = {}, .course = {}};
  plan.closer =
      row != nullptr && row->closer ? *row->closer : sample_closer(scenario_.closers, draws_, caller);
  if (plan.closer != Closer::unreachable) {
    plan.rtt = draw(scenario_.rtt, Purpose::rtt, plan);
  }
  const Exchange syn = open(plan);
  plan.course.last_syn = syn.last_try;
  if (!syn.answered) {
    plan.course.outcome = Outcome::timed_out;
    plan.then(syn.lasts(plan.rtt), TcpEvent::retransmission_timeout);
    return plan.course;
  }
  if (plan.closer == Closer::refused) {
    plan.course.outcome = Outcome::refused;
    plan.then(syn.lasts(plan.rtt), TcpEvent::receive_reset);
    return plan.course;
  }
  plan.then(syn.lasts(plan.rtt), TcpEvent::receive_syn_ack);
  const Duration lifetime =
      row != nullptr && row->lifetime ? *row->lifetime : draw(scenario_.lifetime, Purpose::lifetime, plan);
  switch (plan.closer) {
    case Closer::client:
    case Closer::shutdown:
      plan.then(lifetime, TcpEvent::close);
      close_by_client(plan);
      break;
    case Closer::server:
      plan.then(lifetime, TcpEvent::receive_fin);
      close_by_server(plan);
      break;
    case Closer::both:
      plan.then(lifetime, TcpEvent::close);
      close_by_both(plan);
      break;
    case Closer::reset: plan.then(lifetime, TcpEvent::receive_reset); break;
    case Closer::unreachable:
    case Closer::refused: break;  // ended above
  }
  return plan.course;
}

// From the peer's receipt of our FIN to its own.
Duration CoursePlanner::until_peer_fin(Plan& plan) const {
  Duration delay{};
  if (plan.row != nullptr && plan.row->peer_close_delay) {
    delay = *plan.row->peer_close_delay > scenario_.duration ? kNever : *plan.row->peer_close_delay;
  } else {
    delay = draw(scenario_.peer_close_delay, Purpose::peer_close_delay, plan);
  }
  if (delay == kNever) {
    return kNever;
  }
  // The peer repeats its FIN by the same schedule, on timers of its own; the first try costs no time.
  const Exchange fin =
      exchange(plan, {.waits = scenario_.stack.fin_waits, .loss = Purpose::peer_fin_loss, .is_ours = false});
  return fin.answered ? delay + fin.waited : kNever;
}

void CoursePlanner::close_by_client(Plan& plan) const {
  const Exchange fin = exchange_fin(plan);
  const Duration lasts = fin.lasts(plan.rtt);
  if (!fin.answered) {
    plan.then(lasts, TcpEvent::retransmission_timeout);
    return;
  }
  wait_in_fin_wait_2(plan, lasts);
}

// Linux runs a long timeout as two timers, the first of which belongs to the whole socket.
void CoursePlanner::wait_in_fin_wait_2(Plan& plan, Duration acknowledged_after) const {
  const Duration until_fin = until_peer_fin(plan);
  const std::optional<Duration>& timeout = scenario_.fin_wait_2_timeout;
  if (plan.closer == Closer::shutdown || !timeout) {
    plan.then(acknowledged_after, TcpEvent::receive_ack_of_fin);
    plan.then(until_fin, TcpEvent::receive_fin, true);
    wait_in_time_wait(plan);
    return;
  }
  const std::optional<Duration>& split = scenario_.stack.fin_wait_2_split;
  const bool is_split = split && *timeout > *split;
  plan.then(acknowledged_after, TcpEvent::receive_ack_of_fin, !is_split);
  Duration left = until_fin;
  Duration runs = timers_.wait(plan.now, is_split ? *timeout - *split : *timeout);
  if (is_split && until_fin >= runs) {
    plan.then(runs, std::nullopt, true);
    left = until_fin == kNever ? kNever : until_fin - runs;
    runs = timers_.wait(plan.now, *timeout - *split);
  }
  // Where timers end on time, the FIN that comes at that instant is still in time.
  const bool is_strict = is_split || timers_.is_wheel();
  if (is_strict ? left >= runs : left > runs) {
    plan.then(runs, TcpEvent::fin_wait_2_timeout);
    return;
  }
  plan.then(left, TcpEvent::receive_fin, true);
  wait_in_time_wait(plan);
}

void CoursePlanner::wait_in_time_wait(Plan& plan) const {
  const Duration wait = timers_.wait(plan.now, scenario_.time_wait);
  const auto gets_reset = [&] {
    return (plan.row != nullptr && plan.row->has_late_reset) ||
           (scenario_.time_wait_resets > 0 &&
            sample_time_wait_reset(scenario_.time_wait_resets, draws_, plan.caller));
  };
  const bool is_reset = scenario_.stack.rules.reset_ends_time_wait && gets_reset();
  if (is_reset && plan.rtt < wait) {
    plan.then(plan.rtt, TcpEvent::receive_reset);
  } else {
    plan.then(wait, TcpEvent::time_wait_timeout);
  }
}

void CoursePlanner::close_by_server(Plan& plan) const {
  plan.then(draw(scenario_.client_close_delay, Purpose::client_close_delay, plan), TcpEvent::close);
  const Exchange fin = exchange_fin(plan);
  plan.then(fin.lasts(plan.rtt),
            fin.answered ? TcpEvent::receive_ack_of_fin : TcpEvent::retransmission_timeout);
}

void CoursePlanner::close_by_both(Plan& plan) const {
  const Exchange fin = exchange_fin(plan);
  const Duration lasts = fin.lasts(plan.rtt);
  const Duration crossing = plan.rtt / 2;  // the peer's FIN arrives, on its way since half an RTT
  if (!fin.answered && lasts <= crossing) {
    plan.then(lasts, TcpEvent::retransmission_timeout);
    return;
  }
  plan.then(crossing, TcpEvent::receive_fin);
  if (!fin.answered) {
    plan.then(lasts - crossing, TcpEvent::retransmission_timeout);
    return;
  }
  plan.then(lasts - crossing, TcpEvent::receive_ack_of_fin, true);
  wait_in_time_wait(plan);
}

}  // namespace portsim
