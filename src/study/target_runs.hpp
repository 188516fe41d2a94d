// Runs that tell whether a scenario meets a target, and what they cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "portsim/condition.hpp"
#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"

namespace portsim {

/// What was simulated in search of an answer, and how much may be.
struct Ledger {
  std::uint64_t effort = 0;  ///< attempts
  std::uint64_t runs = 0;
  std::uint64_t attempts = 0;
  TimelineSink* watch = nullptr;  ///< gets the timeline of each run

  /// True when `more` further attempts may be simulated.
  [[nodiscard]] bool allows(double more) const {
    return static_cast<double>(attempts) + more <= static_cast<double>(effort);
  }
};

/// Why there is no answer when the search would take about `attempts`: rounded up to one digit.
[[nodiscard]] std::string too_little_effort(double attempts);

/// What a scenario without a target of its own aims at.
[[nodiscard]] Condition target_of(const Scenario& scenario);

/// The made-up load whose rate can be changed; null for a log, and for a schedule.
[[nodiscard]] const GeneratedLoad* steady_load(const Scenario& scenario);

/// Attempts of one run: those of a log, or the mean rate times the duration. Retries are not counted.
[[nodiscard]] double expected_attempts(const Scenario& scenario);

/// The time in which a made-up load that does not pause makes `connections` (below 2^33); at least 1 ns.
[[nodiscard]] Duration time_of(const GeneratedLoad& load, std::uint64_t connections);

/// The result of a run within [0, window), up to its first failure where nothing else is asked; empty for a
/// scenario that breaks a rule.
[[nodiscard]] std::optional<Result> run_once(Scenario scenario, Duration window, bool to_first_failure,
                                             Ledger& ledger);

/// Whether a run within [0, window) meets the target. If that is no failure, one during the warm-up counts
/// too. False for a scenario that breaks a rule.
[[nodiscard]] bool run_meets(const Condition& target, Scenario scenario, Duration window, Ledger& ledger);

}  // namespace portsim
