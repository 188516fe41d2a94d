// The one call that simulates.
#pragma once

#include <cstdint>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"

namespace portsim {

/// Receives the rows of a timeline as they are completed, in order.
class TimelineSink {
 public:
  TimelineSink() = default;
  TimelineSink(const TimelineSink&) = delete;
  TimelineSink& operator=(const TimelineSink&) = delete;
  virtual ~TimelineSink() = default;
  virtual void add(const TimelineRow& row) = 0;
};

/// What a caller may ask of a run beside its scenario; nothing here changes what is simulated.
struct RunOptions {
  std::uint64_t outage_list_limit = 1000;
  bool stop_at_first_failure = false;      ///< the result is then complete up to that attempt only
  bool fingerprint = true;                 ///< false: it stays 0, and the run is faster
  Duration extra_timeline_step{};          ///< 0: as the result's own timeline
  TimelineSink* extra_timeline = nullptr;  ///< a second timeline, of any number of rows; not owned
};

/// Runs the scenario from empty pool to the last release. Pure: the same scenario gives the same result
/// in every build. Memory grows with the connections held at once, never with the length of the run.
[[nodiscard]] Result simulate(const ValidScenario& scenario, const RunOptions& options = {});

}  // namespace portsim
