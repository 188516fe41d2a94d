// A pool whose ports are all held equally long and given out in turn.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/instants.hpp"
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
};

/// N ports, each held for the same time and searched for from the one after the last given: they are freed in
/// the order in which they were given, so connection n gets the port of connection n - N, at the first look,
/// and an attempt fails exactly when that one still holds it.
class RotatingPool {
 public:
  RotatingPool(std::uint64_t ports, Duration hold) : ports_(ports), hold_(hold.count()) {}

  /// Works out which attempts get a port: their times are added to `taken`, which must keep `ports` of them;
  /// the others are noted in the block.
  void serve(AttemptBlock& block, Instants& taken);

  /// The shortest time for which a port was free between two connections, since the last call of `restart`.
  [[nodiscard]] std::optional<Duration> reuse_interval_min() const;
  void restart() { shortest_free_ = kNone; }

 private:
  static constexpr std::int64_t kNone = Duration::max().count();

  [[nodiscard]] std::int64_t shortest_free(const std::int64_t* taken, std::size_t count) const;

  std::uint64_t ports_;
  std::int64_t hold_;
  std::int64_t shortest_free_ = kNone;
};

}  // namespace portsim
