// What several runs of one scenario say together, each with draws of its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "portsim/time.hpp"

namespace portsim {

/// The numbers of a run whose means over replications are told; in the order of `kMeasureNames`.
enum class Measure : std::uint8_t {
  attempts,
  connected,
  failed,
  failure_ratio,
  outage_count,
  outage_total,    ///< seconds
  outage_longest,  ///< seconds
  ports_peak,
  ports_mean,
  hold_mean,    ///< seconds
  search_mean,  ///< ports looked at
  drain,        ///< seconds
};

/// Their names in a result.
inline constexpr std::array<std::string_view, 12> kMeasureNames{
    "attempts",          "connected",         "failed",
    "failure_ratio",     "outages.count",     "outages.total_s",
    "outages.longest_s", "ports_in_use.peak", "ports_in_use.mean",
    "hold_mean_s",       "search.mean",       "drain_s"};

/// A mean over replications, and the interval that holds the true mean with 95 % confidence (Student's t); no
/// interval of fewer than two replications.
struct MeanEstimate {
  double mean = 0;
  std::optional<double> low;
  std::optional<double> high;
};

/// A share of the replications, and the interval that holds the true probability with 95 % confidence
/// (Wilson).
struct ShareEstimate {
  double share = 0;
  double low = 0;
  double high = 1;
};

/// The time up to which a share of the replications had their first failure, and the interval that holds the
/// true quantile with at least 95 % confidence (order statistics). Runs without a failure count as later than
/// any time in the window: empty then.
struct TimeQuantile {
  std::optional<TimePoint> value;
  std::optional<TimePoint> low;
  std::optional<TimePoint> high;
};

/// The shares of `ReplicationResult::first_failure`, in percent.
inline constexpr std::array<unsigned, 3> kQuantiles{10, 50, 90};

/// Replications 1 to `count` of a scenario.
struct ReplicationResult {
  std::uint64_t count = 0;
  bool all_alike = false;  ///< all measures are the same in all of them
  std::array<std::optional<MeanEstimate>, kMeasureNames.size()> means;  ///< empty: not known of every run
  ShareEstimate without_failure;
  std::array<TimeQuantile, kQuantiles.size()> first_failure;
};

/// The mean of batches of one run.
struct BatchMean {
  MeanEstimate estimate;  ///< the interval holds if batches are independent
  std::optional<double>
      neumann_ratio;           ///< von Neumann's: about 2 for independent batches; empty: all are equal
  bool is_correlated = false;  ///< too small for independent ones (at 5 %): the interval is too narrow
};

/// One run, cut into batches of equal length.
struct BatchResult {
  std::uint64_t count = 0;
  BatchMean failure_ratio;
  BatchMean ports_in_use;  ///< sampled at the steps of the run's timeline
};

}  // namespace portsim
