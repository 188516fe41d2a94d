#include "theory/quantiles.hpp"

#include <cmath>

namespace portsim {
namespace {

constexpr double kPi = 3.14159265358979323846;

/// The arc tangent of x >= 0: halved angles until the series is short.
double arc_tangent(double x) {
  constexpr int kHalvings = 4;
  constexpr int kTerms = 12;
  for (int i = 0; i < kHalvings; ++i) {
    x = x / (1 + std::sqrt(1 + x * x));
  }
  double sum = 0;
  for (int k = kTerms; k >= 0; --k) {
    sum = 1.0 / (2 * k + 1) - x * x * sum;
  }
  return x * sum * (1 << kHalvings);
}

/// P(|T| < t), from the finite series in the cosine of the angle whose tangent is t / sqrt(degrees).
double probability_within(double t, std::uint64_t degrees) {
  const auto n = static_cast<double>(degrees);
  const double cosine_squared = n / (n + t * t);
  const double sine = t / std::sqrt(n + t * t);
  const bool is_odd = degrees % 2 == 1;
  double term = is_odd ? std::sqrt(cosine_squared) : 1;
  double sum = degrees == 1 ? 0 : term;
  for (std::uint64_t k = is_odd ? 3 : 2; k + 1 < degrees; k += 2) {
    term *= cosine_squared * static_cast<double>(k - 1) / static_cast<double>(k);
    sum += term;
  }
  return is_odd ? 2 / kPi * (arc_tangent(t / std::sqrt(n)) + sine * sum) : sine * sum;
}

}  // namespace

double student_t_quantile(double p, std::uint64_t degrees) {
  constexpr int kSteps = 200;  // halvings: more than a double has digits
  const double wanted = 2 * p - 1;
  double low = 0;
  double high = 1;
  while (probability_within(high, degrees) < wanted && high < 1e300) {
    low = high;
    high *= 2;
  }
  for (int i = 0; i < kSteps; ++i) {
    const double middle = low + (high - low) / 2;
    (probability_within(middle, degrees) < wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace portsim
