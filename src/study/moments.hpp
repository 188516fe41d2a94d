// Mean and variance of numbers that come one by one.
#pragma once

#include <cmath>
#include <cstdint>

#include "portsim/replications.hpp"
#include "theory/quantiles.hpp"

namespace portsim {

/// Welford's sums: exact where all numbers are equal.
class Moments {
 public:
  void add(double value) {
    ++count_;
    const double difference = value - mean_;
    mean_ += difference / static_cast<double>(count_);
    squares_ += difference * (value - mean_);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }

  /// Sum of the squared differences from the mean.
  [[nodiscard]] double squares() const { return squares_; }

  /// Half of the interval that holds the true mean with 95 % confidence (Student's t); needs two numbers.
  [[nodiscard]] double half_width() const {
    constexpr double kUpperOrder = 0.975;
    const auto n = static_cast<double>(count_);
    return student_t_quantile(kUpperOrder, count_ - 1) * std::sqrt(squares_ / (n - 1) / n);
  }

  /// Mean and interval of numbers that are never negative; no interval of one number.
  [[nodiscard]] MeanEstimate estimate() const {
    MeanEstimate estimate{.mean = mean_, .low = {}, .high = {}};
    if (count_ > 1) {
      const double half = half_width();
      estimate.low = mean_ > half ? mean_ - half : 0;
      estimate.high = mean_ + half;
    }
    return estimate;
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace portsim
