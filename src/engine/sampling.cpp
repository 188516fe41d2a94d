#include "engine/sampling.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <variant>

#include "base/portable_math.hpp"
#include "base/vectors.hpp"
#include "portsim/wide.hpp"

namespace portsim {
namespace {

// A duration of `nanoseconds` >= 0, which may be infinite.
Sample cut(double nanoseconds) {
  if (nanoseconds > static_cast<double>(kLongestDelay.count())) {
    return {kLongestDelay, true};
  }
  return {Duration{portable::round_half_up(nanoseconds)}, false};
}

// `scale` x `factor`, where 0 x infinity is 0: a law scaled down to nothing always gives 0.
double scaled(Duration scale, double factor) {
  return scale.count() == 0 ? 0 : static_cast<double>(scale.count()) * factor;
}

// The high half of span x bits: each of the `span` numbers from 0 is met equally often, give or take one of
// 2^64 / span.
std::int64_t below(std::uint64_t span, std::uint64_t bits) {
  return static_cast<std::int64_t>((Uint128{span} * bits) >> 64);
}

Sample draw(const Constant& law, std::uint64_t, std::uint64_t) { return {law.value, false}; }

Sample draw(const Exponential& law, std::uint64_t key, std::uint64_t ordinal) {
  return cut(scaled(law.mean, -portable_log(Draws::uniform(key, ordinal))));
}

Sample draw(const Uniform& law, std::uint64_t key, std::uint64_t ordinal) {
  const auto span = static_cast<std::uint64_t>(law.high.count() - law.low.count()) + 1;
  return {law.low + Duration{below(span, Draws::bits(key, ordinal))}, false};
}

Sample draw(const Lognormal& law, std::uint64_t key, std::uint64_t ordinal) {
  const double z = normal_quantile(Draws::uniform(key, ordinal));
  return cut(scaled(law.median, portable_exp(law.sigma * z)));
}

// u^(-1/shape) = e^(-ln(u) / shape)
Sample draw(const Pareto& law, std::uint64_t key, std::uint64_t ordinal) {
  const double logarithm = portable_log(Draws::uniform(key, ordinal));
  return cut(scaled(law.minimum, portable_exp(-logarithm / law.shape)));
}

// Loops over many numbers, each of a few dependent steps, so that the steps of several numbers overlap.
constexpr std::size_t kTogether = 256;

PORTSIM_VECTORISED
void write_uniforms(std::uint64_t key, std::uint64_t first, std::size_t count, double* u) {
  for (std::size_t i = 0; i < count; ++i) {
    u[i] = Draws::uniform(key, first + i);
  }
}

PORTSIM_VECTORISED
void take_logarithms(double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = -portable_log(x[i]);
  }
}

/// x = e^(x * factor / divisor); one of the two is 1.
PORTSIM_VECTORISED
void raise(double factor, double divisor, double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = portable_exp(x[i] * factor / divisor);
  }
}

PORTSIM_VECTORISED
void write_gaps(double mean_ns, const double* factors, std::size_t count, std::int64_t* nanoseconds,
                std::int64_t* rests) {
  for (std::size_t i = 0; i < count; ++i) {
    const double gap = factors[i] * mean_ns;
    const double rounded = gap + portable::kRounder;
    // The difference and the product are exact.
    const double rest = (gap - (rounded - portable::kRounder)) * 0x1p32;
    nanoseconds[i] = static_cast<std::int64_t>(portable::integer_of(rounded));
    rests[i] = static_cast<std::int64_t>(portable::round_small_half_up(rest));
  }
}

/// `cut` of each of `factors` times `scale`.
PORTSIM_VECTORISED
void write_delays(double scale, const double* factors, std::size_t count, std::int64_t* values,
                  std::uint8_t* capped) {
  constexpr auto kLongest = static_cast<double>(kLongestDelay.count());
  for (std::size_t i = 0; i < count; ++i) {
    const double delay = factors[i] * scale;
    capped[i] = delay > kLongest ? 1 : 0;
    values[i] = portable::round_half_up(delay > kLongest ? kLongest : delay);
  }
}

/// The law's factors of as many numbers of (0, 1], in their place.
Duration take_factors(const Exponential& law, double* u, std::size_t count) {
  take_logarithms(u, count);
  return law.mean;
}

Duration take_factors(const Lognormal& law, double* u, std::size_t count) {
  normal_quantiles(u, count);
  raise(law.sigma, 1, u, count);
  return law.median;
}

Duration take_factors(const Pareto& law, double* u, std::size_t count) {
  take_logarithms(u, count);
  raise(1, law.shape, u, count);
  return law.minimum;
}

template <typename L>
void write_samples(const L& law, std::uint64_t key, std::uint64_t first, std::size_t count,
                   std::int64_t* values, std::uint8_t* capped) {
  std::array<double, kTogether> numbers{};
  for (std::size_t begin = 0; begin < count; begin += kTogether) {
    const std::size_t size = std::min(count - begin, kTogether);
    write_uniforms(key, first + begin, size, numbers.data());
    const Duration scale = take_factors(law, numbers.data(), size);
    if (scale == Duration{}) {
      numbers.fill(0);  // see `scaled`
    }
    write_delays(static_cast<double>(scale.count()), numbers.data(), size, values + begin, capped + begin);
  }
}

// Nothing to be done together.
template <typename L>
void write_one_by_one(const L& law, std::uint64_t key, std::uint64_t first, std::size_t count,
                      std::int64_t* values, std::uint8_t* capped) {
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = draw(law, key, first + i).value.count();
    capped[i] = 0;
  }
}

void write_samples(const Constant& law, std::uint64_t key, std::uint64_t first, std::size_t count,
                   std::int64_t* values, std::uint8_t* capped) {
  write_one_by_one(law, key, first, count, values, capped);
}

void write_samples(const Uniform& law, std::uint64_t key, std::uint64_t first, std::size_t count,
                   std::int64_t* values, std::uint8_t* capped) {
  write_one_by_one(law, key, first, count, values, capped);
}

// An index in [0, count) that u in (0, 1] picks by weight; the last positive one takes what rounding leaves
// over.
template <typename Weight>
std::size_t pick(std::size_t count, double u, Weight weight) {
  double total = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < count; ++i) {
    total += weight(i);
    last = weight(i) > 0 ? i : last;
  }
  const double target = u * total;
  double sum = 0;
  for (std::size_t i = 0; i < last; ++i) {
    sum += weight(i);
    if (target < sum) {
      return i;
    }
  }
  return last;
}

// How many of `sums` each u * total has reached: what `pick` finds, since they ascend.
PORTSIM_VECTORISED
void write_picks(const double* u, double total, const double* sums, std::size_t sum_count, std::size_t count,
                 std::uint8_t* picks) {
  std::fill_n(picks, count, std::uint8_t{0});
  for (std::size_t j = 0; j < sum_count; ++j) {
    for (std::size_t i = 0; i < count; ++i) {
      picks[i] = static_cast<std::uint8_t>(picks[i] + (u[i] * total >= sums[j] ? 1 : 0));
    }
  }
}

}  // namespace

Sample sample(const Distribution& distribution, const Draws& draws, Purpose purpose, std::uint64_t ordinal) {
  std::size_t component = 0;
  if (distribution.components.size() > 1) {
    const double u = Draws::uniform(draws.key(purpose, 1), ordinal);
    component = pick(distribution.components.size(), u,
                     [&](std::size_t i) { return distribution.components[i].weight; });
  }
  const std::uint64_t key = draws.key(purpose, 0);
  return std::visit([&](const auto& law) { return draw(law, key, ordinal); },
                    distribution.components[component].law);
}

void sample_block(const Distribution& distribution, const Draws& draws, Purpose purpose, std::uint64_t first,
                  std::size_t count, std::int64_t* values, std::uint8_t* capped) {
  if (distribution.components.size() > 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const Sample drawn = sample(distribution, draws, purpose, first + i);
      values[i] = drawn.value.count();
      capped[i] = drawn.capped ? 1 : 0;
    }
    return;
  }
  const std::uint64_t key = draws.key(purpose, 0);
  std::visit([&](const auto& law) { write_samples(law, key, first, count, values, capped); },
             distribution.components.front().law);
}

Closer sample_closer(const CloserWeights& weights, const Draws& draws, std::uint64_t ordinal) {
  const double u = Draws::uniform(draws.key(Purpose::closer), ordinal);
  return static_cast<Closer>(pick(weights.size(), u, [&](std::size_t i) { return weights[i]; }));
}

void sample_closers(const CloserWeights& weights, const Draws& draws, std::uint64_t first, std::size_t count,
                    std::uint8_t* closers) {
  const std::uint64_t key = draws.key(Purpose::closer);
  std::array<double, kCloserCount> sums{};
  double total = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < kCloserCount; ++i) {
    total += weights[i];
    sums[i] = total;
    last = weights[i] > 0 ? i : last;
  }
  std::array<double, kTogether> u{};
  for (std::size_t begin = 0; begin < count; begin += kTogether) {
    const std::size_t size = std::min(count - begin, kTogether);
    write_uniforms(key, first + begin, size, u.data());
    write_picks(u.data(), total, sums.data(), last, size, closers + begin);
  }
}

bool sample_loss(double loss, const Draws& draws, Purpose purpose, std::uint64_t ordinal,
                 std::uint32_t index) {
  // 1 - (1 - loss)^2, without the cancellation.
  const double either_lost = loss * (2 - loss);
  return Draws::uniform(draws.key(purpose, index), ordinal) < either_lost;
}

bool sample_time_wait_reset(double share, const Draws& draws, std::uint64_t ordinal) {
  // A draw can be 1: a share of 1 means all.
  return Draws::uniform(draws.key(Purpose::time_wait_reset), ordinal) <= share;
}

std::int64_t sample_timer_offset(const Draws& draws, std::int64_t period) {
  return below(static_cast<std::uint64_t>(period), Draws::bits(draws.key(Purpose::timer_offset), 0));
}

Uint128 sample_gap(double mean_ns, const Draws& draws, std::uint64_t ordinal) {
  const double u = Draws::uniform(draws.key(Purpose::arrival_gap), ordinal);
  // At most 37.5 x 10^18 for the slowest legal rate; a gap that is cut lies beyond any window all the same.
  const double gap_ns = std::min(-portable_log(u) * mean_ns, 0x1p90);
  const double units = gap_ns * 0x1p32;
  // The conversion to 128 bits is slow and seldom needed.
  if (units < 0x1p62) {
    return static_cast<Uint128>(portable::round_half_up(units));
  }
  return static_cast<Uint128>(units);  // a whole number
}

void sample_gaps(double mean_ns, const Draws& draws, std::uint64_t first, std::size_t count,
                 std::int64_t* nanoseconds, std::int64_t* rests) {
  const std::uint64_t key = draws.key(Purpose::arrival_gap);
  std::array<double, kTogether> numbers{};
  for (std::size_t begin = 0; begin < count; begin += kTogether) {
    const std::size_t size = std::min(count - begin, kTogether);
    write_uniforms(key, first + begin, size, numbers.data());
    take_logarithms(numbers.data(), size);
    write_gaps(mean_ns, numbers.data(), size, nanoseconds + begin, rests + begin);
  }
}

}  // namespace portsim
