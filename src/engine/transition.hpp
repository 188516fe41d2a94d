// A change of a connection's state, and what results count of such.
#pragma once

#include "portsim/tcp.hpp"

namespace portsim {

/// A change of a connection's state.
struct Transition {
  TcpState from{};
  TcpEvent event{};
  TcpState to{};
};

[[nodiscard]] inline bool is_fin_wait_2_timeout(const Transition& transition) {
  return transition.event == TcpEvent::fin_wait_2_timeout;
}

/// A FIN was repeated in vain.
[[nodiscard]] inline bool is_fin_timeout(const Transition& transition) {
  return transition.event == TcpEvent::retransmission_timeout && transition.from != TcpState::syn_sent;
}

[[nodiscard]] inline bool is_time_wait_reset(const Transition& transition) {
  return transition.event == TcpEvent::receive_reset && transition.from == TcpState::time_wait;
}

}  // namespace portsim
