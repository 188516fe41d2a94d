// What would fix a scenario: what is sustainable, and for each setting the smallest change that alone does
// it.
//
// A value of a random load meets the target in the mean of several runs, or in steady state; before it is
// advised it must also do so in the scenario's own run, and goes on in growing steps until it does.
#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/portable_math.hpp"
#include "portsim/advice.hpp"
#include "portsim/solve.hpp"
#include "portsim/theory.hpp"
#include "scenario/condition.hpp"
#include "scenario/machine_settings.hpp"
#include "scenario/settings.hpp"
#include "study/lever_values.hpp"
#include "study/solver.hpp"
#include "study/target_runs.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kRandomEffort = 2'000'000;
constexpr std::uint64_t kAnyEffort = std::numeric_limits<std::uint64_t>::max() / 2;
constexpr double kMostInOneRun = 2'000'000;  // attempts
constexpr std::uint64_t kStepGrowth = 2;
constexpr double kSwitch = 2;  // how large a change a switch is, as a ratio
constexpr const char* kReuseSubject = "TIME_WAIT reuse";
constexpr Duration kUsualReuseAge = std::chrono::seconds(1);

std::string subject_of(Lever lever, const Scenario& scenario) {
  switch (lever) {
    case Lever::rate: return "rate";
    case Lever::delay:
      return scenario.stack.time_wait_knob.empty() ? "TIME_WAIT delay" : scenario.stack.time_wait_knob;
    case Lever::ports: return "ports";
    case Lever::source_addresses: return "source addresses";
    case Lever::destinations: return "destinations";
    case Lever::requests_per_connection: return "requests each";
    case Lever::nat_addresses: return "NAT addresses";
  }
  return "";
}

bool is_easier(Lever lever, const LeverValue& value, const LeverValue& than) {
  const bool is_upper = lever == Lever::rate || lever == Lever::delay;
  return is_upper ? magnitude(value) < magnitude(than) : magnitude(value) > magnitude(than);
}

double change_of(double now, double value) {
  return now > 0 && value > 0 ? portable_log(std::max(now, value) / std::min(now, value))
                              : std::numeric_limits<double>::max();
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,%+@-";
  return !text.empty() && text.find_first_not_of(kPlain) == std::string::npos ? text : "'" + text + "'";
}

/// A `portsim solve` for the scenario: the options that differ from the profile's defaults.
std::string solve_command(const Scenario& scenario, Lever lever) {
  std::string command = "portsim solve " + std::string(question(lever)) + " --target 'failure_ratio<1e-3'";
  std::vector<Setting> least{{"profile", scenario.stack.name, ""}};
  const auto* recorded = std::get_if<RecordedLoad>(&scenario.load);
  if (recorded == nullptr) {
    least.push_back({"rate", "1/s", ""});
  } else if (!recorded->files.empty()) {
    command += " --replay " + shell_word(recorded->files.front().path);
  }
  const auto usual = build_scenario({least}, recorded == nullptr ? std::nullopt : std::optional(*recorded));
  std::vector<std::pair<std::string, std::string>> defaults;
  if (const auto* valid = std::get_if<ValidScenario>(&usual)) {
    defaults = describe(**valid);
  }
  std::erase(defaults, std::pair<std::string, std::string>("profile", "nt4"));
  defaults.emplace_back("profile", "nt4");
  for (const auto& option : describe(scenario)) {
    const bool is_default = std::find(defaults.begin(), defaults.end(), option) != defaults.end();
    const bool is_named = option.first == "rate" || (option.first == "profile" && option.second != "nt4");
    if ((is_named || !is_default) && option.first != option_name(lever)) {
      command += " --" + option.first + " " + shell_word(option.second);
    }
  }
  return command;
}

/// Whether a change makes room in a pool in which nothing failed, while the other of two in a row is too
/// small. No lever: TIME_WAIT reuse.
bool is_of_other_pool(std::optional<Lever> lever, const Result& run) {
  if (!run.nat) {
    return false;
  }
  const bool is_of_hosts = !lever || lever == Lever::ports || lever == Lever::source_addresses;
  const bool is_of_nat = lever == Lever::nat_addresses;
  return (is_of_hosts && run.nat->at_hosts.failed == 0 && run.nat->at_nat.failed > 0) ||
         (is_of_nat && run.nat->at_nat.failed == 0 && run.nat->at_hosts.failed > 0);
}

/// One scenario, and what was found about it.
class Adviser {
 public:
  Adviser(const ValidScenario& scenario, const Result& run, RemedyWatch* watch)
      : valid_(scenario),
        scenario_(*scenario),
        run_(run),
        target_(target_of(*scenario)),
        is_random_(needs_target(scenario)),
        profile_(profile_of_name(scenario->stack.name)),
        watch_(watch) {
    ledger_.watch = watch;
  }

  Remedies find() {
    const bool is_failing = !meets(target_, run_);
    if (is_random_ && !scenario_.target) {
      if (is_failing) {
        ask();
      }
      return std::move(remedies_);
    }
    for (std::size_t index = 0; index < kLevers.size(); ++index) {
      const Lever lever = kLevers[index];
      const bool is_sustainable = lever == Lever::rate || lever == Lever::delay || lever == Lever::ports;
      if (why_without_effect(valid_, lever)) {
        continue;
      }
      if (is_of_other_pool(lever, run_)) {
        remedies_.not_enough.push_back(subject_of(lever, scenario_));
      } else if (is_failing || is_sustainable) {
        begin(subject_of(lever, scenario_), index);
        const Answer answer = solve_sharing(
            valid_, lever,
            {.effort = is_random_ ? kRandomEffort : kAnyEffort, .by_runs = false, .watch = watch_}, shared_);
        note_sustainable(answer);
        if (is_failing) {
          advise(answer);
        }
      }
    }
    if (is_failing) {
      begin(kReuseSubject, kLevers.size());
      advise_reuse();
    }
    std::stable_sort(remedies_.advice.begin(), remedies_.advice.end(),
                     [](const Advice& a, const Advice& b) { return a.change < b.change; });
    return std::move(remedies_);
  }

 private:
  /// The search turns to a setting; TIME_WAIT reuse comes behind the levers.
  void begin(const std::string& subject, std::size_t index) {
    if (watch_ != nullptr) {
      watch_->begin(subject, index + 1, kLevers.size() + 1);
    }
  }

  /// Whether the lever is one that can be set at all on this stack.
  [[nodiscard]] bool can_be_set(Lever lever) const {
    Duration longest = scenario_.time_wait;
    return lever != Lever::delay || !scenario_.stack.time_wait_knob.empty() ||
           (profile_ && !settings_for_delay(*profile_, longest).empty());
  }

  void ask() {
    for (const Lever lever : kLevers) {
      if (!why_without_effect(valid_, lever) && can_be_set(lever)) {
        remedies_.questions.push_back({lever, subject_of(lever, scenario_), present_value(valid_, lever),
                                       solve_command(scenario_, lever)});
      }
    }
  }

  void note_sustainable(const Answer& answer) {
    const auto take = [&](Lever lever, auto& place) {
      if (answer.lever == lever && answer.value) {
        place = std::get<typename std::remove_reference_t<decltype(place)>::value_type>(*answer.value);
      }
    };
    take(Lever::rate, remedies_.sustainable.max_rate);
    take(Lever::delay, remedies_.sustainable.max_delay);
    take(Lever::ports, remedies_.sustainable.min_ports);
  }

  void advise(const Answer& answer) {
    if (!can_be_set(answer.lever)) {
      return;
    }
    std::optional<Advice> advice = answer.value ? verified(answer) : std::nullopt;
    if (advice) {
      remedies_.advice.push_back(std::move(*advice));
    } else {
      remedies_.not_enough.push_back(subject_of(answer.lever, scenario_));
    }
  }

  /// The answer as a change that can be made, and that a run confirmed.
  std::optional<Advice> verified(const Answer& answer) {
    const LeverValue now = present_value(valid_, answer.lever);
    if (!answer.confidence && answer.means != Means::steady_state) {
      return settable(answer.lever, now, *answer.value, true);
    }
    const LeverValues values(valid_, answer.lever, Fineness::random);
    const std::uint64_t found = values.rank_near(magnitude(*answer.value));
    for (std::uint64_t back = 0; back <= found; back = back * kStepGrowth + 1) {
      const LeverValue value = values.at(found - back);
      if (is_easier(answer.lever, value, now)) {
        if (auto advice = settable(answer.lever, now, value, false)) {
          return advice;
        }
      }
    }
    return std::nullopt;
  }

  /// The value, or an easier one that the machine's settings can hold, if a run with it meets the target.
  std::optional<Advice> settable(Lever lever, const LeverValue& now, LeverValue value, bool is_confirmed) {
    Advice advice{.lever = lever,
                  .subject = subject_of(lever, scenario_),
                  .now = now,
                  .value = {},
                  .option = "",
                  .change = 0,
                  .settings = {}};
    Scenario changed = with_value(scenario_, lever, value);
    if (lever == Lever::delay && profile_) {
      auto& delay = std::get<Duration>(value);
      advice.settings = settings_for_delay(*profile_, delay);
      is_confirmed = is_confirmed && delay == changed.time_wait;
      changed.time_wait = delay;
    } else if (lever == Lever::ports && profile_ && !changed.ports.empty()) {
      const PortRange wanted = changed.ports.front();
      advice.settings = settings_for_ports(*profile_, changed.ports.front());
      is_confirmed = is_confirmed && wanted == changed.ports.front();
    }
    if (!is_easier(lever, value, now) || (!is_confirmed && !meets_in_its_run(changed))) {
      return std::nullopt;
    }
    const auto checked = validate(changed);
    if (const auto* valid = std::get_if<ValidScenario>(&checked)) {
      advice.value = present_value(*valid, lever);
    }
    advice.option = option_text(changed, option_name(lever));
    advice.change = change_of(magnitude(now), magnitude(value));
    return advice;
  }

  bool meets_in_its_run(const Scenario& scenario) {
    if (expected_attempts(scenario) > kMostInOneRun && !asks_for_no_failure(target_)) {
      return false;
    }
    const GeneratedLoad* load = steady_load(scenario);
    const Duration window = load == nullptr
                                ? scenario.duration
                                : std::min(scenario.duration, time_of(*load, std::uint64_t{2'000'000}));
    return run_meets(target_, scenario, window, ledger_);
  }

  /// Ports in TIME_WAIT given out again, where the stack has a switch for it.
  void advise_reuse() {
    const std::optional<TimeWaitReuse>& present = scenario_.stack.time_wait_reuse;
    if (!profile_ || !scenario_.timestamps || (present && !present->loopback_only)) {
      return;
    }
    std::vector<MachineSetting> settings = settings_for_reuse(*profile_);
    if (settings.empty()) {
      return;
    }
    Scenario changed = scenario_;
    changed.stack.time_wait_reuse =
        TimeWaitReuse{.age = present ? present->age : kUsualReuseAge, .loopback_only = false};
    if (!is_of_other_pool({}, run_) && meets_in_its_run(changed)) {
      remedies_.advice.push_back({.lever = {},
                                  .subject = kReuseSubject,
                                  .now = {},
                                  .value = {},
                                  .option = option_text(changed, "time-wait-reuse"),
                                  .change = portable_log(kSwitch),
                                  .settings = std::move(settings)});
    } else {
      remedies_.not_enough.emplace_back(kReuseSubject);
    }
  }

  const ValidScenario& valid_;
  const Scenario& scenario_;
  const Result& run_;
  Condition target_;
  bool is_random_;
  std::optional<Profile> profile_;
  RemedyWatch* watch_;
  SharedRuns shared_;
  Ledger ledger_{.effort = kAnyEffort};
  Remedies remedies_;
};

}  // namespace

Remedies find_remedies(const ValidScenario& scenario, const Result& run, RemedyWatch* watch) {
  return Adviser(scenario, run, watch).find();
}

Sustainable find_sustainable(const ValidScenario& scenario) {
  return find_remedies(scenario, Result()).sustainable;
}

}  // namespace portsim
