// Which attempts get a port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/instants.hpp"
#include "engine/list_gauge.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Attempts that are worked out together.
struct AttemptBlock {
  explicit AttemptBlock(std::size_t size) : times(size), failed(size + 1) {}

  std::vector<std::int64_t> times;  ///< ascending, in nanoseconds; the first `count` are in use
  std::vector<std::uint32_t>
      failed;  ///< indices of those that found no port; the first `failures` are in use
  std::size_t count = 0;
  std::size_t failures = 0;
  std::uint64_t first_caller = 0;  ///< callers follow each other

  [[nodiscard]] std::size_t served() const { return count - failures; }
};

/// The ceiling of the ports in use: of N ports connection n (from 0) gets one exactly when release n - N came
/// no later than its attempt.
class Ceiling {
 public:
  explicit Ceiling(std::uint64_t ports) : ports_(ports) {}

  /// Works out which attempts get a port: their times are added to `taken`, the others are noted in the
  /// block. `releases` must know all releases up to the last attempt, or be `taken` itself, later by the
  /// hold.
  ///
  /// Gives the shortest time by which such a release came before its attempt; `kNoRelease` where none was
  /// needed.
  Duration serve(AttemptBlock& block, Instants& taken, const Flow& releases) const;

  static constexpr Duration kNoRelease = Duration::max();

 private:
  std::uint64_t ports_;
};

}  // namespace portsim
