// One run in blocks of attempts: what simulate.cpp says of gauges and lists, without an order of all events.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/arrivals.hpp"
#include "engine/ceiling.hpp"
#include "engine/cycle.hpp"
#include "engine/cycle_record.hpp"
#include "engine/list_gauge.hpp"
#include "engine/port_pools.hpp"
#include "engine/port_search.hpp"
#include "engine/run_frame.hpp"
#include "engine/timetable.hpp"

namespace portsim {

/// A run in which nothing acts back on later attempts except that the pool is full.
///
/// A block of attempts goes through four stages: `Timetable` draws when each would give its port back,
/// `PortPools` (or `Ceiling`) says who gets one and which, `Timetable` when those enter and leave each state,
/// and then each gauge catches up.
class BulkRun final : public RunFrame {
 public:
  BulkRun(const ValidScenario& valid, const RunOptions& options, std::size_t block);

 private:
  void go_to(TimePoint end) override;
  void restart_gauges() override;
  void report() override;
  [[nodiscard]] TimePoint run_until(TimePoint stop);
  void serve(TimePoint now);
  [[nodiscard]] bool may_repeat_itself() const;
  [[nodiscard]] bool is_at_cycle(TimePoint now) const;
  void begin_cycle(TimePoint now, TimePoint end);
  void repeat_cycle();
  SearchTally serve_from_pools();
  SearchTally serve_in_turn();
  void count_block();
  [[nodiscard]] StateCounts states_before(TimePoint time) const;
  void reach(TimePoint now);
  void note_first_failure();
  void note_fingerprint();
  void report_gauges();
  [[nodiscard]] Uint128 hold_sum() const;

  /// A cycle that is carried out in place of those after it, and what was counted at its start.
  struct CycleWalk {
    CycleRecord record;
    std::uint64_t taken = 0;
    OutageTracker::Mark outages{};
    std::array<std::uint64_t, 6> counts{};  ///< of the result
    Uint128 search_sum = 0;
  };

  ArrivalStream arrivals_;
  std::vector<std::uint16_t> places_;  ///< the ports in the order in which they are searched
  Ceiling ceiling_;
  std::unique_ptr<Timetable> kept_timetable_;
  Timetable& timetable_;
  PortSearch search_;
  bool gives_in_turn_;                ///< connection n gets place n, modulo their number
  std::optional<PortPools> pools_{};  ///< where not
  std::size_t first_place_;

  std::vector<ListGauge> states_;
  ListGauge ports_;
  ListGauge sessions_;
  Flow releases_;
  std::array<Flow, 3> events_;  ///< timeouts of FIN_WAIT_2, of FINs, and resets in TIME_WAIT

  CycleFinder cycles_;
  std::optional<CycleWalk> cycle_walk_;
  std::uint64_t regular_from_ = 0;  ///< connections: when so many were served all is as a cycle ago
  bool is_cycle_worth_it_ = true;   ///< enough of them would be passed over

  TimePoint last_attempt_{};                ///< of the blocks before
  std::vector<std::uint16_t> ports_given_;  ///< to the block's connections, for the fingerprint
  AttemptBlock block_;
  std::uint64_t ports_peak_ = 0;
  std::array<std::uint64_t, 3> events_before_{};  ///< the counted window
  Uint128 hold_sum_before_ = 0;
};

}  // namespace portsim
