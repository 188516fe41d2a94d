// Where the older half of what is open ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace portsim {

/// The middle one of the times of what a map has, which is not empty: half of them lie up to it.
template <typename Map, typename TimeOf>
[[nodiscard]] std::int64_t middle_time(const Map& map, TimeOf time_of) {
  std::vector<std::int64_t> times;
  times.reserve(map.size());
  for (const auto& [key, value] : map) {
    times.push_back(time_of(value));
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace portsim
