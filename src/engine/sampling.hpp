// Random durations: the laws of portsim/distribution.hpp applied to the draws.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/draws.hpp"
#include "portsim/distribution.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// A drawn duration, and whether it had to be cut to `kLongestDelay`.
struct Sample {
  Duration value{};
  bool capped = false;
};

/// The duration that `ordinal` draws for `purpose`: rounded half up to a whole nanosecond, cut to
/// [0, 10^9 s]. Draw 0 gives the value, draw 1 picks the component of a mix; a constant draws nothing.
[[nodiscard]] Sample sample(const Distribution& distribution, const Draws& draws, Purpose purpose,
                            std::uint64_t ordinal);

/// `sample` for each of `count` ordinals from `first` on: the nanoseconds, and 1 where they were cut.
void sample_block(const Distribution& distribution, const Draws& draws, Purpose purpose, std::uint64_t first,
                  std::size_t count, std::int64_t* values, std::uint8_t* capped);

/// The closer that `ordinal` draws; with one positive weight nothing is drawn.
[[nodiscard]] Closer sample_closer(const CloserWeights& weights, const Draws& draws, std::uint64_t ordinal);

/// `sample_closer` for each of `count` ordinals from `first` on, as numbers.
void sample_closers(const CloserWeights& weights, const Draws& draws, std::uint64_t first, std::size_t count,
                    std::uint8_t* closers);

/// True when try number `index` (from 0) of the exchange named by `purpose` is lost: probability
/// 1 - (1 - loss)^2, since the segment or its answer can be lost.
[[nodiscard]] bool sample_loss(double loss, const Draws& draws, Purpose purpose, std::uint64_t ordinal,
                               std::uint32_t index);

/// True when an RST ends the TIME_WAIT of the connection of `ordinal`: with probability `share`, in [0, 1].
[[nodiscard]] bool sample_time_wait_reset(double share, const Draws& draws, std::uint64_t ordinal);

/// The origin of the grid on which timers end: a whole number of nanoseconds in [0, `period`), the same for
/// the whole run; `period` > 0.
[[nodiscard]] std::int64_t sample_timer_offset(const Draws& draws, std::int64_t period);

/// An exponential gap between arrivals in units of 2^-32 ns, rounded half up; `mean_ns` is the mean gap.
[[nodiscard]] Uint128 sample_gap(double mean_ns, const Draws& draws, std::uint64_t ordinal);

/// The longest mean gap that `sample_gaps` can draw: a sum of some hundreds of its gaps does not overflow.
inline constexpr double kLongestMeanGap = 0x1p44;

/// The same gaps for `count` ordinals from `first` on: whole nanoseconds, and what is left in units of 2^-32
/// ns, from -2^31 to 2^31. `mean_ns` is at most `kLongestMeanGap`.
void sample_gaps(double mean_ns, const Draws& draws, std::uint64_t first, std::size_t count,
                 std::int64_t* nanoseconds, std::int64_t* rests);

}  // namespace portsim
