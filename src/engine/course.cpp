#include "engine/course.hpp"

#include <numeric>

#include "engine/sampling.hpp"

namespace portsim {

CoursePlanner::CoursePlanner(const Scenario& scenario, const Draws& draws)
    : scenario_(scenario), draws_(draws) {}

Duration CoursePlanner::draw(const Distribution& law, Purpose purpose, std::uint64_t caller,
                             Course& course) const {
  if (law.is_constant()) {
    return law.constant_value();
  }
  const Sample drawn = sample(law, draws_, purpose, caller);
  course.draws_capped = static_cast<std::uint8_t>(course.draws_capped + (drawn.capped ? 1 : 0));
  return drawn.value;
}

CoursePlanner::Exchange CoursePlanner::exchange(const std::vector<Duration>& waits, Purpose purpose,
                                                std::uint64_t caller, Duration answer_time) const {
  Duration waited{};
  if (scenario_.loss > 0) {
    std::uint32_t attempt = 0;
    for (const Duration wait : waits) {
      if (!sample_loss(scenario_.loss, draws_, purpose, caller, attempt)) {
        return {.answered = true, .lasts = waited + answer_time};
      }
      waited += wait;
      ++attempt;
    }
    return {.answered = false, .lasts = waited};
  }
  return {.answered = true, .lasts = answer_time};
}

CoursePlanner::Exchange CoursePlanner::open(Closer closer, std::uint64_t caller,
                                            const RecordedConnection* row, Duration rtt) const {
  const std::vector<Duration>& waits = scenario_.stack.syn_waits;
  Exchange syn =
      closer == Closer::unreachable
          ? Exchange{.answered = false, .lasts = std::accumulate(waits.begin(), waits.end(), Duration{})}
          : exchange(waits, Purpose::syn_loss, caller, rtt);
  const std::optional<Duration> patience =
      row != nullptr && row->connect_timeout ? row->connect_timeout : scenario_.connect_timeout;
  if (patience && *patience < syn.lasts) {
    syn = {.answered = false, .lasts = *patience};
  }
  return syn;
}

Course CoursePlanner::plan(std::uint64_t caller, const RecordedConnection* row) const {
  Course course;
  const Closer closer =
      row != nullptr && row->closer ? *row->closer : sample_closer(scenario_.closers, draws_, caller);
  const Duration rtt =
      closer == Closer::unreachable ? Duration{} : draw(scenario_.rtt, Purpose::rtt, caller, course);
  const Exchange syn = open(closer, caller, row, rtt);
  if (!syn.answered) {
    course.outcome = Outcome::timed_out;
    course.then(syn.lasts, TcpEvent::retransmission_timeout);
    return course;
  }
  if (closer == Closer::refused) {
    course.outcome = Outcome::refused;
    course.then(syn.lasts, TcpEvent::receive_reset);
    return course;
  }
  course.then(syn.lasts, TcpEvent::receive_syn_ack);
  const Duration lifetime = row != nullptr && row->lifetime
                                ? *row->lifetime
                                : draw(scenario_.lifetime, Purpose::lifetime, caller, course);
  switch (closer) {
    case Closer::client:
    case Closer::shutdown:
      course.then(lifetime, TcpEvent::close);
      close_by_client(course, closer, caller, row, rtt);
      break;
    case Closer::server:
      course.then(lifetime, TcpEvent::receive_fin);
      close_by_server(course, caller, rtt);
      break;
    case Closer::both:
      course.then(lifetime, TcpEvent::close);
      close_by_both(course, caller, rtt);
      break;
    case Closer::reset: course.then(lifetime, TcpEvent::receive_reset); break;
    case Closer::unreachable:
    case Closer::refused: break;  // ended above
  }
  return course;
}

void CoursePlanner::close_by_client(Course& course, Closer closer, std::uint64_t caller,
                                    const RecordedConnection* row, Duration rtt) const {
  const Exchange fin = exchange(scenario_.stack.fin_waits, Purpose::fin_loss, caller, rtt);
  if (!fin.answered) {
    course.then(fin.lasts, TcpEvent::retransmission_timeout);
    return;
  }
  course.then(fin.lasts, TcpEvent::receive_ack_of_fin);

  Duration delay{};
  if (row != nullptr && row->peer_close_delay) {
    delay = *row->peer_close_delay > scenario_.duration ? kNever : *row->peer_close_delay;
  } else {
    delay = draw(scenario_.peer_close_delay, Purpose::peer_close_delay, caller, course);
  }
  // The peer repeats its FIN by the same schedule; the first try costs no time beyond its delay.
  const Exchange peer_fin = exchange(scenario_.stack.fin_waits, Purpose::peer_fin_loss, caller, Duration{});
  const bool comes = delay != kNever && peer_fin.answered;
  const Duration until_fin = comes ? delay + peer_fin.lasts : kNever;
  if (closer == Closer::client && scenario_.fin_wait_2_timeout && until_fin > *scenario_.fin_wait_2_timeout) {
    course.then(*scenario_.fin_wait_2_timeout, TcpEvent::fin_wait_2_timeout);
    return;
  }
  course.then(until_fin, TcpEvent::receive_fin);
  course.then(scenario_.time_wait, TcpEvent::time_wait_timeout);
}

void CoursePlanner::close_by_server(Course& course, std::uint64_t caller, Duration rtt) const {
  course.then(draw(scenario_.client_close_delay, Purpose::client_close_delay, caller, course),
              TcpEvent::close);
  const Exchange fin = exchange(scenario_.stack.fin_waits, Purpose::fin_loss, caller, rtt);
  course.then(fin.lasts, fin.answered ? TcpEvent::receive_ack_of_fin : TcpEvent::retransmission_timeout);
}

void CoursePlanner::close_by_both(Course& course, std::uint64_t caller, Duration rtt) const {
  const Exchange fin = exchange(scenario_.stack.fin_waits, Purpose::fin_loss, caller, rtt);
  const Duration crossing = rtt / 2;  // the peer's FIN arrives, on its way since half an RTT
  if (!fin.answered && fin.lasts <= crossing) {
    course.then(fin.lasts, TcpEvent::retransmission_timeout);
    return;
  }
  course.then(crossing, TcpEvent::receive_fin);
  if (!fin.answered) {
    course.then(fin.lasts - crossing, TcpEvent::retransmission_timeout);
    return;
  }
  course.then(fin.lasts - crossing, TcpEvent::receive_ack_of_fin);
  course.then(scenario_.time_wait, TcpEvent::time_wait_timeout);
}

}  // namespace portsim
