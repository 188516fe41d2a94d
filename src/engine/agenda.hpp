// What is due when: the pending events of a run, in the order that the model fixes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/ensure.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// One pending event of a connection or caller.
struct Due {
  TimePoint time{};
  std::uint64_t caller = 0;
  std::uint32_t slot = 0;  ///< the holder's own mark; no part of the order

  friend bool operator<(const Due& a, const Due& b) {
    return a.time != b.time ? a.time < b.time : a.caller < b.caller;
  }
};

/// Events that mostly come in the order in which they are due, as they do behind a constant delay: those
/// go through a ring, in constant time. The others, behind a random delay, go through a heap.
class DelayLine {
 public:
  static constexpr TimePoint kEmpty = TimePoint::max();

  [[nodiscard]] bool empty() const { return ring_size_ == 0 && heap_.empty(); }

  /// When the first event is due; kEmpty if there is none.
  [[nodiscard]] TimePoint next_time() const { return empty() ? kEmpty : front().time; }

  /// The event that is due first; the line must not be empty.
  [[nodiscard]] const Due& front() const { return ring_is_first() ? ring_[ring_begin_] : heap_.front(); }

  void push(const Due& due) {
    if (ring_size_ == 0 || !(due < ring_[wrap(ring_begin_ + ring_size_ - 1)])) {
      if (ring_size_ == ring_.size()) {
        grow();
      }
      ring_[wrap(ring_begin_ + ring_size_)] = due;
      ++ring_size_;
    } else {
      heap_.push_back(due);
      std::push_heap(heap_.begin(), heap_.end(), later);
    }
  }

  /// Takes the first event out; the line must not be empty.
  Due pop() {
    if (ring_is_first()) {
      const Due due = ring_[ring_begin_];
      ring_begin_ = wrap(ring_begin_ + 1);
      --ring_size_;
      return due;
    }
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Due due = heap_.back();
    heap_.pop_back();
    return due;
  }

 private:
  static bool later(const Due& a, const Due& b) { return b < a; }

  [[nodiscard]] std::size_t wrap(std::size_t index) const { return index & (ring_.size() - 1); }

  [[nodiscard]] bool ring_is_first() const {
    return ring_size_ > 0 && (heap_.empty() || ring_[ring_begin_] < heap_.front());
  }

  void grow() {
    std::vector<Due> larger(ring_.size() * 2);
    for (std::size_t i = 0; i < ring_size_; ++i) {
      larger[i] = ring_[wrap(ring_begin_ + i)];
    }
    ring_.swap(larger);
    ring_begin_ = 0;
  }

  std::vector<Due> ring_ = std::vector<Due>(16);  ///< its size is a power of two
  std::size_t ring_begin_ = 0;
  std::size_t ring_size_ = 0;
  std::vector<Due> heap_;
};

/// The pending events of all connections: one delay line for each state that they wait in, one for the
/// instants at which a port in TIME_WAIT may be reused, and one for those at which a translator may forget a
/// connection. Events come out by (time, caller), of one caller by
/// line.
class Agenda {
 public:
  static constexpr std::size_t kReuseLine = 8;
  static constexpr std::size_t kTranslationLine = 9;
  static constexpr std::size_t kLines = 10;

  /// When the next event is due; DelayLine::kEmpty if none is pending.
  [[nodiscard]] TimePoint next_time() const { return heads_[first_]; }

  /// The line of the next event; one must be pending.
  [[nodiscard]] std::size_t next_line() const { return first_; }

  void push(std::size_t line, const Due& due) {
    lines_[line].push(due);
    ++scheduled_;
    heads_[line] = lines_[line].next_time();
    if (is_before(line, first_)) {
      first_ = line;
    }
  }

  /// Takes the next event out; there must be one.
  Due pop() {
    const Due due = lines_[first_].pop();
    ++executed_;
    heads_[first_] = lines_[first_].next_time();
    first_ = 0;
    for (std::size_t line = 1; line < kLines; ++line) {
      if (is_before(line, first_)) {
        first_ = line;
      }
    }
    return due;
  }

  /// Asserts that no event was lost: what was scheduled was executed or is still pending.
  void check_balance(std::uint64_t pending) const {
    ensure(scheduled_ == executed_ + pending, "events were lost");
  }

 private:
  /// True when the head of one line is due before that of another.
  [[nodiscard]] bool is_before(std::size_t one, std::size_t other) const {
    if (heads_[one] != heads_[other]) {
      return heads_[one] < heads_[other];
    }
    if (heads_[one] == DelayLine::kEmpty || one == other) {
      return false;
    }
    const Due& a = lines_[one].front();
    const Due& b = lines_[other].front();
    return a.caller != b.caller ? a.caller < b.caller : one < other;
  }

  static constexpr std::array<TimePoint, kLines> all_empty() {
    std::array<TimePoint, kLines> heads{};
    heads.fill(DelayLine::kEmpty);
    return heads;
  }

  std::array<DelayLine, kLines> lines_;
  std::array<TimePoint, kLines> heads_ = all_empty();
  std::size_t first_ = 0;  ///< the line whose head is due first
  std::uint64_t scheduled_ = 0;
  std::uint64_t executed_ = 0;
};

}  // namespace portsim
