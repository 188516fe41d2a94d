// Elementary functions from + - * / sqrt and integer operations alone, so that every compiler and C
// library gives the same bits. Each lies within 2 units in the last place of the exact value.
#pragma once

namespace portsim {

/// Natural logarithm of a positive, finite, normal x.
[[nodiscard]] double portable_log(double x);

/// e^x for |x| <= 700; infinity above 709.78, 0 below -745.13.
[[nodiscard]] double portable_exp(double x);

/// Quantile of the standard normal distribution; p is cut to [2^-54, 1 - 2^-54].
[[nodiscard]] double normal_quantile(double p);

}  // namespace portsim
