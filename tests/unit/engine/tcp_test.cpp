#include "portsim/tcp.hpp"

#include <set>
#include <string>

#include "catch.hpp"

using namespace portsim;

namespace {

// The same machine a second time, written as the matrix that a reader of RFC 9293 would fill in: one row a
// state, one column an event, `.` where nothing changes.
//   po passive_open  ao active_open  se send  cl close  ab abort  sy receive_syn  sa receive_syn_ack
//   ak receive_ack  af receive_ack_of_fin  fi receive_fin  ff receive_fin_ack_of_fin  rs receive_reset
//   rt retransmission_timeout  f2 fin_wait_2_timeout  tw time_wait_timeout
// States: C closed, L listen, S syn_sent, R syn_received, E established, 1 fin_wait_1, 2 fin_wait_2,
//         W close_wait, G closing, A last_ack, T time_wait
constexpr std::string_view kStates = "CLSRE12WGAT";
constexpr std::array<std::string_view, kTcpStateCount> kMatrix{
    //                          po ao se cl ab sy sa ak af fi ff rs rt f2 tw
    /* CLOSED       */ std::string_view{"L  S  .  .  .  .  .  .  .  .  .  .  .  .  ."},
    /* LISTEN       */ std::string_view{".  S  S  C  C  R  .  .  .  .  .  .  .  .  ."},
    /* SYN_SENT     */ std::string_view{".  .  .  C  C  R  E  .  .  .  .  C  C  .  ."},
    /* SYN_RECEIVED */ std::string_view{".  .  .  1  C  .  E  E  .  W  .  C  C  .  ."},
    /* ESTABLISHED  */ std::string_view{".  .  .  1  C  .  .  .  .  W  .  C  C  .  ."},
    /* FIN_WAIT_1   */ std::string_view{".  .  .  .  C  .  .  .  2  G  T  C  C  .  ."},
    /* FIN_WAIT_2   */ std::string_view{".  .  .  .  C  .  .  .  .  T  T  C  .  C  ."},
    /* CLOSE_WAIT   */ std::string_view{".  .  .  A  C  .  .  .  .  .  .  C  C  .  ."},
    /* CLOSING      */ std::string_view{".  .  .  .  C  .  .  .  T  .  T  C  C  .  ."},
    /* LAST_ACK     */ std::string_view{".  .  .  .  C  .  .  .  C  .  C  C  C  .  ."},
    /* TIME_WAIT    */ std::string_view{".  .  .  .  C  .  .  .  .  .  .  C  .  .  C"},
};

}  // namespace

TEST_CASE("every state answers every event as RFC 9293 says") {
  for (std::size_t s = 0; s < kTcpStateCount; ++s) {
    for (std::size_t e = 0; e < kTcpEventCount; ++e) {
      const char expected = kMatrix[s][3 * e];
      const auto state = static_cast<TcpState>(s);
      const TcpState reached = next_state(state, static_cast<TcpEvent>(e));
      INFO(name(state) << " on event " << e);
      CHECK(kStates[static_cast<std::size_t>(reached)] == (expected == '.' ? kStates[s] : expected));
    }
  }
}

TEST_CASE("a port is held in every state but CLOSED and LISTEN") {
  int holding = 0;
  for (std::size_t s = 0; s < kTcpStateCount; ++s) {
    holding += holds_port(static_cast<TcpState>(s)) ? 1 : 0;
  }
  CHECK(holding == 9);
  CHECK_FALSE(holds_port(TcpState::closed));
  CHECK_FALSE(holds_port(TcpState::listen));
}

TEST_CASE("a server sees no session in SYN_SENT and TIME_WAIT") {
  for (const TcpState state : kClientStates) {
    CHECK(is_server_session(state) == (state != TcpState::syn_sent && state != TcpState::time_wait));
  }
}

TEST_CASE("each state has the name that netstat prints, and its own place among the client's states") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    names.emplace(name(kClientStates[i]));
    CHECK(client_index(kClientStates[i]) == i);
  }
  CHECK(names.size() == kClientStates.size());
  CHECK(name(TcpState::fin_wait_1) == "FIN_WAIT_1");
  CHECK(name(TcpState::time_wait) == "TIME_WAIT");
}
