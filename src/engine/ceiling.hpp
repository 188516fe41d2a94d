// Which attempts get a port.
#pragma once

#include <cstdint>

#include "engine/attempt_block.hpp"
#include "engine/course.hpp"
#include "engine/instants.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The ceiling of the ports in use, where everybody holds one for as long: of N ports connection n (from 0)
/// gets one exactly when release n - N came no later than its attempt.
class Ceiling {
 public:
  explicit Ceiling(std::uint64_t ports) : ports_(ports) {}

  /// Works out which attempts get a port: their times are added to `taken`, the others are noted in the
  /// block. Each connection is released `hold` later.
  ///
  /// Gives the shortest time by which a release came before the attempt that needed it; `kNever` where
  /// none was needed.
  Duration serve(AttemptBlock& block, Instants& taken, Duration hold) const;

 private:
  std::uint64_t ports_;
};

}  // namespace portsim
