// Timetables of connections each of which has a course of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "engine/timetable.hpp"

namespace portsim {

/// Asks `CoursePlanner` for the course of each attempt, whatever decides it: lost segments, timers on a
/// wheel, random delays that end by a timeout, resets, the rows of a log.
///
/// Each transition that is met has a list of the instants at which it comes, to be ranked. What flows ask for
/// are some of the transitions: their lists are merged as they are ranked, so that each instant is sorted
/// once.
class PlannedTimetable final : public Timetable {
 public:
  /// True when every connection surely holds its port for some time.
  [[nodiscard]] static bool can_tell(const Scenario& scenario);

  PlannedTimetable(const Scenario& scenario, std::size_t block);

  void forget_before(TimePoint time) override;
  [[nodiscard]] Instants& taken() override { return taken_; }
  [[nodiscard]] Flow flow(const TransitionChoice& chosen) override;
  [[nodiscard]] Flow releases() override { return {&released_, Duration{}}; }
  [[nodiscard]] bool has_own_holds() const override { return true; }
  [[nodiscard]] bool has_constant_hold() const override { return false; }
  [[nodiscard]] Duration shortest_hold() const override { return shortest_hold_; }
  void draw(const AttemptBlock& block) override;
  void keep(const AttemptBlock& block, TimePoint now, const std::uint32_t* numbers) override;
  void rank_up_to(TimePoint now) override;
  [[nodiscard]] Instants& released() override { return released_; }
  [[nodiscard]] BlockCounts counts(std::size_t count) const override;
  [[nodiscard]] Outcome outcome(std::size_t index) const override { return plans_[index].outcome; }
  [[nodiscard]] TcpState first_state(std::size_t index) const override { return plans_[index].first_state; }

 private:
  static constexpr std::uint8_t kUnmet = std::numeric_limits<std::uint8_t>::max();

  /// What becomes of an attempt of the block if it gets a port.
  struct Plan {
    Outcome outcome{};
    std::uint8_t draws_capped = 0;
    std::uint8_t length = 0;
    TcpState first_state{};
    std::array<std::uint8_t, Course::kLongest> transitions{};  ///< by number
    std::array<std::int64_t, Course::kLongest> times{};
  };

  /// A transition that was met, and its instants.
  struct Met {
    Transition transition;
    Instants instants;  ///< those that are ranked stay until they are merged
    std::uint64_t merged = 0;
    std::vector<std::int64_t> fresh;  ///< of the block
  };

  /// The instants of some transitions.
  struct Merged {
    TransitionChoice chosen;
    Instants instants;
    std::vector<std::size_t> parts;  ///< transitions, by number
  };

  [[nodiscard]] std::uint8_t number_of(TcpState from, TcpEvent event) {
    const std::uint8_t number = numbers_[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
    return number == kUnmet ? meet(from, event) : number;
  }
  [[nodiscard]] std::uint8_t meet(TcpState from, TcpEvent event);
  [[nodiscard]] std::int64_t plan(std::uint64_t caller, TimePoint start, Plan& plan);
  void merge(Merged& merged);

  const Scenario& scenario_;
  const RowView* rows_ = nullptr;  ///< of a recorded load
  CoursePlanner planner_;
  Instants taken_;
  Instants released_;
  std::array<std::array<std::uint8_t, kTcpEventCount>, kTcpStateCount> numbers_{};  ///< or `kUnmet`
  std::vector<Met> met_;
  std::vector<std::unique_ptr<Merged>> flows_;
  std::vector<Plan> plans_;                 ///< of the block; after `keep` those of its connections
  std::vector<std::int64_t> ends_;          ///< of those of the block that have one ...
  std::vector<std::uint32_t> end_numbers_;  ///< ... and their numbers
  Duration shortest_hold_{};
};

}  // namespace portsim
