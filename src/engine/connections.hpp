// The connections that hold a port.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "engine/course.hpp"
#include "engine/port_space.hpp"
#include "engine/refused_tuples.hpp"
#include "portsim/tcp.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The caller of a slot that is free.
inline constexpr std::uint64_t kNobody = std::numeric_limits<std::uint64_t>::max();

/// A connection that holds a port.
struct Connection {
  Course course;
  TimePoint start{};
  std::uint64_t caller = kNobody;
  std::uint32_t host = 0;
  HeldPort port;
  Tuple tuple;
  std::uint8_t step = 0;  ///< of the course: what is pending
  TcpState state = TcpState::closed;
  bool counted = false;         ///< attempted within the counted window
  bool is_mini_socket = false;  ///< see CourseStep
  bool is_reusable = false;     ///< in TIME_WAIT, after an age
  TimePoint time_wait_end{};    ///< known in TIME_WAIT
};

/// The connections that hold a port, in slots that are used again.
class ConnectionTable {
 public:
  std::uint32_t add(const Connection& connection) {
    if (free_.empty()) {
      slots_.push_back(connection);
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = connection;
    return slot;
  }

  void remove(std::uint32_t slot) {
    slots_[slot].caller = kNobody;
    free_.push_back(slot);
  }

  /// True while the connection of that caller is in that slot.
  [[nodiscard]] bool holds(std::uint32_t slot, std::uint64_t caller) const {
    return slots_[slot].caller == caller;
  }

  [[nodiscard]] Connection& operator[](std::uint32_t slot) { return slots_[slot]; }
  [[nodiscard]] const Connection& operator[](std::uint32_t slot) const { return slots_[slot]; }

  [[nodiscard]] std::uint64_t size() const { return slots_.size() - free_.size(); }

 private:
  std::vector<Connection> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace portsim
