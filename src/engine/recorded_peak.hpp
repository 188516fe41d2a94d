// Recorded loads that never meet a full pool: their peak without a run.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/course.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Finds the peaks of many recorded loads under one scenario. Who never waits for a port holds one for as
/// long as the course says: the peak follows from sorting, without the tables that a run has for each port.
class RecordedPeak {
 public:
  /// For runs that differ from `scenario` in their load and duration alone. Keeps a reference.
  explicit RecordedPeak(const ValidScenario& scenario);

  /// What `simulate` finds, up to the first attempt without a port.
  struct Found {
    std::uint64_t peak = 0;      ///< of ports in use
    std::uint64_t attempts = 0;  ///< with the one that failed
    bool is_exhausted = false;   ///< an attempt failed; the peak is then one of the time before
    bool is_most = false;        ///< ports may be given back early: the peak is no larger
  };

  /// What `simulate` finds in [0, duration); empty where a run has to tell: where other things than numbers
  /// decide, and where ports may be given back early and would not be enough otherwise. `rows` are in order
  /// of start.
  [[nodiscard]] std::optional<Found> of(const RowView& rows, Duration duration);

 private:
  using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;

  [[nodiscard]] std::uint64_t key_of(const RecordedConnection& row) const;
  void release_until(TimePoint time);

  const Scenario& scenario_;
  CoursePlanner planner_;
  std::uint64_t ports_;              ///< of each key of the scope
  bool do_numbers_decide_;           ///< who gets a port
  bool is_bound_ = false;            ///< bind() chooses, for all destinations
  bool is_reused_ = false;           ///< TIME_WAIT is given up for the next connection of its key
  bool is_loopback_reused_ = false;  ///< the same within the host
  /// Ahead, of the present load, a heap with the first one on top: when, and the count of the key.
  std::vector<std::pair<TimePoint, std::uint32_t*>> releases_{};
};

}  // namespace portsim
