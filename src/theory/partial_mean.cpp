#include "theory/partial_mean.hpp"

#include "base/portable_math.hpp"

namespace portsim {
namespace {

double nanoseconds(Duration duration) { return static_cast<double>(duration.count()); }

PartBelow part_of_value(double value, double limit) {
  return value <= limit ? PartBelow{0, value} : PartBelow{1, 0};
}

std::optional<PartBelow> part(const Constant& law, double limit) {
  return part_of_value(nanoseconds(law.value), limit);
}

std::optional<PartBelow> part(const Exponential& law, double limit) {
  const double mean = nanoseconds(law.mean);
  const double x = limit / mean;
  const double above = portable_exp(-x);
  return PartBelow{above, mean * (1 - above * (1 + x))};
}

std::optional<PartBelow> part(const Uniform& law, double limit) {
  const double low = nanoseconds(law.low);
  const double high = nanoseconds(law.high);
  if (limit >= high) {
    return PartBelow{0, (low + high) / 2};
  }
  if (limit < low) {
    return PartBelow{1, 0};
  }
  const double share = (limit - low) / (high - low);
  return PartBelow{1 - share, share * (low + limit) / 2};
}

// Draws are made from 53 bits, so that even an unbounded law has a largest and a smallest draw. Only a limit
// outside of them leaves the mean in closed form.
std::optional<PartBelow> part(const Lognormal& law, double limit) {
  const double median = nanoseconds(law.median);
  const double spread = portable_exp(law.sigma * normal_quantile(1));
  if (median / spread > limit) {
    return PartBelow{1, 0};
  }
  if (median * spread > limit) {
    return std::nullopt;
  }
  return PartBelow{0, median * portable_exp(law.sigma * law.sigma / 2)};
}

std::optional<PartBelow> part(const Pareto& law, double limit) {
  const double minimum = nanoseconds(law.minimum);
  if (minimum <= 0 || limit < minimum) {
    return part_of_value(minimum, limit);
  }
  const double log_ratio = portable_log(limit / minimum);
  const double above = portable_exp(-law.shape * log_ratio);
  const double mean =
      law.shape == 1 ? minimum * log_ratio : law.shape / (law.shape - 1) * (minimum - limit * above);
  return PartBelow{above, mean};
}

// All of a law, draws above 10^9 s counted as 10^9 s.
std::optional<PartBelow> whole(const Law& law) {
  const auto* pareto = std::get_if<Pareto>(&law);
  if (pareto != nullptr && pareto->shape <= 1) {
    return std::nullopt;
  }
  const double cap = nanoseconds(kLongestDelay);
  auto result = std::visit([cap](const auto& one) { return part(one, cap); }, law);
  if (result) {
    result->mean_ns += cap * result->exceeding;
    result->exceeding = 0;
  }
  return result;
}

std::optional<PartBelow> part_of_law(const Law& law, double limit) {
  if (limit < 0) {
    return PartBelow{1, 0};
  }
  if (limit >= nanoseconds(kLongestDelay)) {
    return whole(law);
  }
  return std::visit([limit](const auto& one) { return part(one, limit); }, law);
}

}  // namespace

std::optional<PartBelow> part_below(const Distribution& distribution, double limit_ns) {
  PartBelow sum;
  double weights = 0;
  for (const auto& [weight, law] : distribution.components) {
    if (weight <= 0) {
      continue;
    }
    const auto one = part_of_law(law, limit_ns);
    if (!one) {
      return std::nullopt;
    }
    sum.exceeding += weight * one->exceeding;
    sum.mean_ns += weight * one->mean_ns;
    weights += weight;
  }
  return PartBelow{sum.exceeding / weights, sum.mean_ns / weights};
}

std::optional<double> mean_ns(const Distribution& distribution) {
  const auto all = part_below(distribution, nanoseconds(kLongestDelay));
  return all ? std::optional(all->mean_ns) : std::nullopt;
}

}  // namespace portsim
