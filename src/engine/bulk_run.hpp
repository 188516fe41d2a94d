// One run in blocks of attempts: what simulate.cpp says of gauges and lists, without a queue of events.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/arrivals.hpp"
#include "engine/course.hpp"
#include "engine/instants.hpp"
#include "engine/list_gauge.hpp"
#include "engine/outages.hpp"
#include "engine/rotating_pool.hpp"
#include "engine/timeline.hpp"
#include "portsim/simulate.hpp"

namespace portsim {

/// A run in which every connection takes the same course. To be used once.
///
/// One list is enough: the instants at which ports were taken. Whatever happens to a connection happens a
/// constant time later, so the entries and exits of every gauge are this list, shifted.
class BulkRun {
 public:
  BulkRun(const ValidScenario& valid, const RunOptions& options, std::size_t block);

  Result run();

 private:
  void add_gauges();
  void run_before(TimePoint checkpoint);
  void begin_window();
  void reach(TimePoint checkpoint);
  void count_block();
  void note_outages();
  void note_first_failure();
  void note_fingerprint();
  void report();
  void report_course();

  const ValidScenario& valid_;
  const Scenario& scenario_;
  const RunOptions& options_;
  const TimePoint window_start_;
  const TimePoint end_;

  ArrivalStream arrivals_;
  Course course_;  ///< of every connection
  Duration hold_{};
  std::vector<std::uint16_t> places_;  ///< the ports in the order in which they are given
  std::size_t first_place_ = 0;
  RotatingPool pool_;
  Instants taken_;  ///< when connections got their ports
  Instants none_{0};

  std::array<ListGauge, kClientStates.size()> states_;
  ListGauge ports_;
  ListGauge sessions_;
  std::optional<Flow> fin_wait_2_timeouts_;
  std::uint64_t fin_wait_2_timeouts_before_ = 0;  ///< the counted window

  AttemptBlock block_;
  OutageTracker outages_;
  Timelines timelines_;
  Result result_;  ///< counts of the counted window
  std::uint64_t ports_peak_ = 0;
  std::uint64_t attempts_of_run_ = 0;
  std::uint64_t taken_before_ = 0;  ///< connections before the counted window
  bool counting_ = false;
  bool stopped_ = false;
};

}  // namespace portsim
