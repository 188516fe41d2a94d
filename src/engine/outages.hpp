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

  /// All outages so far, but not one that is open.
  [[nodiscard]] std::uint64_t count() const { return result_.count; }
  [[nodiscard]] Duration total() const { return result_.total; }
  [[nodiscard]] bool list_is_full() const { return result_.list.size() >= list_limit_; }

  /// `count` more outages of `total` passed by, none of them longer than one before; an open one is `later`.
  /// Where there were any the list is full.
  void pass(std::uint64_t count, Duration total, Duration later) {
    result_.count += count;
    result_.total += total;
    result_.list_truncated = result_.list_truncated || count > 0;
    current_.start += later;
  }

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
