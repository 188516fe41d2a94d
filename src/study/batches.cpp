#include "study/batches.hpp"

#include <numeric>
#include <vector>

#include "base/exact_ratio.hpp"
#include "study/moments.hpp"

namespace portsim {
namespace {

constexpr std::size_t kStepsPerMean = 5;

double ports_at_end(const TimelineRow& row) {
  return static_cast<double>(std::accumulate(row.states.begin(), row.states.end(), std::uint64_t{0}));
}

/// How the differences of neighbours compare with those from the mean (von Neumann): about 2 where nothing
/// ties them, less where neighbours are alike.
std::optional<double> neumann_ratio(const std::vector<double>& values, double squares) {
  if (!(squares > 0)) {
    return std::nullopt;  // all are equal
  }
  double sum = 0;
  for (std::size_t index = 1; index < values.size(); ++index) {
    const double difference = values[index] - values[index - 1];
    sum += difference * difference;
  }
  return sum / squares;
}

BatchMean mean_of(const std::vector<double>& values) {
  constexpr double kUpperNormal = 1.6448536269514722;  // the normal law's quantile of order 0.95
  Moments moments;
  for (const double value : values) {
    moments.add(value);
  }
  BatchMean mean{.estimate = moments.estimate(), .neumann_ratio = {}, .is_correlated = false};
  mean.neumann_ratio = neumann_ratio(values, moments.squares());
  // Of n independent batches the ratio has mean 2 and variance 4 (n - 2) / (n^2 - 1).
  const auto n = static_cast<double>(values.size());
  const double least = 2 - kUpperNormal * 2 * std::sqrt((n - 2) / (n * n - 1));
  mean.is_correlated = mean.neumann_ratio && *mean.neumann_ratio < least;
  return mean;
}

}  // namespace

std::optional<Duration> find_warm_up(const Result& run) {
  std::vector<double> means;
  for (std::size_t begin = 0; begin + kStepsPerMean <= run.timeline.size(); begin += kStepsPerMean) {
    double sum = 0;
    for (std::size_t step = begin; step < begin + kStepsPerMean; ++step) {
      sum += ports_at_end(run.timeline[step]);
    }
    means.push_back(sum / kStepsPerMean);
  }
  if (means.size() < 2 * kStepsPerMean) {
    return std::nullopt;
  }
  // From the end on, so that each mean is added once. A few means at the end may be alike by chance: at least
  // half of them must stay.
  Moments kept;
  std::optional<double> least;
  std::size_t left_out = 0;
  for (std::size_t first = means.size(); first-- > 0;) {
    kept.add(means[first]);
    const auto n = static_cast<double>(kept.count());
    const double error = kept.squares() / (n * n);
    if (first <= means.size() / 2 && (!least || error <= *least)) {
      least = error;
      left_out = first;
    }
  }
  return left_out == means.size() / 2
             ? std::nullopt
             : std::optional(run.timeline_step * static_cast<std::int64_t>(left_out * kStepsPerMean));
}

std::optional<BatchResult> batch_means(const Result& run, std::uint64_t count) {
  const std::size_t steps = run.timeline.size();
  if (steps < count) {
    return std::nullopt;
  }
  std::vector<double> ratios;
  std::vector<double> ports;
  for (std::uint64_t batch = 0; batch < count; ++batch) {
    const std::size_t begin = batch * steps / count;
    const std::size_t end = (batch + 1) * steps / count;
    std::uint64_t attempts = 0;
    std::uint64_t failed = 0;
    double sum = 0;
    for (std::size_t step = begin; step < end; ++step) {
      attempts += run.timeline[step].attempts;
      failed += run.timeline[step].failed;
      sum += ports_at_end(run.timeline[step]);
    }
    ratios.push_back(attempts == 0 ? 0 : nearest_double(failed, attempts));
    ports.push_back(sum / static_cast<double>(end - begin));
  }
  return BatchResult{.count = count, .failure_ratio = mean_of(ratios), .ports_in_use = mean_of(ports)};
}

}  // namespace portsim
