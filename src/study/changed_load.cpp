#include "study/changed_load.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/exact_ratio.hpp"
#include "engine/draws.hpp"

namespace portsim {

namespace {

/// floor(start / speed); later than any legal start if it is too late.
TimePoint divided(TimePoint start, const Fraction& speed) {
  const auto nanoseconds = static_cast<std::uint64_t>(start.time_since_epoch().count());
  const Uint128 time = multiply_divide(nanoseconds, speed.denominator, speed.numerator);
  const auto latest = static_cast<Uint128>(kLongestDelay.count());
  return TimePoint{Duration{static_cast<std::int64_t>(std::min(time, latest))}};
}

}  // namespace

RecordedLoad changed(const RecordedLoad& load, const LoadChange& change) {
  if (change.is_none()) {
    return load;
  }
  const Draws draws(change.seed, 1);
  auto rows = std::make_shared<std::vector<RecordedConnection>>();
  rows->reserve(load.connections->size() * change.scale);
  std::uint64_t ordinal = 0;
  for (RecordedConnection row : *load.connections) {
    row.start = divided(row.start, change.speed);
    const TimePoint start = row.start;
    rows->push_back(row);
    for (std::uint32_t copy = 1; copy < change.scale; ++copy) {
      const std::uint64_t bits = Draws::bits(draws.key(Purpose::replay_jitter, copy), ordinal);
      const Uint128 jitter = (Uint128{bits} * static_cast<std::uint64_t>(kCopyJitter.count())) >> 64U;
      row.start = start + Duration{static_cast<std::int64_t>(jitter)};
      rows->push_back(row);
    }
    ++ordinal;
  }
  std::stable_sort(rows->begin(), rows->end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  return {.files = load.files, .connections = std::move(rows)};
}

}  // namespace portsim
