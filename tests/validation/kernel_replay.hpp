// The runs of a real kernel given to the simulation, and how far the two agree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel_runs.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// What one of the two, kernel or simulation, tells of a run.
struct Observation {
  std::uint64_t failures = 0;
  std::uint64_t first_failure = 0;            ///< ordinal of the attempt from 1; 0: none failed
  std::uint64_t failure_runs = 0;             ///< maximal runs of failing attempts
  std::vector<std::uint64_t> failures_by_5s;  ///< in each 5 s of the run
  std::optional<TimePoint> last_release;      ///< last fall of the number of sockets in TIME_WAIT
};

/// One run, measured and simulated.
struct Comparison {
  std::string run;
  std::uint64_t attempts = 0;
  Observation measured;
  Observation simulated;
  std::uint64_t outcomes_that_differ = 0;  ///< attempts that failed in one of the two alone
  std::uint64_t samples = 0;               ///< counts of TIME_WAIT that were compared ...
  std::uint64_t samples_that_differ = 0;   ///< ... and were not met, give or take 1, within 50 ms
  Duration mean_hold{};                    ///< of a port, in the simulation
  bool reuses_time_wait = false;           ///< ports in TIME_WAIT were given out again

  /// A port is used again within seconds, so that a few 0.1 ms decide many attempts.
  [[nodiscard]] bool is_fast() const;

  /// By so many the failures differ.
  [[nodiscard]] std::uint64_t difference() const;

  /// The same, within the 5 s in which they differ most.
  [[nodiscard]] std::uint64_t difference_in_5s() const;

  /// By so much the last release differs; empty where it was not measured.
  [[nodiscard]] std::optional<Duration> release_error() const;
};

/// Replays `run` on the Linux profile, with the run's knobs, and compares.
[[nodiscard]] Comparison replay(const KernelRun& run);

/// The same for all runs.
[[nodiscard]] std::vector<Comparison> replay(const std::vector<KernelRun>& runs);

}  // namespace portsim
