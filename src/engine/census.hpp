// How many connections are in which state, over time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/ensure.hpp"
#include "portsim/result.hpp"
#include "portsim/tcp.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A number that changes at instants. It is read only where time advances: a value that is held for no
/// time counts neither for the peak nor for the area.
class Gauge {
 public:
  [[nodiscard]] std::uint64_t value() const { return value_; }

  /// The instant since which `value` has been held, at the earliest the last settling.
  [[nodiscard]] TimePoint since() const { return since_; }

  [[nodiscard]] std::uint64_t peak() const { return peak_; }

  [[nodiscard]] Uint128 area() const { return area_; }

  /// Brings peak and area up to `now`.
  void settle(TimePoint now) {
    if (now != since_) {
      ensure(now > since_, "time went back");
      area_ += Uint128{value_} * static_cast<std::uint64_t>((now - since_).count());
      peak_ = std::max(peak_, value_);
      since_ = now;
    }
  }

  void increase(TimePoint now) {
    settle(now);
    ++value_;
  }

  void decrease(TimePoint now) {
    settle(now);
    ensure(value_ > 0, "a gauge fell below zero");
    --value_;
  }

  /// Forgets peak and area; the value goes on. To be called when settled.
  void restart() {
    peak_ = 0;
    area_ = 0;
  }

  /// The peak since the last call (or restart), forgotten thereby. To be called when settled.
  std::uint64_t take_peak() {
    const std::uint64_t peak = peak_;
    peak_ = 0;
    return peak;
  }

 private:
  std::uint64_t value_ = 0;
  TimePoint since_{};
  std::uint64_t peak_ = 0;
  Uint128 area_ = 0;
};

/// The one door for every change of state: counts and states cannot disagree.
class Census {
 public:
  /// `session_limit`: server sessions above which Event ID 2009 is logged.
  explicit Census(std::optional<std::uint64_t> session_limit) : session_limit_(session_limit) {}

  /// A connection goes from one state to another; CLOSED is outside.
  void move(TimePoint now, TcpState from, TcpState to);

  /// Brings every gauge up to `now`, and gives the peak of the ports in use since the last settling.
  std::uint64_t settle(TimePoint now);

  /// Starts counting anew; what is held goes on. To be called when settled.
  void restart();

  /// Connections in each state at this moment.
  [[nodiscard]] StateCounts counts() const;

  /// Writes all that was counted. To be called when settled.
  void report(Result& result) const;

 private:
  struct StateGauge {
    Gauge gauge;
    std::uint64_t entered = 0;
  };

  void settle_sessions(TimePoint now);
  static GaugeResult summary(const Gauge& gauge);

  std::array<StateGauge, kTcpStateCount> states_;
  Gauge ports_;                   ///< its peak is that since the last settling
  std::uint64_t ports_peak_ = 0;  ///< up to the last settling
  Gauge sessions_;
  std::optional<std::uint64_t> session_limit_;
  std::optional<TimePoint> event_2009_;
};

}  // namespace portsim
