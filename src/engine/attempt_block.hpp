// Attempts that are worked out together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace portsim {

/// Attempts that follow each other, and which of them got a port.
struct AttemptBlock {
  explicit AttemptBlock(std::size_t size) : times(size + 1), served(size + 1), failed(size + 1) {}

  std::vector<std::int64_t> times;  ///< ascending, in nanoseconds; the first `count` are in use, one is spare
  std::vector<std::uint32_t> served;  ///< indices of those that got a port; filled only where some failed
  std::vector<std::uint32_t> failed;  ///< indices of the others; the first `failures` are in use
  std::size_t count = 0;
  std::size_t failures = 0;
  std::uint64_t first_caller = 0;  ///< callers follow each other

  /// How many attempts it may have.
  [[nodiscard]] std::size_t room() const { return times.size() - 1; }

  [[nodiscard]] std::size_t connections() const { return count - failures; }

  /// Which attempt connection `index` of the block was.
  [[nodiscard]] std::size_t attempt_of(std::size_t index) const {
    return failures == 0 ? index : served[index];
  }
};

}  // namespace portsim
