// Which attempts get a port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/attempt_block.hpp"
#include "engine/course.hpp"
#include "engine/instants.hpp"
#include "engine/list_gauge.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The ceiling of the ports in use: of N ports connection n (from 0) gets one exactly when release n - N came
/// no later than its attempt.
class Ceiling {
 public:
  explicit Ceiling(std::uint64_t ports) : ports_(ports) {}

  /// Works out which attempts get a port: their times are added to `taken`, the others are noted in the
  /// block. Each connection is released `hold` later.
  ///
  /// Gives the shortest time by which a release came before the attempt that needed it; `kNever` where
  /// none was needed.
  Duration serve(AttemptBlock& block, Instants& taken, Duration hold) const;

  /// The same where holds differ: attempt i would give its port back at `due`[i], later than it comes. Of the
  /// `releases` of others those up to the first attempt are ranked, and those from there up to the last
  /// attempt are either ranked or among `unranked`.
  void serve(AttemptBlock& block, Instants& taken, const std::int64_t* due, const Flow& releases,
             const std::vector<std::int64_t>& unranked);

 private:
  void count_releases(const AttemptBlock& block, const std::int64_t* releases, std::size_t count,
                      Duration shift);
  void find_starts(const AttemptBlock& block);
  [[nodiscard]] std::uint32_t place_of(const AttemptBlock& block, std::int64_t instant) const;

  std::uint64_t ports_;
  int part_bits_ = 0;
  std::vector<std::uint32_t> starts_{};  ///< of equal parts of the block's time: the attempts before each
  std::vector<std::uint32_t> freed_{};   ///< ports given back after the attempt before and until this one
  std::vector<std::uint32_t> places_{};  ///< the first attempt that finds this one's port given back
};

}  // namespace portsim
