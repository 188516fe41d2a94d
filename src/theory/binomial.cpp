#include "theory/binomial.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace portsim {
namespace {

constexpr double kTail = 0.025;
constexpr double kNormal = 1.9599639845400545;  // the normal law's quantile of order 0.975

/// The weights of 0 to `count` successes. They are computed outwards from the most likely number, so that
/// none of those that matter is lost to underflow.
std::vector<double> binomial_weights(std::uint64_t count, double share) {
  std::vector<double> weights(count + 1);
  const auto mode = std::min(count, static_cast<std::uint64_t>(static_cast<double>(count + 1) * share));
  const double odds = share / (1 - share);
  weights[mode] = 1;
  for (std::uint64_t k = mode; k < count; ++k) {
    weights[k + 1] = weights[k] * odds * static_cast<double>(count - k) / static_cast<double>(k + 1);
  }
  for (std::uint64_t k = mode; k > 0; --k) {
    weights[k - 1] = weights[k] / odds * static_cast<double>(k) / static_cast<double>(count - k + 1);
  }
  double sum = 0;
  for (const double weight : weights) {
    sum += weight;
  }
  for (double& weight : weights) {
    weight /= sum;
  }
  return weights;
}

}  // namespace

Interval wilson_interval(std::uint64_t successes, std::uint64_t trials) {
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(successes) / n;
  const double spread = kNormal * kNormal / n;
  const double middle = (share + spread / 2) / (1 + spread);
  const double half = kNormal * std::sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread);
  return {successes == 0 ? 0 : std::max(0.0, middle - half),
          successes == trials ? 1 : std::min(1.0, middle + half)};
}

RankInterval quantile_ranks(std::uint64_t count, double share) {
  // Below the quantile lie as many observations as a binomial variable says: that of rank r lies above it
  // when there are fewer than r.
  const std::vector<double> weights = binomial_weights(count, share);
  RankInterval ranks;
  double below = 0;
  for (std::uint64_t rank = 1; rank <= count; ++rank) {
    below += weights[rank - 1];
    if (below > kTail) {
      break;
    }
    ranks.low = rank;
  }
  double above = 0;
  for (std::uint64_t rank = count; rank >= 1; --rank) {
    above += weights[rank];
    if (above > kTail) {
      break;
    }
    ranks.high = rank;
  }
  return ranks;
}

}  // namespace portsim
