// Outages: maximal runs of attempts that found no port.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/attempt_block.hpp"
#include "portsim/result.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Joins attempts into outages as they come.
class OutageTracker {
 public:
  /// Keeps the first `list_limit` outages one by one, and of all the count, total and longest.
  explicit OutageTracker(std::uint64_t list_limit) : list_limit_(list_limit) {}

  /// `count` attempts in a row failed, the first of them at `now`.
  void attempt_failed(TimePoint now, std::uint64_t count = 1) {
    if (current_.failed == 0) {
      current_.start = now;
    }
    current_.failed += count;
  }

  void attempt_succeeded(TimePoint now) {
    if (current_.failed > 0) {
      finish(now);
    }
  }

  /// The attempts of a block: `attempt_failed` and `attempt_succeeded` for each.
  void note(const AttemptBlock& block);

  /// The outages so far, without one that is open.
  struct Mark {
    std::uint64_t count = 0;
    std::size_t listed = 0;
    Duration total{};
  };
  [[nodiscard]] Mark mark() const { return {result_.count, result_.list.size(), result_.total}; }

  /// What came since `start` comes `times` more, each time `span` later than the last.
  void repeat(const Mark& start, std::uint64_t times, Duration span);

  /// Starts counting anew: an outage that is open counts from its next failed attempt.
  void restart() { *this = OutageTracker(list_limit_); }

  /// What was found up to `end`, where an open outage is cut.
  [[nodiscard]] OutageResult report(TimePoint end) const {
    OutageTracker finished = *this;
    if (current_.failed > 0) {
      finished.current_.open = true;
      finished.finish(end);
    }
    return finished.result_;
  }

 private:
  [[nodiscard]] bool list_is_full() const { return result_.list.size() >= list_limit_; }
  void note_one_by_one(const AttemptBlock& block);
  void finish(TimePoint end) {
    current_.end = end;
    const Duration length = end - current_.start;
    ++result_.count;
    result_.total += length;
    result_.longest = std::max(result_.longest, length);
    if (result_.list.size() < list_limit_) {
      result_.list.push_back(current_);
    } else {
      result_.list_truncated = true;
    }
    current_ = {};
  }

  std::uint64_t list_limit_;
  Outage current_;  ///< open when `failed` > 0
  OutageResult result_;
};

}  // namespace portsim
