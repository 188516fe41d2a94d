#include "engine/sampling.hpp"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "base/portable_math.hpp"
#include "engine/vectors.hpp"
#include "portsim/wide.hpp"

namespace portsim {
namespace {

// The nearest integer to x >= 0, halves upwards. Adding 1/2 before cutting would round 0.49999999999999994
// up.
template <typename Integer>
Integer round_half_up(double x) {
  const auto whole = static_cast<Integer>(x);
  return whole +
         static_cast<Integer>(x - static_cast<double>(whole) >= 0.5);  // a branch would be a coin toss
}

// A duration of `nanoseconds` >= 0, which may be infinite.
Sample cut(double nanoseconds) {
  if (nanoseconds > static_cast<double>(kLongestDelay.count())) {
    return {kLongestDelay, true};
  }
  return {Duration{round_half_up<std::int64_t>(nanoseconds)}, false};
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

PORTSIM_VECTORISED
void write_gaps(double mean_ns, std::uint64_t key, std::uint64_t first, std::size_t count,
                std::int64_t* nanoseconds, std::uint64_t* fractions) {
  for (std::size_t i = 0; i < count; ++i) {
    const double gap = -portable_log(Draws::uniform(key, first + i)) * mean_ns;
    const double cut_gap = gap < 0x1p60 ? gap : 0x1p60;
    nanoseconds[i] = static_cast<std::int64_t>(cut_gap);
    // The difference and the product are exact.
    fractions[i] = static_cast<std::uint64_t>(
        round_half_up<std::int64_t>((cut_gap - static_cast<double>(nanoseconds[i])) * 0x1p32));
  }
}

PORTSIM_VECTORISED
void write_samples(const Exponential& law, std::uint64_t key, const std::uint64_t* ordinals,
                   std::size_t count, std::int64_t* values, std::uint8_t* capped) {
  constexpr auto kLongest = static_cast<double>(kLongestDelay.count());
  const auto mean = static_cast<double>(law.mean.count());
  for (std::size_t i = 0; i < count; ++i) {
    const double delay = -portable_log(Draws::uniform(key, ordinals[i])) * mean;
    capped[i] = delay > kLongest ? 1 : 0;
    values[i] = round_half_up<std::int64_t>(delay > kLongest ? kLongest : delay);
  }
}

template <typename Other>
void write_samples(const Other& law, std::uint64_t key, const std::uint64_t* ordinals, std::size_t count,
                   std::int64_t* values, std::uint8_t* capped) {
  for (std::size_t i = 0; i < count; ++i) {
    const Sample drawn = draw(law, key, ordinals[i]);
    values[i] = drawn.value.count();
    capped[i] = drawn.capped ? 1 : 0;
  }
}

// The index in [0, count) that u in (0, 1] picks by weight; the last positive one takes what rounding
// leaves over.
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

void sample_block(const Distribution& distribution, const Draws& draws, Purpose purpose,
                  const std::uint64_t* ordinals, std::size_t count, std::int64_t* values,
                  std::uint8_t* capped) {
  if (distribution.components.size() > 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const Sample drawn = sample(distribution, draws, purpose, ordinals[i]);
      values[i] = drawn.value.count();
      capped[i] = drawn.capped ? 1 : 0;
    }
    return;
  }
  const std::uint64_t key = draws.key(purpose, 0);
  std::visit([&](const auto& law) { write_samples(law, key, ordinals, count, values, capped); },
             distribution.components.front().law);
}

Closer sample_closer(const CloserWeights& weights, const Draws& draws, std::uint64_t ordinal) {
  const double u = Draws::uniform(draws.key(Purpose::closer), ordinal);
  return static_cast<Closer>(pick(weights.size(), u, [&](std::size_t i) { return weights[i]; }));
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
  return units < 0x1p63 ? static_cast<Uint128>(round_half_up<std::int64_t>(units))
                        : round_half_up<Uint128>(units);
}

void sample_gaps(double mean_ns, const Draws& draws, std::uint64_t first, std::size_t count,
                 std::int64_t* nanoseconds, std::uint64_t* fractions) {
  write_gaps(mean_ns, draws.key(Purpose::arrival_gap), first, count, nanoseconds, fractions);
}

}  // namespace portsim
