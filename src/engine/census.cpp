#include "engine/census.hpp"

namespace portsim {

void Census::move(TimePoint now, TcpState from, TcpState to) {
  if (holds_port(from)) {
    states_[static_cast<std::size_t>(from)].gauge.decrease(now);
  } else if (holds_port(to)) {
    ports_.increase(now);
  }
  if (holds_port(to)) {
    StateGauge& entered = states_[static_cast<std::size_t>(to)];
    entered.gauge.increase(now);
    ++entered.entered;
  } else if (holds_port(from)) {
    ports_.decrease(now);
  }
  if (is_server_session(from) != is_server_session(to)) {
    settle_sessions(now);
    if (is_server_session(to)) {
      sessions_.increase(now);
    } else {
      sessions_.decrease(now);
    }
  }
}

void Census::settle_sessions(TimePoint now) {
  if (session_limit_ && !event_2009_ && sessions_.value() > *session_limit_ && now > sessions_.since()) {
    event_2009_ = sessions_.since();
  }
  sessions_.settle(now);
}

std::uint64_t Census::settle(TimePoint now) {
  for (StateGauge& state : states_) {
    state.gauge.settle(now);
  }
  settle_sessions(now);
  ports_.settle(now);
  const std::uint64_t peak = ports_.take_peak();
  ports_peak_ = std::max(ports_peak_, peak);
  return peak;
}

void Census::restart() {
  for (StateGauge& state : states_) {
    state.gauge.restart();
    state.entered = 0;
  }
  sessions_.restart();
  event_2009_.reset();
  ports_.restart();
  ports_peak_ = 0;
}

StateCounts Census::counts() const {
  StateCounts counts{};
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    counts[i] = states_[static_cast<std::size_t>(kClientStates[i])].gauge.value();
  }
  return counts;
}

GaugeResult Census::summary(const Gauge& gauge) {
  return {.peak = gauge.peak(), .area = gauge.area(), .at_end = gauge.value()};
}

void Census::report(Result& result) const {
  std::uint64_t in_states = 0;
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    const StateGauge& state = states_[static_cast<std::size_t>(kClientStates[i])];
    result.states[i] = {.gauge = summary(state.gauge), .entered = state.entered};
    in_states += state.gauge.value();
  }
  ensure(in_states == ports_.value(), "the states do not add up to the ports in use");
  result.ports_in_use = summary(ports_);
  result.ports_in_use.peak = ports_peak_;
  result.server_sessions_peak = sessions_.peak();
  result.event_2009 = event_2009_;
}

}  // namespace portsim
