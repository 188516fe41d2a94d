// What becomes of a connection that holds a port.
#include <algorithm>

#include "base/ensure.hpp"
#include "engine/run.hpp"
#include "engine/transition.hpp"

namespace portsim {

void Run::schedule(std::uint32_t slot, TimePoint now) {
  Connection& connection = connections_[slot];
  const Duration wait = connection.course.steps[connection.step].wait;
  if (wait == kNever) {
    ++never_released_;
    hold_without_end_ = hold_without_end_ || connection.counted;
    return;
  }
  agenda_.push(client_index(connection.state),
               {.time = now + wait, .caller = connection.caller, .slot = slot});
}

void Run::execute_transition() {
  const std::size_t line = agenda_.next_line();
  const Due due = agenda_.pop();
  if (line == Agenda::kTranslationLine) {
    translator_->release(due.slot, due.time);
  } else if (!connections_.holds(due.slot, due.caller)) {
    return;  // closed early
  } else if (line == Agenda::kReuseLine) {
    hosts_[connections_[due.slot].host].ports.make_usable(connections_[due.slot].port);
  } else {
    take_step(due.slot, due.time);
  }
}

void Run::take_step(std::uint32_t slot, TimePoint now) {
  Connection& connection = connections_[slot];
  const CourseStep& step = connection.course.steps[connection.step];
  if (step.event) {
    const TcpState from = connection.state;
    change_state(connection, now, *step.event);
    if (counting_) {
      const Transition made{from, *step.event, connection.state};
      result_.fin_wait_2_timeouts += is_fin_wait_2_timeout(made) ? 1 : 0;
      result_.fin_timeouts += is_fin_timeout(made) ? 1 : 0;
      result_.early_releases.reset += is_time_wait_reset(made) ? 1 : 0;
    }
  }
  if (!holds_port(connection.state)) {
    release(slot, now);
    return;
  }
  ++connection.step;
  if (connection.state == TcpState::time_wait) {
    hosts_[connection.host].cap.enter_time_wait({.slot = slot, .caller = connection.caller});
  }
  if (step.makes_mini_socket && !connection.is_mini_socket) {
    if (hosts_[connection.host].cap.destroys_newcomer()) {
      close_early(slot, now, &EarlyReleases::capped);
      return;
    }
    connection.is_mini_socket = true;
    hosts_[connection.host].cap.add_mini_socket();
  }
  if (connection.state == TcpState::time_wait) {
    enter_time_wait(slot, now);
  }
  // Where the cap is 0 the newcomer itself is gone.
  if (connection.state != TcpState::closed) {
    schedule(slot, now);
  }
}

void Run::enter_time_wait(std::uint32_t slot, TimePoint now) {
  Connection& connection = connections_[slot];
  connection.time_wait_end = now + connection.course.steps[connection.step].wait;
  if (scenario_.stack.gives_out_time_wait) {
    hosts_[connection.host].ports.make_usable(connection.port);
  } else if (connection.is_reusable) {
    if (const TimePoint from = reusable_from(now); from < connection.time_wait_end) {
      agenda_.push(Agenda::kReuseLine, {.time = from, .caller = connection.caller, .slot = slot});
    }
  }
  if (Host& host = hosts_[connection.host]; host.cap.recycles()) {
    recycle_oldest(host, now);
  }
}

// A clock that ticks measures the age: more than so many ticks must have passed.
TimePoint Run::reusable_from(TimePoint entered) const {
  const Duration tick = scenario_.stack.age_tick;
  const Duration age = scenario_.stack.time_wait_reuse->age;
  if (tick == Duration{}) {
    return entered + age;
  }
  return entered - entered.time_since_epoch() % tick + age + tick;
}

void Run::recycle_oldest(Host& host, TimePoint now) {
  const Occupant oldest = host.cap.oldest([this](const Occupant& member) {
    return connections_.holds(member.slot, member.caller) &&
           connections_[member.slot].state == TcpState::time_wait;
  });
  close_early(oldest.slot, now, &EarlyReleases::capped);
}

void Run::close_early(std::uint32_t slot, TimePoint now, std::uint64_t EarlyReleases::*cause) {
  change_state(connections_[slot], now, TcpEvent::abort);
  if (counting_) {
    ++(result_.early_releases.*cause);
  }
  release(slot, now);
}

// The one place where a connection changes its state.
void Run::change_state(Connection& connection, TimePoint now, TcpEvent event) {
  const TcpState from = connection.state;
  connection.state = next_state(from, event, scenario_.stack.rules);
  ensure(connection.state != from, "an event of a course changed nothing");
  census_.move(now, from, connection.state);
  if (from == TcpState::time_wait) {
    hosts_[connection.host].cap.leave_time_wait();
  }
}

void Run::release(std::uint32_t slot, TimePoint now) {
  const Connection& connection = connections_[slot];
  if (connection.is_mini_socket) {
    hosts_[connection.host].cap.remove_mini_socket();
  }
  hosts_[connection.host].ports.release(connection.port, now);
  --hosts_[connection.host].connections;
  last_release_of_all_ = now;
  if (connection.counted) {
    hold_sum_ns_ += static_cast<std::uint64_t>((now - connection.start).count());
  }
  connections_.remove(slot);
}

}  // namespace portsim
