// Which attempts get a port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/attempt_block.hpp"
#include "engine/course.hpp"
#include "engine/instants.hpp"
#include "engine/list_gauge.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Releases in order, each `shift` later than its time says.
struct KnownReleases {
  const std::int64_t* times = nullptr;
  std::size_t count = 0;
  Duration shift{};
};

/// The ceiling of the ports in use: of N ports connection n (from 0) gets one exactly when release n - N came
/// no later than its attempt.
class Ceiling {
 public:
  explicit Ceiling(std::uint64_t ports) : ports_(ports) {}

  /// The shortest time by which a release comes before the attempt that needs it, where everybody of the
  /// block gets a port: the first ones one of those that are `free`, each other one that of the next of
  /// `releases`. `kNever` where none is needed; empty where somebody gets none.
  [[nodiscard]] static std::optional<Duration> serve_all(const AttemptBlock& block, std::uint64_t free,
                                                         const KnownReleases& releases);

  /// Works out which attempts get a port: their times are added to `taken`, the others are noted in the
  /// block. All `releases` up to the last attempt must be known and in order, but for those of the block's
  /// own connections where everybody holds a port for as long: these are then `taken`, and come later. The
  /// first `released` of them came before the block.
  ///
  /// Gives the shortest time by which a release came before the attempt that needed it; `kNever` where
  /// none was needed.
  Duration serve(AttemptBlock& block, Instants& taken, Flow releases, std::uint64_t released = 0) const;

 private:
  std::uint64_t ports_;
};

}  // namespace portsim
