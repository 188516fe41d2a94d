// One run of the discrete-event engine: its state, and what can happen to it.
//
// run.cpp is the loop, attempts.cpp what an attempt does, transitions.cpp what becomes of a connection.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/agenda.hpp"
#include "engine/arrivals.hpp"
#include "engine/census.hpp"
#include "engine/connections.hpp"
#include "engine/course.hpp"
#include "engine/host.hpp"
#include "engine/run_frame.hpp"
#include "engine/translator.hpp"

namespace portsim {

/// A run event by event.
class Run final : public RunFrame {
 public:
  Run(const ValidScenario& valid, const RunOptions& options);

 private:
  /// A try of a caller to get a port: the first one or a repetition.
  struct Attempt {
    TimePoint time{};
    std::uint64_t caller = 0;
    std::uint32_t number = 0;  ///< of the try, from 0
  };

  /// What an attempt wants, and of whom.
  struct Wish {
    std::uint32_t host = 0;
    PortRequest port;
    const RecordedConnection* row = nullptr;
  };

  void go_to(TimePoint end) override;
  void restart_gauges() override;
  void report() override;
  void process_before(TimePoint limit);

  [[nodiscard]] TimePoint next_attempt_time() const {
    return std::min(arrivals_.next_time(), retries_.next_time());
  }
  Attempt take_attempt();
  void execute(const Attempt& attempt);

  [[nodiscard]] Wish wish(const Attempt& attempt) const;
  [[nodiscard]] bool may_have(const PortSpace::Answer& found, const Wish& wish, TimePoint now) const;
  [[nodiscard]] bool is_translated(const Attempt& attempt, const Wish& wish);
  void connect(const Attempt& attempt, const Wish& wish, const PortSpace::Answer& found);
  void drop(const Attempt& attempt, const Wish& wish, const PortSpace::Answer& found);
  void hold(const Attempt& attempt, const Wish& wish, const PortSpace::Answer& found, const Course& course);
  void fail(const Attempt& attempt, PoolFailures NatResult::*pool);
  void retry_or_give_up(const Attempt& attempt, TimePoint from);
  void note_fingerprint(TimePoint time, Outcome outcome, std::uint16_t port);

  void execute_transition();
  void take_step(std::uint32_t slot, TimePoint now);
  void enter_time_wait(std::uint32_t slot, TimePoint now);
  [[nodiscard]] TimePoint reusable_from(TimePoint entered) const;
  void recycle_oldest(Host& host, TimePoint now);
  void close_early(std::uint32_t slot, TimePoint now, std::uint64_t EarlyReleases::*cause);
  void change_state(Connection& connection, TimePoint now, TcpEvent event);
  void schedule(std::uint32_t slot, TimePoint now);
  void release(std::uint32_t slot, TimePoint now);

  CoursePlanner planner_;
  ArrivalStream arrivals_;
  DelayLine retries_;  ///< `slot` is the number of the try
  std::vector<Host> hosts_;
  std::optional<Translator> translator_;
  ConnectionTable connections_;
  Agenda agenda_;

  Census census_;
  TimePoint last_release_of_all_{};
  std::uint64_t first_counted_caller_ = 0;
  Uint128 hold_sum_ns_ = 0;
};

}  // namespace portsim
