#include "report/scenario_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/number_text.hpp"
#include "report/answer.hpp"
#include "report/phrases.hpp"

namespace portsim {
namespace {

/// The value of `option` as the scenario's echo shows it.
std::string echoed(const Report& report, std::string_view option) {
  const auto found = std::find_if(report.scenario_echo.begin(), report.scenario_echo.end(),
                                  [&](const auto& pair) { return pair.first == option; });
  return found == report.scenario_echo.end() ? std::string("random") : found->second;
}

/// A duration in words if it is constant, else as the option has it (`exp:100ms`).
std::string law_text(const Report& report, const Distribution& law, std::string_view option) {
  return law.is_constant() ? human_time(law.constant_value()) : echoed(report, option);
}

bool is_zero(const Distribution& law) { return law.is_constant() && law.constant_value().count() == 0; }

std::string ranges_text(const std::vector<PortRange>& ranges) {
  std::string text;
  for (const PortRange& range : ranges) {
    text += text.empty() ? "" : ",";
    text += range.first == range.last ? fmt::format("{}", range.first)
                                      : fmt::format("{}-{}", range.first, range.last);
  }
  return text;
}

std::string_view closer_text(Closer closer) {
  switch (closer) {
    case Closer::client: return "closed first by the client";
    case Closer::server: return "closed first by the server";
    case Closer::both: return "closed by both sides at once";
    case Closer::reset: return "ended by a reset";
    case Closer::unreachable: return "to a peer that does not answer";
    case Closer::refused: return "refused by the peer";
    case Closer::shutdown: return "shut down by the client";
  }
  return "";
}

/// Who closes: one closer, or each with its share.
std::string closers_text(const CloserWeights& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::string text;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string_view closer = closer_text(static_cast<Closer>(i));
    if (weights[i] == sum) {
      return std::string(closer);
    }
    if (weights[i] > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", ratio_percent(weights[i] / sum, 1), closer);
    }
  }
  return text;
}

std::string recorded_text(const RecordedLoad& load) {
  std::string text = counted(load.connections ? load.connections->size() : 0, "recorded connection");
  for (std::size_t i = 0; i < load.files.size(); ++i) {
    text += (i == 0 ? " from " : ", ") + load.files[i].path;
  }
  return text;
}

struct ArrivalText {
  std::string operator()(const DeterministicArrivals&) const { return ", evenly spaced"; }
  std::string operator()(const PoissonArrivals&) const { return ", at random (Poisson)"; }
  std::string operator()(const BatchArrivals& batch) const {
    return ", in batches of " + grouped(batch.size);
  }
  std::string operator()(const OnOffArrivals& phases) const {
    return fmt::format(" for {}, then none for {}, in turn", human_time(phases.on), human_time(phases.off));
  }
  std::string operator()(const ScheduledArrivals& scheduled) const {
    return "a rate over time from " + scheduled.schedule->file.path;
  }
};

std::string retry_text(const RetryPolicy& retry) {
  switch (retry.kind) {
    case RetryPolicy::Kind::none: return "";
    case RetryPolicy::Kind::fixed:
      return fmt::format("; after a failure up to {} further {} {} apart", retry.further_tries,
                         retry.further_tries == 1 ? "try" : "tries", human_time(retry.delay));
    case RetryPolicy::Kind::backoff:
      return fmt::format("; after a failure up to {} further {} after {}, each wait twice the last",
                         retry.further_tries, retry.further_tries == 1 ? "try" : "tries",
                         human_time(retry.delay));
  }
  return "";
}

}  // namespace

std::string rate_text(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  if (load == nullptr || std::holds_alternative<ScheduledArrivals>(load->arrivals)) {
    return "";
  }
  std::string number = to_text(Decimal{load->rate.mantissa, load->rate.decimals});
  switch (load->rate.unit) {
    case RateUnit::per_second: return number + "/s";
    case RateUnit::per_minute: return number + "/min";
    case RateUnit::per_hour: return number + "/h";
    case RateUnit::per_day: return number + "/d";
  }
  return number;
}

std::string load_text(const Report& report) {
  const Scenario& scenario = *report.scenario;
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario.load)) {
    return recorded_text(*recorded) + retry_text(scenario.retry);
  }
  const auto& load = std::get<GeneratedLoad>(scenario.load);
  std::string text = rate_text(scenario) + std::visit(ArrivalText{}, load.arrivals);
  if (load.requests_per_connection > 1) {
    text += fmt::format(", {} requests per connection", grouped(load.requests_per_connection));
  }
  return text + retry_text(scenario.retry);
}

std::string connection_text(const Report& report) {
  const Scenario& scenario = *report.scenario;
  const std::string rtt = law_text(report, scenario.rtt, "rtt");
  std::string text = report.replay ? fmt::format("as recorded, RTT {}", rtt)
                                   : fmt::format("RTT {}, lifetime {}, {}", rtt,
                                                 law_text(report, scenario.lifetime, "lifetime"),
                                                 closers_text(scenario.closers));
  if (!is_zero(scenario.peer_close_delay)) {
    text += "; the peer closes " + law_text(report, scenario.peer_close_delay, "peer-close-delay") +
            " after the client";
  }
  if (!is_zero(scenario.client_close_delay)) {
    text += "; the client closes " + law_text(report, scenario.client_close_delay, "client-close-delay") +
            " after the server";
  }
  if (scenario.loss > 0) {
    text += "; " + ratio_percent(scenario.loss, 1) + " of segments are lost";
  }
  if (scenario.connect_timeout) {
    text += "; connect() gives up after " + human_time(*scenario.connect_timeout);
  }
  return text;
}

std::string ports_text(const Report& report) {
  const Scenario& scenario = *report.scenario;
  std::string text =
      fmt::format("{} ({}", grouped(report.scenario.pool().size()), ranges_text(scenario.ports));
  if (!scenario.reserved_ports.empty()) {
    text += " less reserved " + ranges_text(scenario.reserved_ports);
  }
  if (scenario.ports_in_use > 0) {
    text += fmt::format(" less {} that other programs hold", grouped(scenario.ports_in_use));
  }
  text += ")";
  const std::uint64_t hosts = report.scenario.hosts();
  if (const std::uint64_t keys_of_host = report.scenario.keys() / hosts; keys_of_host > 1) {
    text += fmt::format(" for each of {} {}", grouped(keys_of_host),
                        scenario.scope == Scope::address || scenario.bind == BindMode::port0
                            ? "source addresses"
                            : "pairs of source and destination");
  }
  if (hosts > 1) {
    text += fmt::format(" on each of {} hosts", grouped(hosts));
  }
  if (report.scenario.keys() > 1) {
    text += fmt::format(": {} in all", grouped(report.result.capacity));
  }
  return text;
}

std::string delay_name(const Stack& stack) {
  return stack.time_wait_knob.empty() ? "TIME_WAIT delay" : stack.time_wait_knob;
}

std::string stack_text(const Scenario& scenario) {
  const Stack& stack = scenario.stack;
  std::string text =
      fmt::format("profile {}, {} {}", stack.name, delay_name(stack), human_time(scenario.time_wait));
  if (stack.timer_hz) {
    text += fmt::format(", ending on the grid of a timer wheel of {} Hz", grouped(*stack.timer_hz));
  }
  if (stack.time_wait_reuse && scenario.timestamps) {
    text += fmt::format("; {}given out again after {}",
                        stack.time_wait_reuse->loopback_only ? "on the loopback " : "",
                        human_time(stack.time_wait_reuse->age));
  }
  if (stack.max_time_wait) {
    text += fmt::format("; cap {}", grouped(*stack.max_time_wait));
  }
  return text;
}

std::string nat_text(const Report& report) {
  const NatGateway& gateway = *report.scenario->nat;
  const Nat& nat = *gateway.stack.nat;
  std::string text =
      fmt::format("{}, {} behind it; {} ", gateway.stack.name, counted(report.scenario.hosts(), "host"),
                  nat.is_per_host ? "for each of them" : "for all together");
  text += ranges_text(gateway.stack.ports);
  if (gateway.addresses > 1) {
    text += fmt::format(" of {} addresses", grouped(gateway.addresses));
  }
  text += gateway.stack.scope == Scope::tuple ? ", for each destination" : "";
  return text + fmt::format("; kept for {} after a FIN, {} after an RST", human_time(gateway.stack.time_wait),
                            human_time(nat.after_reset));
}

std::string window_text(const Scenario& scenario) {
  std::string text = human_time(scenario.duration);
  if (scenario.warm_up.count() > 0) {
    text += fmt::format(", counted from {} on", human_time(scenario.warm_up));
  }
  if (has_random_draws(scenario)) {
    text += fmt::format(", seed {}", scenario.seed);
  }
  return text;
}

}  // namespace portsim
