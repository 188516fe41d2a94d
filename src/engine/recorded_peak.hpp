// Recorded loads that never meet a full pool: their peak without a run.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/course.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Finds the peaks of many recorded loads under one scenario. Who never waits for a port holds one for as
/// long as the course says: the peak follows from sorting, without the tables that a run has for each port.
class RecordedPeak {
 public:
  /// For runs that differ from `scenario` in their load and duration alone; without a warm-up. Keeps a
  /// reference.
  explicit RecordedPeak(const ValidScenario& scenario);

  /// The peak of ports in use that `simulate` finds in [0, duration), where no attempt fails then; empty
  /// where one might, or a port might be given back early, so that a run has to tell. `rows` are in order of
  /// start.
  [[nodiscard]] std::optional<std::uint64_t> of(const RowView& rows, Duration duration);

 private:
  [[nodiscard]] bool follows_course(const RecordedConnection& row) const;

  const Scenario& scenario_;
  CoursePlanner planner_;
  std::uint64_t most_held_ = 0;        ///< up to which nobody fails or has to go; 0: that is not known
  bool is_loopback_reused_ = false;    ///< TIME_WAIT within the host is given up for the next connection
  std::vector<TimePoint> releases_{};  ///< ahead, of the present load
};

}  // namespace portsim
