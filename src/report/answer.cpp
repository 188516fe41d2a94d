#include "report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/exact_ratio.hpp"
#include "base/number_text.hpp"
#include "report/phrases.hpp"

namespace portsim {
namespace {

std::size_t closers_in_use(const Scenario& scenario) {
  return static_cast<std::size_t>(std::count_if(scenario.closers.begin(), scenario.closers.end(),
                                                [](double weight) { return weight > 0; }));
}

/// True when the translator ran out of ports before any host did.
bool nat_is_first(const NatResult& nat) {
  return nat.at_nat.first && (!nat.at_hosts.first || *nat.at_nat.first < *nat.at_hosts.first);
}

std::string failed_answer(const Report& report) {
  const Result& result = report.result;
  const TimePoint time = result.first_failure ? result.first_failure->time : TimePoint{};
  // Ports may have run out in the warm-up too, of which nothing is counted.
  const std::string_view when = report.scenario->warm_up.count() > 0 ? "by" : "at";
  const std::string_view whose = !result.nat                 ? "Ports"
                                 : nat_is_first(*result.nat) ? "The translator's ports"
                                                             : "A host's ports";
  return fmt::format("{} run out {} {}: {} of attempts fail with {}.", whose, when, human_time(time),
                     percent(result.failed, result.attempts), application_error(report));
}

/// What `attempts` had as outcome when some found no port.
std::string failed_details(const Result& result) {
  std::string text =
      fmt::format("{} of {} no free port", grouped(result.failed),
                  counted(result.attempts, "attempt") + (result.failed == 1 ? " finds" : " find"));
  if (result.first_failure) {
    text += fmt::format("; the first is attempt {}", grouped(result.first_failure->attempt));
  }
  if (result.callers != result.attempts) {
    text += fmt::format(". {} of {} no port at any try ({})", grouped(result.callers_failed),
                        counted(result.callers, "caller") + (result.callers_failed == 1 ? " gets" : " get"),
                        percent(result.callers_failed, result.callers));
  }
  return text + '.';
}

std::string headroom(const Report& report) {
  const Result& result = report.result;
  const std::uint64_t left = result.capacity - std::min(result.capacity, result.ports_in_use.peak);
  std::string text = "Headroom: " + counted(left, "port");
  if (report.remedies && report.remedies->sustainable.max_rate) {
    const Rate& rate = *report.remedies->sustainable.max_rate;
    text += fmt::format("; it would {} {}above {}/s", report.scenario->target ? "miss the target" : "fail",
                        failure_after_window(report) ? "within this window " : "",
                        to_text(Decimal{rate.mantissa, rate.decimals}));
  }
  return text + '.';
}

/// True when every connection of a generated, evenly spaced load holds its port equally long.
bool is_evenly_loaded(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  return load != nullptr && std::holds_alternative<DeterministicArrivals>(load->arrivals) &&
         !has_random_draws(scenario) && scenario.retry.kind == RetryPolicy::Kind::none;
}

/// The instant of attempt `ordinal` (from 0) of an evenly spaced load.
TimePoint attempt_time(const GeneratedLoad& load, std::uint64_t ordinal) {
  Uint128 numerator = Uint128{kNanosecondsPerSecond} * seconds_of(load.rate.unit);
  for (int i = 0; i < load.rate.decimals; ++i) {
    numerator *= 10;
  }
  const Uint128 nanoseconds =
      multiply_divide(ordinal * load.requests_per_connection, numerator, load.rate.mantissa);
  constexpr auto kLast = static_cast<Uint128>(Duration::max().count());
  return TimePoint{Duration{static_cast<std::int64_t>(std::min(nanoseconds, kLast))}};
}

/// The longest that is known of a hold: its mean, or the TIME_WAIT delay that is part of it.
Duration known_hold(const Report& report) {
  const Result& result = report.result;
  Duration longest{};
  if (result.states[client_index(TcpState::time_wait)].entered > 0) {
    longest = report.scenario->time_wait;
  }
  if (result.hold_sum_ns && result.holds > 0) {
    longest = std::max(longest, Duration{static_cast<std::int64_t>(*result.hold_sum_ns / result.holds)});
  }
  return longest;
}

std::string later_failure_warning(const LaterFailure& failure, const Report& report) {
  const std::string window = human_time(report.scenario->duration);
  if (!failure.time) {
    return fmt::format(
        "The load asks for more ports than there are: they will run out after the window ({}). Try a longer "
        "--duration.",
        window);
  }
  return fmt::format(
      "The ports run out after the window ({}): attempt {} fails at {}. Try a longer --duration.", window,
      grouped(failure.attempt), human_time(*failure.time));
}

}  // namespace

std::string application_error(const Report& report) {
  const Scenario& scenario = *report.scenario;
  if (report.result.nat && nat_is_first(*report.result.nat)) {
    return scenario.nat->stack.application_error;
  }
  const bool is_bind = scenario.bind == BindMode::port0 && !scenario.stack.bind_error.empty();
  return is_bind ? scenario.stack.bind_error : scenario.stack.application_error;
}

std::string answer_line(const Report& report) {
  const Result& result = report.result;
  if (result.exhausted()) {
    return failed_answer(report);
  }
  if (result.attempts == 0) {
    return "Ports do not run out: the window has no attempt to connect.";
  }
  const std::string used = grouped(result.ports_in_use.peak) + " of " + grouped(result.capacity);
  if (const std::optional<LaterFailure> failure = failure_after_window(report)) {
    return fmt::format("Ports do not run out within {} ({} in use), but will {}.",
                       human_time(report.scenario->duration), used,
                       failure->time ? "at " + human_time(*failure->time) : "later");
  }
  return fmt::format("Ports do not run out: at most {} are in use ({}).", used,
                     percent(result.ports_in_use.peak, result.capacity));
}

std::string answer_details(const Report& report) {
  return report.result.exhausted() ? failed_details(report.result) : headroom(report);
}

bool has_random_draws(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  const bool random_arrivals = load != nullptr && std::holds_alternative<PoissonArrivals>(load->arrivals);
  const std::array<const Distribution*, 4> durations{
      &scenario.lifetime, &scenario.rtt, &scenario.peer_close_delay, &scenario.client_close_delay};
  const bool constant_durations = std::all_of(durations.begin(), durations.end(),
                                              [](const Distribution* law) { return law->is_constant(); });
  return random_arrivals || !constant_durations || closers_in_use(scenario) > 1 || scenario.loss > 0;
}

std::optional<LaterFailure> failure_after_window(const Report& report) {
  const std::optional<double>& ratio = report.theory.fluid_failure_ratio;
  if (report.result.exhausted() || report.result.attempts == 0 || !ratio || *ratio <= 0) {
    return std::nullopt;
  }
  if (!is_evenly_loaded(*report.scenario)) {
    return LaterFailure{};
  }
  const TimePoint time = attempt_time(std::get<GeneratedLoad>(report.scenario->load), report.result.capacity);
  if (time.time_since_epoch() < report.scenario->duration) {
    return std::nullopt;
  }
  return LaterFailure{time, report.result.capacity + 1};
}

std::vector<std::string> warnings(const Report& report) {
  const Result& result = report.result;
  const Scenario& scenario = *report.scenario;
  std::vector<std::string> texts;
  if (const std::optional<LaterFailure> failure = failure_after_window(report)) {
    texts.push_back(later_failure_warning(*failure, report));
  }
  if (const Duration hold = known_hold(report); scenario.duration < hold) {
    texts.push_back(
        fmt::format("The window ({}) is shorter than one hold ({}): the run ends before ports come back.",
                    human_time(scenario.duration), human_time(hold)));
  }
  if (!result.drain || (result.holds > 0 && !result.hold_sum_ns)) {
    texts.emplace_back(
        "Some ports are never freed: the peer's FIN does not come, and no timer ends the wait.");
  }
  if (result.draws_capped > 0) {
    texts.push_back(fmt::format(
        "{} cut to 10^9 s: its law has so long a tail.",
        counted(result.draws_capped, "random delay") + (result.draws_capped == 1 ? " was" : " were")));
  }
  return texts;
}

}  // namespace portsim
