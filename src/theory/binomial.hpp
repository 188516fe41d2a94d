// Intervals that rest on the binomial law. Plain arithmetic: the same bits in every build.
#pragma once

#include <cstdint>
#include <optional>

namespace portsim {

/// Two ends of an interval.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's interval for a probability of which `successes` of `trials` (>= 1) were seen: it holds the true
/// one with about 95 % confidence, for small numbers and near 0 and 1 too. Source: E. B. Wilson, JASA 22
/// (1927).
[[nodiscard]] Interval wilson_interval(std::uint64_t successes, std::uint64_t trials);

/// Ranks, from 1, of the ordered observations between which a quantile lies; an end is empty where no
/// observation bounds it.
struct RankInterval {
  std::optional<std::uint64_t> low;
  std::optional<std::uint64_t> high;
};

/// The narrowest ranks that leave out at most 2.5 % at each end: the true quantile of order `share`, in (0,
/// 1), lies between these of `count` (>= 1) independent observations with at least 95 % confidence, whatever
/// their law. O(count). Source: H. A. David, Order Statistics (1981), 2.5.
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t count, double share);

}  // namespace portsim
