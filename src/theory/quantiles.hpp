// Quantiles of the laws that confidence intervals are made of.
#pragma once

#include <cstdint>

namespace portsim {

/// The value that a Student t variable of `degrees` >= 1 degrees of freedom stays below with probability `p`,
/// 0.5 <= p < 1. To about 12 digits, the same in every build. Source of the distribution function: Abramowitz
/// and Stegun (1964), 26.7.3 and 26.7.4.
[[nodiscard]] double student_t_quantile(double p, std::uint64_t degrees);

}  // namespace portsim
