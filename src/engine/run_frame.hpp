// What a run is in both engines: its window, what is counted there, and the timelines.
#pragma once

#include <cstdint>

#include "engine/outages.hpp"
#include "engine/timeline.hpp"
#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A run from the empty pool through the warm-up and the window to the last release. An engine says how it
/// gets from one instant to another (`go_to`).
class RunFrame {
 public:
  RunFrame(const RunFrame&) = delete;
  RunFrame& operator=(const RunFrame&) = delete;
  virtual ~RunFrame() = default;

  /// To be called once.
  Result run();

 protected:
  RunFrame(const ValidScenario& valid, const RunOptions& options);

  /// From where the run is through all that comes before `end`, unless it stops; in the window the timelines
  /// are told.
  virtual void go_to(TimePoint end) = 0;

  /// All gauges begin anew with the window.
  virtual void restart_gauges() = 0;

  /// The window is over, or the run stopped in it: what remains to be told of it, and the drain.
  virtual void report() = 0;

  const ValidScenario& valid_;
  const Scenario& scenario_;
  const RunOptions& options_;
  const TimePoint window_start_;
  const TimePoint end_;

  OutageTracker outages_;
  Timelines timelines_{};
  Result result_{};  ///< counts of the counted window
  std::uint64_t attempts_of_run_ = 0;
  std::uint64_t never_released_ = 0;  ///< connections
  bool hold_without_end_ = false;     ///< of a connection of the counted window
  bool counting_ = false;             ///< false in the warm-up and in the drain
  bool stopped_ = false;

 private:
  void begin_window();
};

}  // namespace portsim
