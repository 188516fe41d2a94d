// A gauge that is two sorted lists: when something was entered, and when it was left.
//
// The n-th entry (from 0) finds at most K inside, itself included, exactly when exit n - K came no later. So
// a peak is a K that rises when that fails, an average is sums of exits less sums of entries, and the value
// at an instant is a difference of two ranks.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/instants.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// A list of instants, all of them later by one delay: a constant phase only shifts a list.
struct Flow {
  const Instants* list = nullptr;
  Duration shift{};

  /// How many lie before `time`.
  [[nodiscard]] std::uint64_t rank_of(TimePoint time) const { return list->rank_of(time - shift); }

  /// The sum of `time` - instant over those before `time`, modulo 2^128.
  [[nodiscard]] Uint128 time_since(TimePoint time) const {
    const auto distance = static_cast<Uint128>((time - shift).time_since_epoch().count());
    return rank_of(time) * distance - list->sum_before(time - shift);
  }
};

/// How many are inside, over time. As with `Gauge`, a value that is held for no time leaves no trace.
class ListGauge {
 public:
  /// Entries and exits in equal number, each exit no earlier than its entry. Each n-th exit is the n-th that
  /// comes, whosever it is.
  ListGauge(Flow in, Flow out) : in_(in), out_(out) {}

  /// As `Gauge::restart`, at `now`, before which all is known. From here on the gauge also notes when it
  /// first exceeds `limit`.
  void restart(TimePoint now, std::optional<std::uint64_t> limit = std::nullopt);

  /// Counts what entered before `now`. All entries and exits before `now` must be known.
  void advance(TimePoint now);

  /// `Instants::pass` was called for its lists: all that was counted has happened as much later.
  void pass(std::uint64_t count) { next_ += in_.list->size() > 0 ? count : 0; }

  /// The largest value since the last call or restart, forgotten thereby.
  std::uint64_t take_peak(TimePoint now);

  /// The largest value since `restart` (or `take_peak`).
  [[nodiscard]] std::uint64_t peak() const { return peak_; }

  /// When the value first exceeded the limit.
  [[nodiscard]] std::optional<TimePoint> exceeded() const { return exceeded_; }

  /// The value just before `time`.
  [[nodiscard]] std::uint64_t value_before(TimePoint time) const {
    return in_.rank_of(time) - out_.rank_of(time);
  }

  /// The value at `time`, after all that happens then.
  [[nodiscard]] std::uint64_t value_at(TimePoint time) const { return value_before(time + Duration{1}); }

  /// Entries from `restart` up to `end`, not included.
  [[nodiscard]] std::uint64_t entered(TimePoint end) const { return in_.rank_of(end) - entered_before_; }

  /// Sum of value x nanoseconds from `restart` to `end`.
  [[nodiscard]] Uint128 area(TimePoint end) const { return area_until(end) - area_before_; }

 private:
  [[nodiscard]] Uint128 area_until(TimePoint end) const { return in_.time_since(end) - out_.time_since(end); }
  void raise_peak(std::uint64_t begin, std::uint64_t end);

  Flow in_;
  Flow out_;
  std::uint64_t next_ = 0;  ///< the first entry that is not counted yet
  std::uint64_t peak_ = 0;
  std::optional<std::uint64_t> limit_;
  std::optional<TimePoint> exceeded_;
  std::uint64_t entered_before_ = 0;
  Uint128 area_before_ = 0;
};

}  // namespace portsim
