#include "event_loop.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/exact_ratio.hpp"
#include "engine/endpoints.hpp"
#include "engine/sampling.hpp"

namespace portsim::bench {
namespace {

void demand(bool is_known, const char* what) {
  if (!is_known) {
    throw std::invalid_argument(std::string("the plain event loop does not know ") + what);
  }
}

void check_is_known(const Scenario& scenario) {
  const auto weight = [&](Closer closer) { return scenario.closers[static_cast<std::size_t>(closer)]; };
  demand(scenario.loss == 0 && weight(Closer::unreachable) == 0, "loss and unreachable peers");
  demand(scenario.retry.kind == RetryPolicy::Kind::none, "retries");
  demand(!scenario.nat, "hosts behind a translator");
  demand(scenario.time_wait_resets == 0 && !scenario.connect_timeout, "resets and connect timeouts");
  demand(scenario.peer_close_delay.is_constant() && scenario.client_close_delay.is_constant() &&
             scenario.peer_close_delay.constant_value().count() == 0,
         "delays of the peer");
  demand(scenario.warm_up.count() == 0 && scenario.bind == BindMode::none, "a warm-up and bind()");
}

}  // namespace

EventLoop::EventLoop(const ValidScenario& scenario)
    : scenario_(scenario),
      draws_(scenario->seed, scenario->replication),
      timers_(*scenario, draws_),
      end_(scenario->duration.count()),
      in_use_(end_),
      states_(kTcpStateCount, Gauge(end_)) {
  check_is_known(*scenario);
  ports_.assign(scenario.keys(), Ports(static_cast<std::uint32_t>(scenario.pool().size())));
  if (const auto* log = std::get_if<RecordedLoad>(&scenario->load)) {
    recorded_ = log->connections.get();
    return;
  }
  const auto& load = std::get<GeneratedLoad>(scenario->load);
  is_poisson_ = std::holds_alternative<PoissonArrivals>(load.arrivals);
  demand(is_poisson_ || std::holds_alternative<DeterministicArrivals>(load.arrivals), "batches and cycles");
  const Fraction gap = nanoseconds_between(load.rate);
  gap_numerator_ = gap.numerator * load.requests_per_connection;
  gap_denominator_ = gap.denominator;
  mean_gap_ns_ = nearest_double(gap_numerator_, gap_denominator_);
}

std::optional<Event> EventLoop::next_attempt() {
  std::int64_t time = 0;
  if (recorded_ != nullptr) {
    if (caller_ == recorded_->size()) {
      return std::nullopt;
    }
    time = (*recorded_)[caller_].start.time_since_epoch().count();
  } else if (is_poisson_) {
    gap_sum_ += sample_gap(mean_gap_ns_, draws_, caller_);
    time = static_cast<std::int64_t>(gap_sum_ >> 32U);
  } else {
    time = static_cast<std::int64_t>(caller_ * gap_numerator_ / gap_denominator_);
  }
  return time < end_ ? std::optional(Event{.time = time, .slot = 0, .is_attempt = true}) : std::nullopt;
}

std::uint32_t EventLoop::slot_for(const Connection& connection) {
  if (free_slots_.empty()) {
    connections_.push_back(connection);
    return static_cast<std::uint32_t>(connections_.size() - 1);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  connections_[slot] = connection;
  return slot;
}

Event EventLoop::enter(std::int64_t now, std::uint32_t slot, TcpState state, std::int64_t stay) {
  connections_[slot].state = state;
  gauge(state).change(now, +1);
  return {.time = now + stay, .slot = slot};
}

std::optional<Event> EventLoop::attempt(std::int64_t now) {
  const Scenario& scenario = *scenario_;
  const std::uint64_t caller = caller_++;
  const RecordedConnection* const row = recorded_ == nullptr ? nullptr : &(*recorded_)[caller];
  const Endpoints ends =
      row == nullptr ? endpoints_of(scenario, caller) : Endpoints{row->source, row->destination};
  std::uint32_t key = 0;
  switch (scenario.scope) {
    case Scope::host: break;
    case Scope::address: key = ends.source; break;
    case Scope::tuple: key = ends.source * scenario.destinations + ends.destination; break;
  }
  ++attempts_;
  const std::optional<std::uint16_t> port = ports_[key].take();
  if (!port) {
    first_failure_ = first_failure_.value_or(std::pair(attempts_, now));
    ++failed_;
    return std::nullopt;
  }
  Connection connection{.key = key, .port = *port};
  connection.rtt = sample(scenario.rtt, draws_, Purpose::rtt, caller).value.count();
  connection.lifetime = row != nullptr && row->lifetime
                            ? row->lifetime->count()
                            : sample(scenario.lifetime, draws_, Purpose::lifetime, caller).value.count();
  connection.closer =
      row != nullptr && row->closer ? *row->closer : sample_closer(scenario.closers, draws_, caller);
  in_use_.change(now, +1);
  return enter(now, slot_for(connection), TcpState::syn_sent, connection.rtt);
}

std::optional<Event> EventLoop::close(std::int64_t now, std::uint32_t slot) {
  const Connection& connection = connections_[slot];
  in_use_.change(now, -1);
  ports_[connection.key].give_back(connection.port);
  free_slots_.push_back(slot);
  return std::nullopt;
}

std::optional<Event> EventLoop::step(std::int64_t now, std::uint32_t slot) {
  const Connection connection = connections_[slot];
  gauge(connection.state).change(now, -1);
  const auto time_wait = [&] {
    return enter(now, slot, TcpState::time_wait,
                 timers_.wait(TimePoint{Duration{now}}, scenario_->time_wait).count());
  };
  switch (connection.state) {
    case TcpState::syn_sent:
      return connection.closer == Closer::refused
                 ? close(now, slot)
                 : enter(now, slot, TcpState::established, connection.lifetime);
    case TcpState::established:
      if (connection.closer == Closer::reset) {
        return close(now, slot);
      }
      if (connection.closer == Closer::server) {
        return enter(now, slot, TcpState::close_wait, scenario_->client_close_delay.constant_value().count());
      }
      return enter(now, slot, TcpState::fin_wait_1,
                   connection.closer == Closer::both ? connection.rtt / 2 : connection.rtt);
    case TcpState::fin_wait_1:
      if (connection.closer == Closer::both) {
        return enter(now, slot, TcpState::closing, connection.rtt - connection.rtt / 2);
      }
      gauge(TcpState::fin_wait_2).change(now, +1);  // the peer's FIN comes at once
      gauge(TcpState::fin_wait_2).change(now, -1);
      return time_wait();
    case TcpState::closing: return time_wait();
    case TcpState::close_wait: return enter(now, slot, TcpState::last_ack, connection.rtt);
    case TcpState::last_ack:
    case TcpState::time_wait: return close(now, slot);
    case TcpState::closed:
    case TcpState::listen:
    case TcpState::syn_received:
    case TcpState::fin_wait_2: break;
  }
  throw std::logic_error("a connection waits in a state in which none can");
}

std::string EventLoop::results() {
  in_use_.settle(end_);
  std::string states;
  for (std::size_t index = 0; index < states_.size(); ++index) {
    const auto number = static_cast<TcpState>(index);
    if (holds_port(number) && number != TcpState::syn_received) {  // nobody listens here
      Gauge& state = states_[index];
      state.settle(end_);
      states +=
          fmt::format(R"({}"{}": {{"peak": {}, "mean": {}, "entered": {}}})", states.empty() ? "" : ", ",
                      name(number), state.peak(), state.mean(), state.entered());
    }
  }
  return fmt::format(
      R"({{"attempts": {}, "failed": {}, "first_failed_attempt": {}, "first_failure_s": {}, )"
      R"("ports_in_use": {{"peak": {}, "mean": {}}}, "states": {{{}}}}})",
      attempts_, failed_, first_failure_ ? std::to_string(first_failure_->first) : "null",
      first_failure_ ? fmt::format("{}", static_cast<double>(first_failure_->second) * 1e-9) : "null",
      in_use_.peak(), in_use_.mean(), states);
}

}  // namespace portsim::bench
