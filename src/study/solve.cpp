// Which value of a setting just does.
//
// A made-up load that is not random has one constant hold, and theory/exhaustion.hpp knows without a run
// whether it fails, if the ports act as one pool and nothing disturbs the hold. Of Poisson arrivals Erlang B
// knows the failure ratio in steady state. Everything else is run again and again (study/rank_search.hpp), a
// random load in several replications (study/random_search.hpp).
//
// An answer without chance is given only if a run with it met the target. That run covers `telling_window`,
// in which a made-up load with an undisturbed hold fails if it ever does, or else the whole duration. Where
// no failure is asked for it ends earlier if that holds more than a few hundred thousand connections.
//
// Simplifications, all on the safe side. By runs, rates are found to 6 digits (random: 4) and delays to a
// millisecond. A failure within the warm-up counts as well. The on-off load of a larger rate may by chance
// need one port less (its last attempts move into the next ON by less than one gap), so that a rate somewhat
// above the one found can do too; and so may that of a stack whose timers end on a grid.
#include "portsim/solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "portsim/theory.hpp"
#include "scenario/condition.hpp"
#include "scenario/rules.hpp"
#include "scenario/settings.hpp"
#include "scenario/value_text.hpp"
#include "study/lever_values.hpp"
#include "study/random_search.hpp"
#include "study/rank_search.hpp"
#include "study/solver.hpp"
#include "study/target_runs.hpp"
#include "theory/exhaustion.hpp"
#include "theory/hold.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kMostVerified = 2'000'000;      // connections of a made-up load in one run
constexpr std::uint64_t kMostVerifiedByRuns = 500'000;  // the same where each value takes many runs,
constexpr std::uint64_t kLeastVerifiedByRuns = 100'000;
constexpr std::uint64_t kTimesVerified = 5;  // and otherwise so many times the capacity
constexpr double kMoreEffort = 4;            // of what is asked for when the effort was used up
constexpr double kFirstStep = 1.001;         // ratio of the first two values that are tried

bool is_poisson(const Scenario& scenario) {
  const GeneratedLoad* load = steady_load(scenario);
  return load != nullptr && std::holds_alternative<PoissonArrivals>(load->arrivals);
}

/// True when each connection of the load has a hold that is known beforehand.
bool holds_are_constant(const Scenario& scenario, const RecordedLoad& load) {
  const auto usual = only_closer(scenario.closers);
  Scenario single = undisturbed(scenario);
  return std::all_of(load.connections->begin(), load.connections->end(), [&](const RecordedConnection& row) {
    const auto closer = row.closer ? row.closer : usual;
    single.lifetime = row.lifetime ? Distribution::constant(*row.lifetime) : scenario.lifetime;
    single.peer_close_delay =
        row.peer_close_delay ? Distribution::constant(*row.peer_close_delay) : scenario.peer_close_delay;
    single.connect_timeout = row.connect_timeout ? row.connect_timeout : scenario.connect_timeout;
    return closer && constant_hold(single, *closer);
  });
}

/// A scenario like this one, with twice as much of the lever; the closed forms must hold for it too.
std::optional<ValidScenario> eased(const ValidScenario& scenario, Lever lever) {
  Scenario more = *scenario;
  if (lever == Lever::source_addresses) {
    more.source_addresses *= 2;
  } else if (lever == Lever::destinations) {
    more.destinations *= 2;
  }
  auto checked = validate(std::move(more));
  auto* valid = std::get_if<ValidScenario>(&checked);
  return valid == nullptr ? std::nullopt : std::optional(std::move(*valid));
}

/// One question about one scenario.
class Solver {
 public:
  Solver(const ValidScenario& scenario, Lever lever, const SolveOptions& options, SharedRuns& shared)
      : valid_(scenario),
        scenario_(*scenario),
        lever_(lever),
        options_(options),
        shared_(shared),
        target_(target_of(*scenario)),
        capacity_(std::min(scenario.capacity(), translations(scenario))) {
    ledger_.effort = options.effort;
    ledger_.watch = options.watch;
  }

  Answer solve() {
    answer_.lever = lever_;
    if (const auto reason = why_without_effect(valid_, lever_)) {
      answer_.reason = *reason;
    } else if (const bool is_random = needs_target(valid_); is_random && !scenario_.target) {
      answer_.reason = "the load is random: name a target, such as --target 'failure_ratio<1e-3'";
    } else if (!options_.by_runs && exact_form_holds()) {
      by_closed_form();
    } else if (!options_.by_runs && steady_state_holds()) {
      by_steady_state();
    } else if (is_random) {
      by_replications();
    } else {
      by_runs();
    }
    answer_.runs = ledger_.runs;
    answer_.attempts = ledger_.attempts;
    return std::move(answer_);
  }

 private:
  // Closed forms

  [[nodiscard]] bool exact_form_holds() const {
    const auto more = eased(valid_, lever_);
    return steady_load(scenario_) != nullptr && !is_poisson(scenario_) && asks_for_no_failure(target_) &&
           is_undisturbed(scenario_) && constant_hold(scenario_) && acts_as_one_pool(valid_) && more &&
           acts_as_one_pool(*more);
  }

  void by_closed_form() {
    answer_.means = Means::closed_form;
    const LeverValues values(valid_, lever_, Fineness::exact);
    const RankSearch found = search_all(values, [&](std::uint64_t rank) {
      const Scenario scenario = values.with(rank);
      const auto hold = constant_hold(scenario);
      return hold && never_exhausts(*steady_load(scenario), *hold, scenario.duration,
                                    usable_ports(values.at(rank)) * count_keys(scenario));
    });
    if (found.rank && !succeeds_in_telling_window(values.with(*found.rank))) {
      answer_.reason =
          "the value of the closed form, " + text_of(values.at(*found.rank)) + ", failed in a run";
    } else {
      take(values, found.rank);
    }
  }

  /// Ports of one key of the scope.
  [[nodiscard]] std::uint64_t usable_ports(const LeverValue& value) const {
    return lever_ == Lever::ports ? std::get<std::uint64_t>(value) - scenario_.ports_in_use
                                  : valid_.pool().size();
  }

  bool succeeds_in_telling_window(const Scenario& scenario) {
    const GeneratedLoad& load = *steady_load(scenario);
    const auto hold = constant_hold(scenario);
    return hold &&
           run_meets(target_, scenario,
                     std::min(telling_window(load, *hold, scenario.duration), time_of(load, kMostVerified)),
                     ledger_);
  }

  [[nodiscard]] bool steady_state_holds() const {
    const auto more = eased(valid_, lever_);
    return is_poisson(scenario_) && target_.quantity == Condition::Quantity::failure_ratio &&
           target_.ratio > 0 && closed_forms(valid_).erlang_b && more && closed_forms(*more).erlang_b;
  }

  void by_steady_state() {
    answer_.means = Means::steady_state;
    const LeverValues values(valid_, lever_, Fineness::exact);
    take(values, search_all(values, [&](std::uint64_t rank) {
                   const auto checked = validate(values.with(rank));
                   const auto* valid = std::get_if<ValidScenario>(&checked);
                   const auto ratio = valid == nullptr ? std::nullopt : closed_forms(*valid).erlang_b;
                   return ratio && ratio_meets(target_, *ratio);
                 }).rank);
  }

  template <class Good>
  static RankSearch search_all(const LeverValues& values, const Good& is_good) {
    if (values.size() == 0) {
      return {};
    }
    return last_good_rank(values.size() / 2, values.size() / 2 + 1, values.size(),
                          [&](std::uint64_t rank) { return std::optional<bool>(is_good(rank)); });
  }

  // Runs

  void by_replications() {
    const LeverValues values(valid_, lever_, Fineness::random);
    if (values.size() == 0) {
      take(values, std::nullopt);
      return;
    }
    const std::uint64_t start = start_rank(values);
    RandomFind found = search_by_replications(target_, values, start, first_step(values, start), ledger_);
    if (found.reason.empty()) {
      take(values, found.rank);
      answer_.confidence = found.confidence;
    } else {
      answer_.reason = std::move(found.reason);
    }
  }

  /// Searches with runs in short windows. Where a whole run then does not meet the target with what was
  /// found, searches again from there with whole runs.
  void by_runs() {
    const LeverValues values(valid_, lever_, Fineness::six);
    if (values.size() == 0) {
      take(values, std::nullopt);
      return;
    }
    const std::uint64_t start = start_rank(values);
    const auto judge = [&](Window window) {
      return [&, window](std::uint64_t rank) { return meets_within(values.with(rank), window); };
    };
    RankSearch found =
        last_good_rank(start, first_step(values, start), values.size(), judge(Window::short_one));
    if (found.rank && !judge(Window::whole)(*found.rank).value_or(false)) {
      found = last_good_rank(*found.rank, 1, values.size(), judge(Window::whole));
    }
    if (!found.is_complete) {
      answer_.reason = too_little_effort(kMoreEffort * static_cast<double>(ledger_.effort));
    } else {
      take(values, found.rank);
    }
  }

  enum class Window : std::uint8_t { short_one, whole };

  /// Empty when the effort is used up.
  std::optional<bool> meets_within(const Scenario& scenario, Window kind) {
    const bool no_failure_asked = asks_for_no_failure(target_);
    if (!ledger_.allows(no_failure_asked ? 0 : expected_attempts(scenario))) {
      return std::nullopt;
    }
    Duration window = scenario.duration;
    if (no_failure_asked) {
      window = kind == Window::whole ? whole_window(scenario) : short_window(scenario);
    }
    return run_meets(target_, scenario, window, ledger_);
  }

  /// The time in which the ports are given out several times over.
  [[nodiscard]] Duration whole_window(const Scenario& scenario) const {
    const GeneratedLoad* load = steady_load(scenario);
    const std::uint64_t connections = std::clamp(std::min(capacity_, kMostVerifiedByRuns) * kTimesVerified,
                                                 kLeastVerifiedByRuns, kMostVerifiedByRuns);
    return load == nullptr ? scenario.duration : std::min(scenario.duration, time_of(*load, connections));
  }

  /// The undisturbed hold, or the time in which all ports are given out, and half as much more.
  [[nodiscard]] Duration short_window(const Scenario& scenario) const {
    const GeneratedLoad* load = steady_load(scenario);
    Duration window = whole_window(scenario);
    const auto hold = constant_hold(undisturbed(scenario));
    if (load != nullptr && hold) {
      window = std::min(window, std::max(*hold + *hold / 2, Duration{1}));
      window = std::min(window, time_of(*load, std::min(capacity_ + capacity_ / 2 + 1, kMostVerified)));
    }
    return window;
  }

  /// How many translations there can be at once; without a translator any number.
  [[nodiscard]] static std::uint64_t translations(const ValidScenario& scenario) {
    if (!scenario->nat) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    const NatGateway& gateway = *scenario->nat;
    return count_ports(gateway.stack.ports) * gateway.addresses *
           (gateway.stack.nat->is_per_host ? scenario.hosts() : 1) *
           (gateway.stack.scope == Scope::tuple ? scenario->destinations : 1);
  }

  // Where the search begins

  /// A run with as many ports as there can be shows how many the load takes: the value at which that would be
  /// the capacity. Only a guess, from which the search sets out.
  std::uint64_t start_rank(const LeverValues& values) {
    const Scenario ample = LeverValues(valid_, Lever::ports, Fineness::exact).with(0);
    if (!shared_.ample) {
      shared_.ample = run_once(ample, whole_window(ample), false, ledger_);
    }
    const std::optional<Result>& result = shared_.ample;
    const double peak = result ? static_cast<double>(result->ports_in_use.peak) : 0;
    if (peak == 0) {
      return values.rank_near(magnitude(present_value(valid_, lever_)));
    }
    const double scale = static_cast<double>(capacity_) / peak;
    return values.rank_near(guess(scale, peak, *result));
  }

  [[nodiscard]] double guess(double scale, double peak, const Result& result) const {
    const double present = magnitude(present_value(valid_, lever_));
    switch (lever_) {
      case Lever::rate: return present * scale;
      case Lever::delay: {
        const double hold = result.holds > 0 && result.hold_sum_ns
                                ? static_cast<double>(*result.hold_sum_ns) / static_cast<double>(result.holds)
                                : present;
        return std::max(0.0, hold * scale - std::max(0.0, hold - present));
      }
      case Lever::ports:
        return peak / static_cast<double>(valid_.keys()) + static_cast<double>(scenario_.ports_in_use);
      case Lever::source_addresses:
      case Lever::destinations:
      case Lever::requests_per_connection:
      case Lever::nat_addresses: return present / scale;
    }
    return present;
  }

  /// A thousandth of the value; 1 for a count.
  static std::uint64_t first_step(const LeverValues& values, std::uint64_t start) {
    const LeverValue value = values.at(start);
    if (std::holds_alternative<std::uint64_t>(value)) {
      return 1;
    }
    const std::uint64_t next = values.rank_near(magnitude(value) * kFirstStep);
    return std::max<std::uint64_t>(next - std::min(next, start), 1);
  }

  // The answer

  void take(const LeverValues& values, std::optional<std::uint64_t> rank) {
    if (!rank) {
      answer_.reason = values.size() == 0 ? "there is no legal value"
                                          : "even with " + text_of(values.at(0)) + " the target " +
                                                target_.text + " is not met, and no legal value is easier";
      return;
    }
    answer_.value = values.at(*rank);
    answer_.setting = text_of(*answer_.value);
    answer_.is_extreme = *rank + 1 == values.size();
  }

  [[nodiscard]] std::string text_of(const LeverValue& value) const { return typed(scenario_, lever_, value); }

  const ValidScenario& valid_;
  const Scenario& scenario_;
  Lever lever_;
  SolveOptions options_;
  SharedRuns& shared_;
  Condition target_;
  std::uint64_t capacity_;
  Ledger ledger_;
  Answer answer_;
};

}  // namespace

bool needs_target(const ValidScenario& scenario) {
  if (!finds_any_free_port(*scenario)) {
    return true;  // which port is found, and whether, is a matter of chance
  }
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario->load)) {
    return !holds_are_constant(*scenario, *recorded);
  }
  return is_poisson(*scenario) || !constant_hold(undisturbed(*scenario));
}

Answer solve_sharing(const ValidScenario& scenario, Lever lever, const SolveOptions& options,
                     SharedRuns& shared) {
  return Solver(scenario, lever, options, shared).solve();
}

Answer solve(const ValidScenario& scenario, Lever lever, const SolveOptions& options) {
  SharedRuns shared;
  return solve_sharing(scenario, lever, options, shared);
}

}  // namespace portsim
