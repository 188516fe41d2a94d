// Timetables of connections whose closer decides what happens: their waits are sums of delays.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/draws.hpp"
#include "engine/timers.hpp"
#include "engine/timetable.hpp"

namespace portsim {

/// The random parts of a connection's course.
enum class Part : std::uint8_t { rtt, lifetime, peer_close_delay, client_close_delay };

inline constexpr std::size_t kPartCount = 4;

/// An instant in a connection's life, from connect() on: constants and random parts; or the end of a timer
/// that is armed then.
struct Moment {
  Duration constant{};
  std::array<std::uint8_t, kPartCount> wholes{};  ///< how often each random part is in it
  std::uint8_t half_rtts = 0;                     ///< rounded down
  std::optional<Duration> timer{};                ///< on a wheel

  /// True when nothing random is in it: then whoever begins later does not come to it earlier.
  [[nodiscard]] bool is_sure() const {
    return half_rtts == 0 && wholes == std::array<std::uint8_t, kPartCount>{};
  }

  [[nodiscard]] bool is_constant() const { return is_sure() && !timer; }

  /// By how much it is later than `other`; empty if that differs.
  [[nodiscard]] std::optional<Duration> later_than(const Moment& other) const {
    const bool is_like = wholes == other.wholes && half_rtts == other.half_rtts && timer == other.timer;
    const Duration difference = constant - other.constant;
    return is_like && (!timer || difference == Duration{}) ? std::optional(difference) : std::nullopt;
  }

  friend bool operator==(const Moment&, const Moment&) = default;
};

/// Connections that go through the same states: those of one closer.
struct Kind {
  /// A stay in one state, and how it ends.
  struct Phase {
    Transition transition;
    Moment end;
  };

  Closer closer{};
  Outcome outcome{};
  std::vector<Phase> phases;

  [[nodiscard]] const Moment& hold() const { return phases.back().end; }
};

/// What the steps are and which delays they add up comes from `CoursePlanner`, which is asked once for each
/// closer; what is left for a connection is to draw its random delays and add, and to round up what ends on a
/// timer wheel. Instants that differ by a constant share a list: with constant phases there is one list in
/// all, with random lifetimes there are two.
class SummedTimetable final : public Timetable {
 public:
  /// True when the closer alone decides which states a connection goes through, and all that ends on a wheel
  /// is TIME_WAIT.
  [[nodiscard]] static bool can_tell(const Scenario& scenario);

  SummedTimetable(const Scenario& scenario, std::size_t block);

  void forget_before(TimePoint time) override;
  [[nodiscard]] Instants& taken() override { return lists_.front()->instants; }
  [[nodiscard]] Flow flow(const TransitionChoice& chosen) override { return flow(moments(chosen)); }
  [[nodiscard]] Flow releases() override { return releases_; }
  [[nodiscard]] bool has_own_holds() const override { return !due_.empty(); }
  [[nodiscard]] bool has_constant_hold() const override;
  [[nodiscard]] Duration shortest_hold() const override;
  void draw(const AttemptBlock& block) override;
  void keep(const AttemptBlock& block, TimePoint now, const std::uint32_t* numbers) override;
  void rank_up_to(TimePoint now) override;
  [[nodiscard]] Instants& released() override;
  [[nodiscard]] BlockCounts counts(std::size_t count) const override;
  [[nodiscard]] Outcome outcome(std::size_t index) const override { return kinds_[kind_of(index)].outcome; }
  [[nodiscard]] TcpState first_state(std::size_t index) const override;

 private:
  /// A moment of each kind; empty where connections of the kind do not come to it.
  using Moments = std::vector<std::optional<Moment>>;

  /// The instants at which connections of some kinds come to one moment of their lives.
  struct List {
    Moments of_kind;
    bool is_met = false;       ///< by any kind
    bool is_in_order = false;  ///< as the connections began
    Instants instants;
    Duration least_shift{};     ///< of the flows that it serves
    Duration greatest_shift{};  ///< likewise
  };

  [[nodiscard]] Moments moments(const TransitionChoice& chosen) const;
  Flow flow(Moments of_kind);
  void read_kind(Closer closer);
  void draw_kinds(const AttemptBlock& block);
  void keep_drawn(const AttemptBlock& block);
  [[nodiscard]] std::size_t kind_of(std::size_t index) const {
    return kinds_.size() == 1 ? 0 : kind_numbers_[index];
  }
  void write(const Moments& of_kind, const std::int64_t* times, std::size_t count, std::int64_t* room) const;
  void end_timers(const std::array<Moment, kCloserCount>& moments, std::size_t count,
                  std::int64_t* room) const;
  [[nodiscard]] std::uint64_t draws_capped(std::size_t count) const;
  std::size_t drop_other_kinds(const Moments& of_kind, std::size_t count, std::int64_t* room) const;

  const Scenario& scenario_;
  Draws draws_;
  Timers timers_;
  std::vector<Kind> kinds_;
  std::vector<std::unique_ptr<List>> lists_;

  Moments holds_;
  Flow releases_;
  std::vector<std::int64_t> room_;
  std::vector<std::uint8_t> kind_numbers_;                   ///< of the block; empty with one kind
  std::array<std::vector<std::int64_t>, kPartCount> drawn_;  ///< empty where the part is constant
  std::array<std::vector<std::uint8_t>, kPartCount> drawn_capped_;
};

}  // namespace portsim
