// Inverse questions: which value of one setting is just good enough for a target.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "portsim/rate.hpp"
#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A setting whose best value can be asked for: the largest of the first two, the smallest of the others.
enum class Lever : std::uint8_t {
  rate,
  delay,  ///< TIME_WAIT
  ports,  ///< size of the pool, those that other programs hold included
  source_addresses,
  destinations,
  requests_per_connection,
  nat_addresses,  ///< public addresses of the translator
};

inline constexpr std::array kLevers{Lever::rate,         Lever::delay,
                                    Lever::ports,        Lever::source_addresses,
                                    Lever::destinations, Lever::requests_per_connection,
                                    Lever::nat_addresses};

/// The question as `portsim solve` takes it: `max-rate`.
[[nodiscard]] std::string_view question(Lever lever);

/// The option that sets it, without dashes: `rate`.
[[nodiscard]] std::string_view option_name(Lever lever);

/// A rate (per second), a TIME_WAIT delay, or a count.
using LeverValue = std::variant<Rate, Duration, std::uint64_t>;

/// How an answer was found.
enum class Means : std::uint8_t {
  closed_form,   ///< exact for a run of any length that is not random; confirmed by a run
  steady_state,  ///< Erlang B: the failure ratio in the long run, which a run that starts empty stays below
  runs,          ///< by simulation
};

/// How sure the answer of several random runs is.
struct Confidence {
  std::uint32_t runs = 0;  ///< replications; each value was tried with the same random draws
  double level = 0.95;     ///< of what follows, on each side
  /// For a target on the failure ratio: the mean of such runs meets the target at the answer, and does not
  /// any more at this value. Empty where every harder value that was tried may still do.
  std::optional<LeverValue> fails_at;
  /// For other targets, which all of the runs met: at least this share of all such runs does.
  std::optional<double> share;
};

/// What was found.
struct Answer {
  Lever lever = Lever::rate;
  std::optional<LeverValue>
      value;            ///< meets the target; the next harder legal value does not, if there is one
  std::string setting;  ///< as it is typed: `--rate 16.5625520573/s`; empty without a value
  std::string reason;   ///< why there is no value
  Means means = Means::runs;
  std::uint64_t runs = 0;      ///< that were simulated
  std::uint64_t attempts = 0;  ///< in all of them
  bool is_extreme = false;     ///< no harder value is legal
  std::optional<Confidence> confidence;
};

struct SolveOptions {
  std::uint64_t effort = 10'000'000;  ///< attempts that may be simulated in all
  bool by_runs = false;               ///< even where a closed form holds
  TimelineSink* watch = nullptr;      ///< gets the timeline of each run, one after the other; not owned
};

/// The largest or smallest legal value of the lever with which the scenario meets its target (no failure, if
/// it has none and is not random). Random loads need a target.
[[nodiscard]] Answer solve(const ValidScenario& scenario, Lever lever, const SolveOptions& options = {});

/// True where a scenario without a target has none: its result depends on chance.
[[nodiscard]] bool needs_target(const ValidScenario& scenario);

}  // namespace portsim
