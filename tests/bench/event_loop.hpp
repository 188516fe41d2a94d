// The model of portsim as a plain loop of events, the way in which simulators are usually written: what the
// benchmarks measure portsim against. It shares portsim's scenario and random draws, so that the results must
// be the same, and nothing of its engine.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/draws.hpp"
#include "engine/timers.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"
#include "portsim/wide.hpp"

namespace portsim::bench {

/// A pending event: 16 bytes.
struct Event {
  std::int64_t time = 0;   ///< nanoseconds
  std::uint32_t slot = 0;  ///< of the connection
  bool is_attempt = false;

  /// The order of events: at one instant what becomes of connections goes before attempts.
  friend bool operator>(const Event& a, const Event& b) {
    return a.time != b.time ? a.time > b.time : a.is_attempt && !b.is_attempt;
  }
};

/// A number that changes over time: its peak, its integral, and how often it grew.
class Gauge {
 public:
  explicit Gauge(std::int64_t end) : end_(end) {}

  void change(std::int64_t now, int by) {
    settle(now);
    value_ += by;
    entered_ += by > 0 && now < end_ ? 1U : 0U;
  }

  /// Accounts for the time until `now`, of which that after the end of the window does not count.
  void settle(std::int64_t now) {
    const std::int64_t until = std::min(now, end_);
    if (until > last_) {
      peak_ = std::max(peak_, value_);
      area_ += Int128{value_} * (until - last_);
      last_ = until;
    }
  }

  [[nodiscard]] std::int64_t peak() const { return peak_; }
  [[nodiscard]] std::uint64_t entered() const { return entered_; }

  /// The average over the window, for comparison with a relative tolerance.
  [[nodiscard]] double mean() const { return static_cast<double>(area_) / static_cast<double>(end_); }

 private:
  using Int128 = __int128_t;

  std::int64_t end_;
  std::int64_t last_ = 0;
  std::int64_t value_ = 0;
  std::int64_t peak_ = 0;
  std::uint64_t entered_ = 0;
  Int128 area_ = 0;
};

/// The ports of one key of the scope; any free one is as good as any other.
class Ports {
 public:
  explicit Ports(std::uint32_t size) : size_(size) {}

  /// A free port, by number from 0; empty if there is none.
  std::optional<std::uint16_t> take() {
    if (!freed_.empty()) {
      const std::uint16_t port = freed_.back();
      freed_.pop_back();
      return port;
    }
    return begun_ < size_ ? std::optional(static_cast<std::uint16_t>(begun_++)) : std::nullopt;
  }

  void give_back(std::uint16_t port) { freed_.push_back(port); }

 private:
  std::uint32_t size_;
  std::uint32_t begun_ = 0;  ///< ports that were given out at least once
  std::vector<std::uint16_t> freed_;
};

/// The host, its connections and its load. Whoever keeps the events calls `begin`, then `handle` for each of
/// them in order; what is to come is handed to `schedule`.
class EventLoop {
 public:
  /// Throws std::invalid_argument for what the loop does not know: loss, unreachable peers, retries, batches,
  /// ...
  explicit EventLoop(const ValidScenario& scenario);

  /// The first attempt; empty if the load has none.
  [[nodiscard]] std::optional<Event> first() { return next_attempt(); }

  /// Does what is due and hands each event that follows from it to `schedule`.
  template <typename Schedule>
  void handle(const Event& event, const Schedule& schedule) {
    if (event.is_attempt) {
      if (const std::optional<Event> own = attempt(event.time)) {
        schedule(*own);
      }
      if (const std::optional<Event> next = next_attempt()) {
        schedule(*next);
      }
    } else if (const std::optional<Event> next = step(event.time, event.slot)) {
      schedule(*next);
    }
  }

  /// The results as one JSON object, with the names of portsim's.
  [[nodiscard]] std::string results();

 private:
  struct Connection {
    std::int64_t rtt = 0;
    std::int64_t lifetime = 0;
    std::uint32_t key = 0;
    std::uint16_t port = 0;
    TcpState state = TcpState::closed;
    Closer closer = Closer::client;
  };

  [[nodiscard]] std::optional<Event> next_attempt();
  std::optional<Event> attempt(std::int64_t now);
  std::optional<Event> step(std::int64_t now, std::uint32_t slot);
  std::optional<Event> close(std::int64_t now, std::uint32_t slot);
  [[nodiscard]] std::uint32_t slot_for(const Connection& connection);
  Event enter(std::int64_t now, std::uint32_t slot, TcpState state, std::int64_t stay);
  [[nodiscard]] Gauge& gauge(TcpState state) { return states_[static_cast<std::size_t>(state)]; }

  const ValidScenario& scenario_;
  Draws draws_;
  Timers timers_;
  std::int64_t end_;
  const RowView* recorded_ = nullptr;
  Uint128 gap_numerator_ = 0;
  Uint128 gap_denominator_ = 1;
  double mean_gap_ns_ = 0;
  bool is_poisson_ = false;
  Uint128 gap_sum_ = 0;  ///< 2^-32 ns
  std::uint64_t caller_ = 0;

  std::vector<Ports> ports_;  ///< by key of the scope
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> free_slots_;

  std::uint64_t attempts_ = 0;
  std::uint64_t failed_ = 0;
  std::optional<std::pair<std::uint64_t, std::int64_t>> first_failure_;  ///< attempt and time
  Gauge in_use_;
  std::vector<Gauge> states_;
};

}  // namespace portsim::bench
