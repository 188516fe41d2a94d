// The rates among which the largest sustainable one is sought.
#pragma once

#include <cstdint>

#include "portsim/rate.hpp"

namespace portsim {

/// Number of rates on the grid: every rate per second from 1e-9 to 1e9 that 12 significant digits can write.
/// Below 1e-7, where that takes more than the 18 decimals that a rate may have, those of 18 decimals.
inline constexpr std::uint64_t kGridRates = 999'000'000'000 + 15 * 900'000'000'000 + 1;

/// The rate of that index, from 0, in ascending order; without trailing zeros. `index` < `kGridRates`.
[[nodiscard]] Rate grid_rate(std::uint64_t index);

}  // namespace portsim
