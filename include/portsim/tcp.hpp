// The TCP connection states and the transitions between them (RFC 9293, section 3.3.2, figure 5).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portsim {

/// The eleven states of RFC 9293. `closed` is the absence of a connection.
enum class TcpState : std::uint8_t {
  closed,
  listen,
  syn_sent,
  syn_received,
  established,
  fin_wait_1,
  fin_wait_2,
  close_wait,
  closing,
  last_ack,
  time_wait,
};

inline constexpr std::size_t kTcpStateCount = 11;

/// What can happen to a connection: calls of the application, segments that arrive, timers that end.
enum class TcpEvent : std::uint8_t {
  passive_open,            ///< listen()
  active_open,             ///< connect()
  send,                    ///< data is handed over: in LISTEN it opens actively
  close,                   ///< close() or shutdown(SHUT_WR)
  abort,                   ///< close with a reset (SO_LINGER 0), or the user gives up
  receive_syn,             ///< SYN without ACK
  receive_syn_ack,         ///< SYN that acknowledges our SYN
  receive_ack,             ///< ACK that acknowledges our SYN (in SYN_RECEIVED), no news otherwise
  receive_ack_of_fin,      ///< ACK that acknowledges our FIN
  receive_fin,             ///< FIN that does not acknowledge our FIN
  receive_fin_ack_of_fin,  ///< FIN that also acknowledges our FIN
  receive_reset,           ///< acceptable RST
  retransmission_timeout,  ///< every try of a SYN or FIN went unanswered
  fin_wait_2_timeout,      ///< the stack no longer waits for the peer's FIN
  time_wait_timeout,       ///< 2 MSL are over
};

inline constexpr std::size_t kTcpEventCount = 15;

/// What stacks do differently in TIME_WAIT. The defaults are those of RFC 9293, section 3.10.7.4.
struct TcpRules {
  bool reset_ends_time_wait = true;    ///< false: RFC 1337's fix F1 (FreeBSD)
  bool fin_restarts_time_wait = true;  ///< a repeated FIN of the peer starts the 2 MSL anew
  bool syn_reopens_time_wait = false;  ///< a SYN with a newer sequence number opens the connection again
  friend bool operator==(const TcpRules&, const TcpRules&) = default;
};

/// The state after `event` in `state`. Total: an event that has no effect gives `state` back.
/// Source: RFC 9293, section 3.3.2 (figure 5) and section 3.10.
[[nodiscard]] TcpState next_state(TcpState state, TcpEvent event, const TcpRules& rules = {});

/// True when `event` in `state` leaves the connection in TIME_WAIT but starts its delay anew: a repeated FIN
/// of the peer, under the rule `fin_restarts_time_wait`. Source: RFC 9293, section 3.10.7.4.
[[nodiscard]] bool restarts_time_wait(TcpState state, TcpEvent event, const TcpRules& rules = {});

/// True while a connection in this state keeps a client's local port: all but CLOSED and LISTEN.
[[nodiscard]] bool holds_port(TcpState state);

/// True while a server sees a session: a port is held and the state is neither SYN_SENT nor TIME_WAIT.
[[nodiscard]] bool is_server_session(TcpState state);

/// The name as `netstat` prints it: `SYN_SENT`, `FIN_WAIT_1`, `TIME_WAIT`.
[[nodiscard]] constexpr std::string_view name(TcpState state) {
  switch (state) {
    case TcpState::closed: return "CLOSED";
    case TcpState::listen: return "LISTEN";
    case TcpState::syn_sent: return "SYN_SENT";
    case TcpState::syn_received: return "SYN_RECEIVED";
    case TcpState::established: return "ESTABLISHED";
    case TcpState::fin_wait_1: return "FIN_WAIT_1";
    case TcpState::fin_wait_2: return "FIN_WAIT_2";
    case TcpState::close_wait: return "CLOSE_WAIT";
    case TcpState::closing: return "CLOSING";
    case TcpState::last_ack: return "LAST_ACK";
    case TcpState::time_wait: return "TIME_WAIT";
  }
  return "?";
}

/// The states of a connection that was opened by connect(), in the order in which reports list them.
inline constexpr std::array<TcpState, 8> kClientStates{
    TcpState::syn_sent,   TcpState::established, TcpState::fin_wait_1, TcpState::fin_wait_2,
    TcpState::close_wait, TcpState::closing,     TcpState::last_ack,   TcpState::time_wait};

/// The place of `state` in `kClientStates`; `state` must be one of them.
[[nodiscard]] constexpr std::size_t client_index(TcpState state) {
  std::size_t index = 0;
  while (index < kClientStates.size() && kClientStates[index] != state) {
    ++index;
  }
  return index;
}

}  // namespace portsim
