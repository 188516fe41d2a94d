#include "portsim/tcp.hpp"

namespace portsim {
namespace {

using State = TcpState;
using Event = TcpEvent;

struct Edge {
  State from;
  Event event;
  State to;
};

// Every change of state in RFC 9293, figure 5 and section 3.10. What is not listed changes nothing: the
// segment is dropped or answered (challenge ACK, repeated ACK), the call is refused.
//  - A reset in SYN_RECEIVED leads to CLOSED: figure 5's return to LISTEN is for a passive opening.
//  - What happens in TIME_WAIT is a matter of TcpRules as well.
//  - A FIN that reaches FIN_WAIT_2 ends it whether or not it repeats the acknowledgement of ours.
constexpr Edge kEdges[] = {
    {State::closed, Event::passive_open, State::listen},
    {State::closed, Event::active_open, State::syn_sent},

    {State::listen, Event::active_open, State::syn_sent},
    {State::listen, Event::send, State::syn_sent},
    {State::listen, Event::receive_syn, State::syn_received},
    {State::listen, Event::close, State::closed},
    {State::listen, Event::abort, State::closed},

    {State::syn_sent, Event::receive_syn, State::syn_received},
    {State::syn_sent, Event::receive_syn_ack, State::established},
    {State::syn_sent, Event::close, State::closed},
    {State::syn_sent, Event::abort, State::closed},
    {State::syn_sent, Event::receive_reset, State::closed},
    {State::syn_sent, Event::retransmission_timeout, State::closed},

    {State::syn_received, Event::receive_ack, State::established},
    {State::syn_received, Event::receive_syn_ack, State::established},
    {State::syn_received, Event::receive_fin, State::close_wait},
    {State::syn_received, Event::close, State::fin_wait_1},
    {State::syn_received, Event::abort, State::closed},
    {State::syn_received, Event::receive_reset, State::closed},
    {State::syn_received, Event::retransmission_timeout, State::closed},

    {State::established, Event::close, State::fin_wait_1},
    {State::established, Event::receive_fin, State::close_wait},
    {State::established, Event::abort, State::closed},
    {State::established, Event::receive_reset, State::closed},
    {State::established, Event::retransmission_timeout, State::closed},

    {State::fin_wait_1, Event::receive_ack_of_fin, State::fin_wait_2},
    {State::fin_wait_1, Event::receive_fin, State::closing},
    {State::fin_wait_1, Event::receive_fin_ack_of_fin, State::time_wait},
    {State::fin_wait_1, Event::abort, State::closed},
    {State::fin_wait_1, Event::receive_reset, State::closed},
    {State::fin_wait_1, Event::retransmission_timeout, State::closed},

    {State::fin_wait_2, Event::receive_fin, State::time_wait},
    {State::fin_wait_2, Event::receive_fin_ack_of_fin, State::time_wait},
    {State::fin_wait_2, Event::fin_wait_2_timeout, State::closed},
    {State::fin_wait_2, Event::abort, State::closed},
    {State::fin_wait_2, Event::receive_reset, State::closed},

    {State::close_wait, Event::close, State::last_ack},
    {State::close_wait, Event::abort, State::closed},
    {State::close_wait, Event::receive_reset, State::closed},
    {State::close_wait, Event::retransmission_timeout, State::closed},

    {State::closing, Event::receive_ack_of_fin, State::time_wait},
    {State::closing, Event::receive_fin_ack_of_fin, State::time_wait},
    {State::closing, Event::abort, State::closed},
    {State::closing, Event::receive_reset, State::closed},
    {State::closing, Event::retransmission_timeout, State::closed},

    {State::last_ack, Event::receive_ack_of_fin, State::closed},
    {State::last_ack, Event::receive_fin_ack_of_fin, State::closed},
    {State::last_ack, Event::abort, State::closed},
    {State::last_ack, Event::receive_reset, State::closed},
    {State::last_ack, Event::retransmission_timeout, State::closed},

    {State::time_wait, Event::time_wait_timeout, State::closed},
    {State::time_wait, Event::abort, State::closed},
    {State::time_wait, Event::receive_reset, State::closed},
};

using Table = std::array<std::array<State, kTcpEventCount>, kTcpStateCount>;

constexpr Table make_table() {
  Table table{};
  for (std::size_t state = 0; state < kTcpStateCount; ++state) {
    table[state].fill(static_cast<State>(state));
  }
  for (const Edge& edge : kEdges) {
    table[static_cast<std::size_t>(edge.from)][static_cast<std::size_t>(edge.event)] = edge.to;
  }
  return table;
}

constexpr Table kTable = make_table();

}  // namespace

TcpState next_state(TcpState state, TcpEvent event, const TcpRules& rules) {
  if (state == State::time_wait) {
    if (event == Event::receive_reset && !rules.reset_ends_time_wait) {
      return state;
    }
    if (event == Event::receive_syn && rules.syn_reopens_time_wait) {
      return State::syn_received;
    }
  }
  return kTable[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
}

bool restarts_time_wait(TcpState state, TcpEvent event, const TcpRules& rules) {
  const bool is_fin = event == Event::receive_fin || event == Event::receive_fin_ack_of_fin;
  return state == State::time_wait && is_fin && rules.fin_restarts_time_wait;
}

bool holds_port(TcpState state) {
  switch (state) {
    case State::closed:
    case State::listen: return false;
    case State::syn_sent:
    case State::syn_received:
    case State::established:
    case State::fin_wait_1:
    case State::fin_wait_2:
    case State::close_wait:
    case State::closing:
    case State::last_ack:
    case State::time_wait: return true;
  }
  return false;
}

bool is_server_session(TcpState state) {
  return holds_port(state) && state != State::syn_sent && state != State::time_wait;
}

}  // namespace portsim
