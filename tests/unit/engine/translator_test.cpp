// How long a translator keeps what it made for a connection: the steps of each course are written by hand.
#include "engine/translator.hpp"

#include <algorithm>
#include <initializer_list>

#include "catch.hpp"

using namespace portsim;
using namespace std::chrono_literals;

namespace {

/// Forgets 4 s after a FIN, 2 s after an RST, 5 s after a SYN without answer; 3 ports on each of 2 addresses.
NatGateway gateway() {
  NatGateway gateway;
  gateway.stack.ports = {{10, 11}, {20, 20}};
  gateway.stack.time_wait = 4s;
  gateway.stack.nat = Nat{.after_reset = 2s, .half_open = 5s, .idle = {}, .is_per_host = false};
  gateway.addresses = 2;
  return gateway;
}

NatGateway gateway_with_idle(Duration idle) {
  NatGateway result = gateway();
  result.stack.nat->idle = idle;
  return result;
}

Course course(std::initializer_list<CourseStep> steps, Outcome outcome = Outcome::connected) {
  Course result;
  std::copy(steps.begin(), steps.end(), result.steps.begin());
  result.length = static_cast<std::uint8_t>(steps.size());
  result.outcome = outcome;
  return result;
}

CourseStep step(Duration wait, std::optional<TcpEvent> event) { return {.wait = wait, .event = event}; }

/// An RTT of 2 s, 10 s of use, closed by the client; the peer's FIN comes `delay` after ours, at 14 s.
Course closed_by_client(Duration delay) {
  return course({step(2s, TcpEvent::receive_syn_ack), step(10s, TcpEvent::close),
                 step(2s, TcpEvent::receive_ack_of_fin), step(delay, TcpEvent::receive_fin),
                 step(60s, TcpEvent::time_wait_timeout)});
}

/// The same, closed by the server; the program closes `delay` later, and its FIN is answered or not.
Course closed_by_server(Duration delay, TcpEvent answer = TcpEvent::receive_ack_of_fin) {
  return course({step(2s, TcpEvent::receive_syn_ack), step(10s, TcpEvent::receive_fin),
                 step(delay, TcpEvent::close), step(2s, answer)});
}

/// No FIN of the peer: the host gives up FIN_WAIT_2 after one timer, or after the second of two.
Course abandoned(Duration timer, bool is_split) {
  Course result = closed_by_client(0s);
  result.length = 3;
  if (is_split) {
    result.steps.at(result.length++) = step(timer, std::nullopt);
  }
  result.steps.at(result.length++) = step(timer, TcpEvent::fin_wait_2_timeout);
  return result;
}

Duration keeps(const NatGateway& gateway, const Course& course) { return Translator(gateway).keeps(course); }

}  // namespace

TEST_CASE("a translation outlives the last FIN by the translator's own TIME_WAIT, whoever closes first") {
  CHECK(keeps(gateway(), closed_by_client(0s)) == Duration{18s});
  CHECK(keeps(gateway(), closed_by_client(7s)) == Duration{25s});
  CHECK(keeps(gateway(), closed_by_server(0s)) == Duration{18s});
  CHECK(keeps(gateway(), closed_by_server(7s)) == Duration{25s});
  CHECK(keeps(gateway(), course({step(2s, TcpEvent::receive_syn_ack), step(10s, TcpEvent::close),
                                 step(1s, TcpEvent::receive_fin), step(1s, TcpEvent::receive_ack_of_fin),
                                 step(60s, TcpEvent::time_wait_timeout)})) == Duration{18s});
}

TEST_CASE("a translation outlives the end of a FIN schedule that nobody answered as it does a FIN") {
  CHECK(keeps(gateway(), closed_by_server(0s, TcpEvent::retransmission_timeout)) == Duration{18s});
  CHECK(keeps(gateway(), course({step(2s, TcpEvent::receive_syn_ack), step(10s, TcpEvent::close),
                                 step(30s, TcpEvent::retransmission_timeout)})) == Duration{46s});
}

TEST_CASE("a host that resets its TIME_WAIT does not shorten the translation") {
  Course reset = closed_by_client(0s);
  reset.steps.at(4) = step(2s, TcpEvent::receive_reset);
  CHECK(keeps(gateway(), reset) == Duration{18s});
}

TEST_CASE("an RST is forgotten after a time of its own") {
  CHECK(keeps(gateway(), course({step(2s, TcpEvent::receive_syn_ack), step(10s, TcpEvent::receive_reset)})) ==
        Duration{14s});
  CHECK(keeps(gateway(), course({step(2s, TcpEvent::receive_reset)}, Outcome::refused)) == Duration{4s});
}

TEST_CASE("a SYN without answer is forgotten some time after its last try, or in silence, or never") {
  Course unanswered = course({step(45s, TcpEvent::retransmission_timeout)}, Outcome::timed_out);
  unanswered.last_syn = 21s;
  CHECK(keeps(gateway(), unanswered) == Duration{26s});
  CHECK(keeps(gateway_with_idle(9s), unanswered) == Duration{26s});
  NatGateway without_half_open = gateway_with_idle(9s);
  without_half_open.stack.nat->half_open.reset();
  CHECK(keeps(without_half_open, unanswered) == Duration{30s});
  without_half_open.stack.nat->idle.reset();
  CHECK(keeps(without_half_open, unanswered) == kNever);
}

TEST_CASE("silence longer than the idle timeout in FIN_WAIT_2 or CLOSE_WAIT ends a translation") {
  CHECK(keeps(gateway_with_idle(7s), closed_by_client(7s)) == Duration{25s});  // the FIN comes in time
  CHECK(keeps(gateway_with_idle(6s), closed_by_client(7s)) == Duration{20s});
  CHECK(keeps(gateway_with_idle(6s), closed_by_server(7s)) == Duration{18s});
  CHECK(keeps(gateway_with_idle(6s), closed_by_client(kNever)) == Duration{20s});
  CHECK(keeps(gateway(), closed_by_client(kNever)) == kNever);
}

TEST_CASE("silence in other states ends no translation") {
  CHECK(keeps(gateway_with_idle(1s), closed_by_client(0s)) == Duration{18s});
}

TEST_CASE("a FIN_WAIT_2 timeout passes unseen by the translator, which waits on in silence") {
  CHECK(keeps(gateway(), abandoned(5s, false)) == Duration{23s});
  CHECK(keeps(gateway_with_idle(9s), abandoned(5s, false)) == Duration{23s});
  CHECK(keeps(gateway_with_idle(8s), abandoned(5s, false)) == Duration{22s});
  CHECK(keeps(gateway_with_idle(4s), abandoned(5s, true)) == Duration{18s});
  CHECK(keeps(gateway_with_idle(6s), abandoned(5s, true)) == Duration{25s});
}

TEST_CASE("a key of a translator has all ports of all its addresses") {
  const NatGateway six = gateway();
  Translator translator(six);
  const std::uint32_t key = translator.key(0, 0);
  for (int i = 0; i < 6; ++i) {
    CHECK(translator.take(key, TimePoint{1s}));
  }
  CHECK_FALSE(translator.take(key, TimePoint{1s}));
  translator.release(key, TimePoint{3s});
  CHECK(translator.take(key, TimePoint{3s}));
  translator.settle(TimePoint{4s});
  NatResult result;
  translator.report(result);
  CHECK(result.capacity == 6);
  CHECK(result.key_peak == 6);
  CHECK(result.in_use.at_end == 6);
  CHECK((result.in_use.area == Uint128{18'000'000'000}));
}

TEST_CASE("translators tell hosts and destinations apart where their scope does") {
  NatGateway shared = gateway();
  shared.stack.scope = Scope::host;
  NatGateway by_destination = gateway();
  by_destination.stack.scope = Scope::tuple;
  NatGateway by_host = shared;
  by_host.stack.nat->is_per_host = true;
  const auto differ = [](const NatGateway& gateway, std::uint32_t host, std::uint32_t destination) {
    Translator translator(gateway);
    return translator.key(0, 0) != translator.key(host, destination);
  };
  CHECK_FALSE(differ(shared, 1, 1));
  CHECK(differ(by_destination, 0, 1));
  CHECK_FALSE(differ(by_destination, 1, 0));
  CHECK(differ(by_host, 1, 0));
  CHECK_FALSE(differ(by_host, 0, 1));
}
