// Which local and which remote address a caller uses.
#pragma once

#include <cmath>
#include <cstdint>

#include "portsim/scenario.hpp"

namespace portsim {

/// A local and a remote address, by number from 0.
struct Endpoints {
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
};

/// The addresses of the callers of a load that is made up. Destinations are taken in turn, and for each of
/// them the sources in turn. With a skew the share of destination 0 is that of the scenario, spread evenly:
/// of the first k callers floor(k x share) go there; the other destinations are taken in turn.
[[nodiscard]] inline Endpoints endpoints_of(const Scenario& scenario, std::uint64_t caller) {
  const std::uint64_t destinations = scenario.destinations;
  std::uint64_t destination = caller % destinations;
  std::uint64_t turn = caller / destinations;  // callers of this destination before
  if (scenario.destination_skew && destinations > 1) {
    const auto hot = [&](std::uint64_t callers) {
      return static_cast<std::uint64_t>(
          std::floor(static_cast<double>(callers) * *scenario.destination_skew));
    };
    const std::uint64_t hot_before = hot(caller);
    if (hot(caller + 1) > hot_before) {
      destination = 0;
      turn = hot_before;
    } else {
      const std::uint64_t others_before = caller - hot_before;
      destination = 1 + others_before % (destinations - 1);
      turn = others_before / (destinations - 1);
    }
  }
  return {.source = static_cast<std::uint32_t>(turn % scenario.source_addresses),
          .destination = static_cast<std::uint32_t>(destination)};
}

}  // namespace portsim
