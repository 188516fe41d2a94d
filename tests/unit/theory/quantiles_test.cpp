#include "theory/quantiles.hpp"

#include <cmath>

#include "catch.hpp"

namespace portsim {
namespace {

bool is_near(double value, double wanted) { return std::abs(value - wanted) <= 1e-9 * wanted; }

TEST_CASE("quantiles of Student's t are those of one and two degrees of freedom, which have a closed form") {
  constexpr double kPi = 3.14159265358979323846;
  for (const double p : {0.6, 0.75, 0.9, 0.95, 0.975, 0.999}) {
    CAPTURE(p);
    CHECK(is_near(student_t_quantile(p, 1), std::tan(kPi * (p - 0.5))));
    CHECK(is_near(student_t_quantile(p, 2), (2 * p - 1) / std::sqrt(2 * p * (1 - p))));
  }
  CHECK(student_t_quantile(0.5, 3) < 1e-12);
}

TEST_CASE("quantiles of Student's t are those of published tables") {
  const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
  CHECK(rounded(student_t_quantile(0.975, 4)) == 2.776);
  CHECK(rounded(student_t_quantile(0.975, 5)) == 2.571);
  CHECK(rounded(student_t_quantile(0.95, 6)) == 1.943);
  CHECK(rounded(student_t_quantile(0.95, 7)) == 1.895);
  CHECK(rounded(student_t_quantile(0.975, 29)) == 2.045);
  CHECK(rounded(student_t_quantile(0.975, 120)) == 1.980);
  CHECK(rounded(student_t_quantile(0.95, 1000)) == 1.646);
}

}  // namespace
}  // namespace portsim
