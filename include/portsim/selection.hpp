// What follows from the order in which a stack searches its ports.
#pragma once

#include <cstdint>

#include "portsim/stack.hpp"

namespace portsim {

/// True when a search among so many ports finds one wherever one is free. RFC 6056's algorithms 2 and 5 give
/// up after some tries; of an odd number of ports Linux's two passes leave one out.
[[nodiscard]] constexpr bool finds_any_free_port(Selection selection, std::uint64_t ports) {
  switch (selection) {
    case Selection::sequential:
    case Selection::sequential_from_random:
    case Selection::descending:
    case Selection::random_start:
    case Selection::hash:
    case Selection::double_hash: return true;
    case Selection::random_pick:
    case Selection::random_increment: return false;
    case Selection::parity_first: return ports % 2 == 0;
  }
  return false;
}

}  // namespace portsim
