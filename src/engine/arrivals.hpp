// When connections are attempted: the arrival processes of the model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/cycle.hpp"
#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// The instants floor(k * step) for k = 0, 1, 2 ..., where step is an exact fraction of nanoseconds.
class ExactSteps {
 public:
  /// step = numerator / denominator * count nanoseconds.
  ExactSteps(Fraction step, std::uint64_t count);

  [[nodiscard]] Duration now() const { return now_; }
  void advance();
  void restart();

  /// Later by `span`, which is a multiple of the whole nanoseconds that some number of steps take.
  void jump(Duration span) { now_ += span; }

  /// After how many steps it is a whole number of nanoseconds again, and how many; empty where that is longer
  /// than any run.
  [[nodiscard]] std::optional<Cycle> cycle() const;

 private:
  Duration whole_{};  ///< kLongestDelay + 1 ns when the step is longer than any run
  Uint128 part_ = 0;  ///< the step's fraction, in 1 / denominator_
  Uint128 denominator_ = 1;
  Duration now_{};
  Uint128 carried_ = 0;
};

/// The first tries of all callers, in order.
class ArrivalStream {
 public:
  static constexpr TimePoint kOver = TimePoint::max();

  /// Keeps a reference to `scenario`.
  ArrivalStream(const Scenario& scenario, const Draws& draws);

  /// The next caller's first try; kOver when it would not lie before the end of the run.
  [[nodiscard]] TimePoint next_time() const { return next_; }

  /// The next caller's ordinal, from 0.
  [[nodiscard]] std::uint64_t caller() const { return caller_; }

  /// The log's row for `caller`; null for a load that is made up.
  [[nodiscard]] const RecordedConnection* row(std::uint64_t caller) const {
    return recorded_ == nullptr ? nullptr : &(*recorded_)[caller];
  }

  void advance();

  /// Takes the first tries before `limit`, at most `most` of them, and writes their times; gives their
  /// number. The rows of these callers are at hand until the next call.
  std::size_t take_before(TimePoint limit, std::int64_t* times, std::size_t most);

  /// Attempts that come again and again at the same distances; empty where they never do, or are not known
  /// to.
  [[nodiscard]] std::optional<Cycle> cycle() const;

  /// Passes over a whole number of cycles, in all as much as `jump`; the next attempt lies before the end
  /// still.
  void pass(const Cycle& jump);

 private:
  enum class Process : std::uint8_t { steps, poisson, on_off, scheduled, recorded };

  void take_poisson();
  void draw_ahead();
  void begin_cycle_if_over();
  void find_scheduled();
  void find_recorded();
  std::size_t take_recorded(TimePoint limit, std::int64_t* times, std::size_t most);
  void set_next(TimePoint time) { next_ = time < end_ ? time : kOver; }

  TimePoint end_;
  TimePoint next_ = kOver;
  std::uint64_t caller_ = 0;
  Process process_ = Process::steps;

  ExactSteps steps_{Fraction{}, 1};
  std::uint64_t batch_ = 1;       ///< attempts at one step
  std::uint64_t batch_left_ = 1;  ///< of them, those still to come

  double mean_gap_ns_ = 0;
  Uint128 gap_sum_ = 0;                ///< of all gaps that were drawn, in 2^-32 ns
  std::vector<std::int64_t> drawn_{};  ///< Poisson arrivals that were drawn together
  std::vector<std::int64_t> rests_{};  ///< of their gaps
  std::size_t next_ahead_ = 0;
  Draws draws_;

  Duration on_{};
  Duration cycle_{};
  TimePoint cycle_start_{};

  const Schedule* schedule_ = nullptr;
  std::size_t step_ = 0;
  Uint128 until_next_ = 0;  ///< connections from the step's start to the next attempt, in 10^-18
  Uint128 requests_ = 0;    ///< connections from one attempt to the next, in 10^-18

  const RowView* recorded_ = nullptr;
  std::uint64_t passed_ = 0;  ///< rows that nobody needs any more, where they are taken together
};

}  // namespace portsim
