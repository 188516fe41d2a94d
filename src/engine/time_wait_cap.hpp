// The cap on connections in TIME_WAIT: who is counted, and who has to go.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/ensure.hpp"
#include "portsim/stack.hpp"

namespace portsim {

/// A connection in its slot. Its caller tells it from others that were in the slot before.
struct Occupant {
  std::uint32_t slot = 0;
  std::uint64_t caller = 0;
};

/// Keeps what the stack's rule needs; without a cap nothing.
class TimeWaitCap {
 public:
  explicit TimeWaitCap(const Stack& stack) : most_(stack.max_time_wait), rule_(stack.cap_rule) {}

  /// True when a connection that would become a mini-socket is to be closed instead.
  [[nodiscard]] bool destroys_newcomer() const {
    return has(CapRule::destroy_newcomer) && mini_sockets_ >= *most_;
  }

  /// True when one in TIME_WAIT, the newcomer included, has to go.
  [[nodiscard]] bool recycles() const { return has(CapRule::recycle_oldest) && in_time_wait_ > *most_; }

  /// True when, of `connections` in all, one in TIME_WAIT has to go before the next is opened.
  [[nodiscard]] bool is_crowded(std::uint64_t connections) const {
    return has(CapRule::recycle_when_crowded) && connections >= *most_ && in_time_wait_ > 0;
  }

  void add_mini_socket() { ++mini_sockets_; }
  void remove_mini_socket() { --mini_sockets_; }

  void enter_time_wait(const Occupant& connection) {
    ++in_time_wait_;
    if (has(CapRule::recycle_oldest) || has(CapRule::recycle_when_crowded)) {
      entered_.push_back(connection);
    }
  }
  void leave_time_wait() { --in_time_wait_; }

  /// The connection that is longest in TIME_WAIT; there must be one. `is_waiting` tells whether a connection
  /// is in TIME_WAIT still.
  template <class IsWaiting>
  [[nodiscard]] Occupant oldest(const IsWaiting& is_waiting) {
    while (!is_waiting(entered_.front())) {
      entered_.pop_front();
      ensure(!entered_.empty(), "the oldest connection in TIME_WAIT was lost");
    }
    return entered_.front();
  }

 private:
  [[nodiscard]] bool has(CapRule rule) const { return most_ && rule_ == rule; }

  std::optional<std::uint64_t> most_;
  CapRule rule_;
  std::uint64_t mini_sockets_ = 0;
  std::uint64_t in_time_wait_ = 0;
  std::deque<Occupant> entered_;  ///< in order; those that have left meanwhile included
};

}  // namespace portsim
