// What public test suites of TCP assert about closing, driven through the transition table: sequences of
// events, and the state that each leads to. Where the suites disagree the rule is the stack's.
//   freebsd     the FreeBSD project's tcp-testsuite: snippets and state-event-engine
//   packetdrill google/packetdrill, gtests/net/tcp, and the Linux kernel's selftests made from it
//   nplab       nplab/packetdrill, tests/linux and tests/bsd
//   ligurio     ligurio/packetdrill-testcases
//   gvisor      gVisor's packetimpact tests and gvisor_tcp_test.go
//   smoltcp     unit tests in src/socket/tcp.rs
//   lwip        test_tcp_state.c
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "portsim/tcp.hpp"

namespace portsim {
namespace {

using State = TcpState;
using Event = TcpEvent;

struct Step {
  Event event;
  State reached;
};

/// One test of a public suite: from `start` each step leads to the state beside it.
struct Script {
  std::string_view source;
  State start;
  std::vector<Step> steps;
};

void follow(const Script& script, const TcpRules& rules = {}) {
  INFO(script.source);
  State state = script.start;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const auto [event, reached] = script.steps[i];
    state = next_state(state, event, rules);
    INFO("step " << i + 1 << " reaches " << name(state) << ", expected " << name(reached));
    REQUIRE(state == reached);
  }
}

// The states whose reaction to a single segment the FreeBSD suite injects, before TIME_WAIT.
constexpr State kClosingStates[] = {State::fin_wait_1, State::fin_wait_2, State::closing, State::close_wait,
                                    State::last_ack};

// An RST in TIME_WAIT has no effect (RFC 1337, fix F1), a SYN with a newer number opens anew.
constexpr TcpRules kFreeBsd{.reset_ends_time_wait = false, .syn_reopens_time_wait = true};
constexpr TcpRules kLinux{.reset_ends_time_wait = true, .syn_reopens_time_wait = true};

}  // namespace

TEST_CASE("closing first, the FIN is acknowledged before the peer's own") {
  for (const Script& script : {
           Script{"freebsd: time-wait-via-fin-wait-2",
                  State::established,
                  {{Event::close, State::fin_wait_1},
                   {Event::receive_ack_of_fin, State::fin_wait_2},
                   {Event::receive_fin, State::time_wait},
                   {Event::time_wait_timeout, State::closed}}},
           Script{"packetdrill: close-local-close-then-remote-fin, whose FIN repeats the acknowledgement",
                  State::established,
                  {{Event::close, State::fin_wait_1},
                   {Event::receive_ack_of_fin, State::fin_wait_2},
                   {Event::receive_fin_ack_of_fin, State::time_wait}}},
           Script{"packetdrill: tcp_disorder_fin_in_FIN_WAIT",
                  State::fin_wait_1,
                  {{Event::receive_ack, State::fin_wait_1},
                   {Event::receive_ack_of_fin, State::fin_wait_2},
                   {Event::receive_ack, State::fin_wait_2},
                   {Event::receive_fin, State::time_wait}}},
           Script{"smoltcp: an ACK of less than the FIN leaves FIN_WAIT_1 as it is",
                  State::fin_wait_1,
                  {{Event::receive_ack, State::fin_wait_1}, {Event::receive_ack_of_fin, State::fin_wait_2}}},
           Script{"ligurio: shutdown-double-shut-wr",
                  State::established,
                  {{Event::close, State::fin_wait_1},
                   {Event::close, State::fin_wait_1},
                   {Event::receive_ack_of_fin, State::fin_wait_2},
                   {Event::close, State::fin_wait_2}}},
           Script{"gvisor: fin_wait2_timeout_test",
                  State::fin_wait_2,
                  {{Event::fin_wait_2_timeout, State::closed}, {Event::receive_fin, State::closed}}},
           Script{"gvisor: tcp_fin_retransmission_test, no answer at all",
                  State::fin_wait_1,
                  {{Event::retransmission_timeout, State::closed}}},
       }) {
    follow(script);
  }
}

TEST_CASE("closing first, the peer's FIN acknowledges ours and there is no CLOSING") {
  for (const Script& script : {
           Script{"freebsd: time-wait-via-fin-wait-1",
                  State::established,
                  {{Event::close, State::fin_wait_1}, {Event::receive_fin_ack_of_fin, State::time_wait}}},
           Script{"ligurio: simultaneous-close, which is none",
                  State::fin_wait_1,
                  {{Event::receive_fin_ack_of_fin, State::time_wait},
                   {Event::time_wait_timeout, State::closed}}},
           Script{"smoltcp: test_simultaneous_close_combined_fin_ack",
                  State::fin_wait_1,
                  {{Event::receive_fin_ack_of_fin, State::time_wait}}},
           Script{"lwip: active close",
                  State::established,
                  {{Event::close, State::fin_wait_1}, {Event::receive_fin_ack_of_fin, State::time_wait}}},
       }) {
    follow(script);
  }
}

TEST_CASE("closing at once, the peer's FIN comes before the acknowledgement of ours") {
  for (const Script& script : {
           Script{"freebsd: time-wait-via-closing",
                  State::established,
                  {{Event::close, State::fin_wait_1},
                   {Event::receive_fin, State::closing},
                   {Event::receive_ack_of_fin, State::time_wait}}},
           Script{"smoltcp: test_simultaneous_close",
                  State::fin_wait_1,
                  {{Event::receive_fin, State::closing}, {Event::receive_ack_of_fin, State::time_wait}}},
           Script{"smoltcp: test_simultaneous_close_raced, the peer repeats its FIN with the acknowledgement",
                  State::fin_wait_1,
                  {{Event::receive_fin, State::closing}, {Event::receive_fin_ack_of_fin, State::time_wait}}},
           Script{"smoltcp: test_simultaneous_close_raced_with_data, an ACK of the data alone",
                  State::closing,
                  {{Event::receive_ack, State::closing}, {Event::receive_ack_of_fin, State::time_wait}}},
           Script{"lwip: simultaneous close, the peer's FIN is repeated",
                  State::closing,
                  {{Event::receive_fin, State::closing}, {Event::receive_ack_of_fin, State::time_wait}}},
       }) {
    follow(script);
  }
}

TEST_CASE("closing last, the port never waits") {
  for (const Script& script : {
           Script{"freebsd: closed-via-last-ack",
                  State::established,
                  {{Event::receive_fin, State::close_wait},
                   {Event::close, State::last_ack},
                   {Event::receive_ack_of_fin, State::closed}}},
           Script{"packetdrill: close-remote-fin-then-close, a later segment finds nothing",
                  State::close_wait,
                  {{Event::close, State::last_ack},
                   {Event::receive_ack_of_fin, State::closed},
                   {Event::receive_ack, State::closed}}},
           Script{"ligurio: close-last-ack-lost, both FINs are repeated in LAST_ACK",
                  State::last_ack,
                  {{Event::receive_fin, State::last_ack}, {Event::receive_fin_ack_of_fin, State::closed}}},
           Script{"smoltcp: test_last_ack_ack_not_of_fin",
                  State::last_ack,
                  {{Event::receive_ack, State::last_ack}, {Event::receive_ack_of_fin, State::closed}}},
           Script{"smoltcp: a FIN that is repeated in CLOSE_WAIT",
                  State::close_wait,
                  {{Event::receive_fin, State::close_wait}, {Event::close, State::last_ack}}},
           Script{"lwip: passive close",
                  State::established,
                  {{Event::receive_fin, State::close_wait},
                   {Event::close, State::last_ack},
                   {Event::receive_ack_of_fin, State::closed}}},
       }) {
    follow(script);
  }
}

TEST_CASE("closing with a reset, or before there is a connection, leaves nothing behind") {
  for (const Script& script : {
           Script{"packetdrill: close-on-syn-sent, a late SYN+ACK finds nothing",
                  State::syn_sent,
                  {{Event::close, State::closed}, {Event::receive_syn_ack, State::closed}}},
           Script{"nplab: close-so-linger-onoff-1-linger-0-rst",
                  State::established,
                  {{Event::abort, State::closed}}},
           Script{"nplab: close-unread-data-rst, after the peer's FIN",
                  State::established,
                  {{Event::receive_fin, State::close_wait}, {Event::abort, State::closed}}},
           Script{"packetdrill: user_timeout",
                  State::established,
                  {{Event::retransmission_timeout, State::closed}}},
       }) {
    follow(script);
  }
}

TEST_CASE("lwip: RST generation for each state, an abort ends the connection in all of them") {
  for (std::size_t s = 0; s < kTcpStateCount; ++s) {
    const auto state = static_cast<State>(s);
    INFO(name(state));
    CHECK(next_state(state, Event::abort) == State::closed);
  }
}

TEST_CASE("freebsd: an RST at the left edge of the window destroys a connection that is closing") {
  for (const State state : kClosingStates) {
    INFO(name(state));
    CHECK(next_state(state, Event::receive_reset, kFreeBsd) == State::closed);
    CHECK(next_state(state, Event::receive_reset, kLinux) == State::closed);
  }
  follow({"ligurio: rst_sync_close_wait",
          State::established,
          {{Event::receive_fin, State::close_wait}, {Event::receive_reset, State::closed}}});
}

TEST_CASE("freebsd: a SYN to a connection that is closing is challenged and changes nothing") {
  for (const State state : kClosingStates) {
    INFO(name(state));
    CHECK(next_state(state, Event::receive_syn, kFreeBsd) == state);
    CHECK(next_state(state, Event::receive_syn_ack, kFreeBsd) == state);
    CHECK_FALSE(restarts_time_wait(state, Event::receive_syn, kFreeBsd));
  }
}

TEST_CASE("an RST in TIME_WAIT ends it unless the stack has the fix of RFC 1337") {
  follow(
      {"freebsd: TIME_WAIT, RST and RST-ACK", State::time_wait, {{Event::receive_reset, State::time_wait}}},
      kFreeBsd);
  follow({"gvisor: TimeWaitRSTIgnored", State::time_wait, {{Event::receive_reset, State::time_wait}}},
         {.reset_ends_time_wait = false});
  follow({"gvisor: tcp_timewait_reset_test, as Linux does",
          State::time_wait,
          {{Event::receive_reset, State::closed}}},
         kLinux);
}

TEST_CASE("a SYN with a newer number opens a connection in TIME_WAIT again where the stack allows it") {
  follow({"freebsd: TIME_WAIT, SYN beyond RCV.NXT",
          State::time_wait,
          {{Event::receive_syn, State::syn_received}, {Event::receive_ack, State::established}}},
         kFreeBsd);
  follow({"gvisor: TimeWaitNewSyn, the higher number",
          State::time_wait,
          {{Event::receive_syn, State::syn_received}}},
         {.syn_reopens_time_wait = true});
  follow({"freebsd: TIME_WAIT, SYN of an old number; gvisor: TimeWaitNewSyn, the lower number",
          State::time_wait,
          {{Event::receive_syn, State::time_wait}}},
         {.syn_reopens_time_wait = false});
}

TEST_CASE("a FIN that is repeated in TIME_WAIT keeps the state and starts the delay anew by rule") {
  for (const Event fin : {Event::receive_fin, Event::receive_fin_ack_of_fin}) {
    for (const bool restarts : {true, false}) {
      const TcpRules rules{.fin_restarts_time_wait = restarts};
      follow({"smoltcp: test_time_wait_retransmit; gvisor: TimeWaitDuplicateFINExtendsTimeWait",
              State::fin_wait_2,
              {{fin, State::time_wait}, {fin, State::time_wait}, {Event::time_wait_timeout, State::closed}}},
             rules);
      CHECK(restarts_time_wait(State::time_wait, fin, rules) == restarts);
    }
  }
}

TEST_CASE("only a FIN starts the delay anew, and only in TIME_WAIT") {
  for (std::size_t s = 0; s < kTcpStateCount; ++s) {
    for (std::size_t e = 0; e < kTcpEventCount; ++e) {
      const auto event = static_cast<Event>(e);
      const bool is_fin = event == Event::receive_fin || event == Event::receive_fin_ack_of_fin;
      INFO(name(static_cast<State>(s)) << " on event " << e);
      CHECK(restarts_time_wait(static_cast<State>(s), event) ==
            (static_cast<State>(s) == State::time_wait && is_fin));
    }
  }
}

TEST_CASE("freebsd: ACK, SYN-ACK and FIN-ACK in TIME_WAIT are answered at most, under every rule") {
  for (unsigned bits = 0; bits < 8; ++bits) {
    const TcpRules rules{.reset_ends_time_wait = (bits & 1U) != 0,
                         .fin_restarts_time_wait = (bits & 2U) != 0,
                         .syn_reopens_time_wait = (bits & 4U) != 0};
    INFO("rules " << bits);
    for (const Event event : {Event::receive_ack, Event::receive_ack_of_fin, Event::receive_syn_ack,
                              Event::receive_fin, Event::receive_fin_ack_of_fin}) {
      CHECK(next_state(State::time_wait, event, rules) == State::time_wait);
    }
    CHECK(next_state(State::time_wait, Event::receive_reset, rules) ==
          (rules.reset_ends_time_wait ? State::closed : State::time_wait));
    CHECK(next_state(State::time_wait, Event::receive_syn, rules) ==
          (rules.syn_reopens_time_wait ? State::syn_received : State::time_wait));
    CHECK(next_state(State::time_wait, Event::time_wait_timeout, rules) == State::closed);
  }
}

TEST_CASE("the rules of TIME_WAIT change nothing in other states") {
  const TcpRules opposite{
      .reset_ends_time_wait = false, .fin_restarts_time_wait = false, .syn_reopens_time_wait = true};
  for (std::size_t s = 0; s < kTcpStateCount; ++s) {
    const auto state = static_cast<State>(s);
    for (std::size_t e = 0; e < kTcpEventCount && state != State::time_wait; ++e) {
      const auto event = static_cast<Event>(e);
      INFO(name(state) << " on event " << e);
      CHECK(next_state(state, event, opposite) == next_state(state, event));
    }
  }
}

}  // namespace portsim
