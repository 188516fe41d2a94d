#include "engine/translator.hpp"

#include <algorithm>

namespace portsim {
namespace {

bool is_silent(TcpState state) { return state == TcpState::fin_wait_2 || state == TcpState::close_wait; }

}  // namespace

Translator::Translator(const NatGateway& gateway)
    : stack_(gateway.stack), capacity_(count_ports(stack_.ports) * gateway.addresses) {}

std::uint32_t Translator::key(std::uint32_t host, std::uint32_t destination) {
  const std::uint64_t identity = (stack_.nat->is_per_host ? std::uint64_t{host} << 32 : 0) |
                                 (stack_.scope == Scope::tuple ? destination : 0);
  const auto [entry, is_new] = key_numbers_.try_emplace(identity, static_cast<std::uint32_t>(keys_.size()));
  if (is_new) {
    keys_.emplace_back();
  }
  return entry->second;
}

bool Translator::take(std::uint32_t key, TimePoint now) {
  Gauge& gauge = keys_[key];
  if (gauge.value() >= capacity_) {
    return false;
  }
  gauge.increase(now);
  all_.increase(now);
  return true;
}

void Translator::release(std::uint32_t key, TimePoint now) {
  keys_[key].decrease(now);
  all_.decrease(now);
}

// The translator sees the segments pass: it knows the connection's states, but not the timers of the hosts.
Duration Translator::keeps(const Course& course) const {
  const Nat& nat = *stack_.nat;
  if (course.outcome == Outcome::timed_out) {
    const std::optional<Duration>& timeout = nat.half_open ? nat.half_open : nat.idle;
    return timeout ? course.last_syn + *timeout : kNever;
  }
  Duration now{};
  TcpState state = TcpState::syn_sent;
  for (std::size_t i = 0; i < course.length; ++i) {
    const CourseStep& step = course.steps[i];
    const bool ends_unseen = step.event == TcpEvent::fin_wait_2_timeout;
    if (is_silent(state) && nat.idle && (ends_unseen || step.wait > *nat.idle)) {
      return now + *nat.idle;
    }
    if (step.wait == kNever) {
      return kNever;
    }
    now += step.wait;
    if (step.event) {
      const TcpState before = state;
      state = next_state(before, *step.event, stack_.rules);
      if (state == TcpState::time_wait) {
        break;  // the last FIN was acknowledged; what follows is the host's own affair
      }
      if (*step.event == TcpEvent::receive_reset) {
        return now + nat.after_reset;
      }
    }
  }
  return now + stack_.time_wait;
}

void Translator::settle(TimePoint now) {
  for (Gauge& gauge : keys_) {
    gauge.settle(now);
  }
  all_.settle(now);
}

void Translator::restart() {
  for (Gauge& gauge : keys_) {
    gauge.restart();
  }
  all_.restart();
}

void Translator::report(NatResult& result) const {
  result.capacity = capacity_;
  result.in_use = {.peak = all_.peak(), .area = all_.area(), .at_end = all_.value()};
  for (const Gauge& gauge : keys_) {
    result.key_peak = std::max(result.key_peak, gauge.peak());
  }
}

}  // namespace portsim
