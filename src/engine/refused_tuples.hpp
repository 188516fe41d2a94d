// Pairs of addresses that connect() refuses, for an allocator that gives out ports in TIME_WAIT.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "engine/draws.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The two ends of a connection: local port (by its place in the search), local and remote address (by
/// number).
struct Tuple {
  std::uint32_t place = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  friend bool operator==(const Tuple&, const Tuple&) = default;
};

/// Tuples whose TIME_WAIT goes on though their port was given to another connection.
class RefusedTuples {
 public:
  /// Refuses the tuple until `end`, not included.
  void add(const Tuple& tuple, TimePoint end) { ends_[tuple] = end; }

  [[nodiscard]] bool contains(const Tuple& tuple, TimePoint now) const {
    const auto found = ends_.find(tuple);
    return found != ends_.end() && now < found->second;
  }

 private:
  struct Hash {
    std::size_t operator()(const Tuple& tuple) const {
      return mix64(mix64(std::uint64_t{tuple.source} << 32 | tuple.destination) ^ tuple.place);
    }
  };

  std::unordered_map<Tuple, TimePoint, Hash> ends_;
};

}  // namespace portsim
