#include "theory/hold.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include "theory/partial_mean.hpp"

namespace portsim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double nanoseconds(Duration duration) { return static_cast<double>(duration.count()); }

double limit_ns(const std::optional<Duration>& timeout) { return timeout ? nanoseconds(*timeout) : kNever; }

Duration sum(const std::vector<Duration>& waits) {
  return std::accumulate(waits.begin(), waits.end(), Duration{});
}

// The waits after the tries of a SYN, up to the one at whose end the stack gives up.
std::vector<Duration> syn_schedule(const Stack& stack) {
  std::vector<Duration> waits;
  Duration waited{};
  for (const Duration wait : stack.syn_waits) {
    waits.push_back(wait);
    waited += wait;
    if (stack.syn_give_up && waited >= *stack.syn_give_up) {
      break;
    }
  }
  return waits;
}

// True unless there are fewer connections at once, each with a port of its own, than the cap allows.
bool can_reach_cap(const Scenario& scenario) {
  const std::optional<std::uint64_t>& most = scenario.stack.max_time_wait;
  const Uint128 ports = count_ports(scenario.ports);
  return most && ports * scenario.source_addresses * scenario.destinations >= *most;
}

// One way in which an exchange of a segment and its answer can go.
struct Course {
  double probability = 0;
  double waited_ns = 0;  // before the try that succeeds; all waits where none does
  bool answered = false;
};

// An exchange with retransmission: each try is lost when the segment or its answer is.
std::vector<Course> courses(const std::vector<Duration>& waits, double loss) {
  if (loss <= 0) {
    return {{1, 0, true}};
  }
  const double lost = 1 - (1 - loss) * (1 - loss);
  std::vector<Course> result;
  double probability = 1;
  Duration waited{};
  for (const Duration wait : waits) {
    result.push_back({probability * (1 - lost), nanoseconds(waited), true});
    probability *= lost;
    waited += wait;
  }
  result.push_back({probability, nanoseconds(waited), false});
  return result;
}

// The mean of a phase, and how it ends.
struct Opening {
  double mean_ns = 0;        // of SYN_SENT
  double connected = 0;      // probability
  double connected_rtt = 0;  // E[RTT; connected] in nanoseconds
};

std::optional<Opening> opening(const Scenario& scenario) {
  const double timeout = limit_ns(scenario.connect_timeout);
  Opening result;
  for (const Course& course : courses(syn_schedule(scenario.stack), scenario.loss)) {
    if (!course.answered) {
      result.mean_ns += course.probability * std::min(course.waited_ns, timeout);
      continue;
    }
    const auto in_time = part_below(scenario.rtt, timeout - course.waited_ns);
    if (!in_time) {
      return std::nullopt;
    }
    result.mean_ns += course.probability * (in_time->probability() * course.waited_ns + in_time->mean_ns);
    if (in_time->exceeding > 0) {
      result.mean_ns += course.probability * in_time->exceeding * timeout;
    }
    result.connected += course.probability * in_time->probability();
    result.connected_rtt += course.probability * in_time->mean_ns;
  }
  return result;
}

// The mean of FIN_WAIT_2 and the TIME_WAIT after it, once our FIN is acknowledged.
std::optional<double> waiting_for_peer_ns(const Scenario& scenario, Closer closer) {
  const double timeout = closer == Closer::client ? limit_ns(scenario.fin_wait_2_timeout) : kNever;
  double mean = 0;
  for (const Course& course : courses(scenario.stack.fin_waits, scenario.loss)) {
    if (!course.answered) {
      if (timeout == kNever) {
        return std::nullopt;  // the peer's FIN never comes: the port is never free again
      }
      mean += course.probability * timeout;
      continue;
    }
    const auto in_time = part_below(scenario.peer_close_delay, timeout - course.waited_ns);
    if (!in_time) {
      return std::nullopt;
    }
    const double time_wait = nanoseconds(scenario.time_wait);
    mean += course.probability * (in_time->probability() * (course.waited_ns + time_wait) + in_time->mean_ns);
    if (in_time->exceeding > 0) {
      mean += course.probability * in_time->exceeding * timeout;
    }
  }
  return mean;
}

// The mean of what follows ESTABLISHED, for a connection that was `open`ed; weighted by open.connected.
std::optional<double> closing_ns(const Scenario& scenario, Closer closer, const Opening& open) {
  if (closer == Closer::reset) {
    return 0.0;
  }
  double before = 0;
  double after = 0;
  if (closer == Closer::server) {
    const auto close_wait = mean_ns(scenario.client_close_delay);
    if (!close_wait) {
      return std::nullopt;
    }
    before = *close_wait;
  } else if (closer == Closer::both) {
    after = nanoseconds(scenario.time_wait);
  } else {
    const auto peer = waiting_for_peer_ns(scenario, closer);
    if (!peer) {
      return std::nullopt;
    }
    after = *peer;
  }
  double mean = open.connected * before;
  for (const Course& course : courses(scenario.stack.fin_waits, scenario.loss)) {
    mean += course.probability * open.connected * course.waited_ns;
    if (course.answered) {
      mean += course.probability * (open.connected_rtt + open.connected * after);
    }
  }
  return mean;
}

std::optional<double> mean_hold_ns(const Scenario& scenario, Closer closer) {
  if (closer == Closer::unreachable) {
    return std::min(nanoseconds(sum(syn_schedule(scenario.stack))), limit_ns(scenario.connect_timeout));
  }
  const auto open = opening(scenario);
  if (!open) {
    return std::nullopt;
  }
  if (closer == Closer::refused || open->connected <= 0) {
    return open->mean_ns;
  }
  const auto lifetime = mean_ns(scenario.lifetime);
  const auto closing = closing_ns(scenario, closer, *open);
  if (!lifetime || !closing) {
    return std::nullopt;
  }
  return open->mean_ns + open->connected * *lifetime + *closing;
}

// The constant phases after ESTABLISHED.
std::optional<Duration> constant_closing(const Scenario& scenario, Closer closer, Duration rtt) {
  if (closer == Closer::reset) {
    return Duration{};
  }
  if (closer == Closer::both) {
    return rtt + scenario.time_wait;
  }
  const Distribution& delay =
      closer == Closer::server ? scenario.client_close_delay : scenario.peer_close_delay;
  if (!delay.is_constant()) {
    return std::nullopt;
  }
  const Duration wait = delay.constant_value();
  if (closer == Closer::server) {
    return wait + rtt;
  }
  const auto& timeout = scenario.fin_wait_2_timeout;
  if (closer == Closer::client && timeout && wait > *timeout) {
    return rtt + *timeout;
  }
  return rtt + wait + scenario.time_wait;
}

}  // namespace

std::optional<Closer> only_closer(const CloserWeights& weights) {
  const auto positive = [](double weight) { return weight > 0; };
  if (std::count_if(weights.begin(), weights.end(), positive) != 1) {
    return std::nullopt;
  }
  return static_cast<Closer>(std::find_if(weights.begin(), weights.end(), positive) - weights.begin());
}

bool is_undisturbed(const Scenario& scenario) {
  const bool is_capped = can_reach_cap(scenario);
  const Stack& stack = scenario.stack;
  const bool is_reused =
      stack.time_wait_reuse && !stack.time_wait_reuse->loopback_only && scenario.timestamps;
  const bool is_split = scenario.fin_wait_2_timeout && stack.fin_wait_2_split &&
                        *scenario.fin_wait_2_timeout > *stack.fin_wait_2_split;
  const bool is_shared = stack.autobind_reuse && scenario.reuse_address && scenario.bind == BindMode::port0;
  return !stack.timer_hz && !is_reused && !is_capped && !stack.gives_out_time_wait && !is_split &&
         !scenario.nat && !is_shared && scenario.time_wait_resets == 0;
}

Scenario undisturbed(Scenario scenario) {
  Stack& stack = scenario.stack;
  stack.timer_hz.reset();
  stack.time_wait_reuse.reset();
  stack.max_time_wait.reset();
  stack.gives_out_time_wait = false;
  stack.fin_wait_2_split.reset();
  stack.autobind_reuse = false;
  scenario.nat.reset();
  if (scenario.time_wait_resets == 1) {
    scenario.time_wait_resets = 0;
  }
  return scenario;
}

std::optional<Duration> constant_hold(const Scenario& scenario, Closer closer) {
  if (!is_undisturbed(scenario)) {
    return std::nullopt;
  }
  const auto& timeout = scenario.connect_timeout;
  if (closer == Closer::unreachable) {
    const Duration waits = sum(syn_schedule(scenario.stack));
    return timeout ? std::min(waits, *timeout) : waits;
  }
  if (scenario.loss > 0 || !scenario.rtt.is_constant()) {
    return std::nullopt;
  }
  const Duration rtt = scenario.rtt.constant_value();
  if (timeout && rtt > *timeout) {
    return *timeout;
  }
  if (closer == Closer::refused) {
    return rtt;
  }
  if (!scenario.lifetime.is_constant()) {
    return std::nullopt;
  }
  const auto closing = constant_closing(scenario, closer, rtt);
  return closing ? std::optional(rtt + scenario.lifetime.constant_value() + *closing) : std::nullopt;
}

std::optional<Duration> constant_hold(const Scenario& scenario) {
  const auto closer = only_closer(scenario.closers);
  if (!closer || !std::holds_alternative<GeneratedLoad>(scenario.load)) {
    return std::nullopt;
  }
  return constant_hold(scenario, *closer);
}

std::optional<double> mean_hold_ns(const Scenario& scenario) {
  if (!std::holds_alternative<GeneratedLoad>(scenario.load) || !is_undisturbed(scenario)) {
    return std::nullopt;
  }
  if (const auto hold = constant_hold(scenario)) {
    return nanoseconds(*hold);
  }
  double sum_of_means = 0;
  double sum_of_weights = 0;
  for (std::size_t i = 0; i < kCloserCount; ++i) {
    const double weight = scenario.closers[i];
    if (weight <= 0) {
      continue;
    }
    const auto hold = mean_hold_ns(scenario, static_cast<Closer>(i));
    if (!hold) {
      return std::nullopt;
    }
    sum_of_means += weight * *hold;
    sum_of_weights += weight;
  }
  return sum_of_means / sum_of_weights;
}

}  // namespace portsim
