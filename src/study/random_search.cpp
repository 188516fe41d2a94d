#include "study/random_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "base/exact_ratio.hpp"
#include "base/portable_math.hpp"
#include "scenario/condition.hpp"
#include "study/rank_search.hpp"
#include "theory/quantiles.hpp"

namespace portsim {
namespace {

constexpr double kLevel = 0.95;
constexpr double kRuleOfThree = 3;  // -ln(1 - 0.95)
constexpr std::uint32_t kLeastRuns = 5;
constexpr std::uint32_t kMostRuns = 100;
constexpr std::uint32_t kRunsThatTell = 59;  // the least n with 0.95^n <= 0.05
constexpr double kValuesTried = 30;          // about so many, by their mean ratio
constexpr double kTrialsOfHardRuns = 100;    // about so many single runs, where all must meet the target
constexpr double kReserve = 1.2;             // of what is asked for when the effort does not do
constexpr Duration kWhole = kLongestDelay;   // no window but the run's own

/// By the mean of the failure ratio.
class RatioSearch {
 public:
  RatioSearch(const Condition& target, const LeverValues& values, std::uint32_t runs, Ledger& ledger)
      : target_(target),
        values_(values),
        runs_(runs),
        quantile_(student_t_quantile(kLevel, runs - 1)),
        ledger_(ledger) {}

  RandomFind run(std::uint64_t start, std::uint64_t step) {
    const RankSearch found = last_good_rank(start, step, values_.size(), [this](std::uint64_t rank) {
      const Bounds* bounds = bounds_of(rank);
      return bounds == nullptr ? std::nullopt : std::optional(ratio_meets(target_, bounds->upper));
    });
    if (!found.is_complete) {
      return {.rank = {}, .reason = out_of_effort(), .confidence = {}};
    }
    if (!found.rank) {
      return {};
    }
    Confidence confidence{.runs = runs_, .level = kLevel, .fails_at = {}, .share = {}};
    const RankSearch beyond = last_good_rank(*found.rank, step, values_.size(), [this](std::uint64_t rank) {
      const Bounds* bounds = bounds_of(rank);
      return bounds == nullptr ? std::nullopt : std::optional(ratio_meets(target_, bounds->lower));
    });
    if (beyond.is_complete && beyond.rank && *beyond.rank + 1 < values_.size()) {
      confidence.fails_at = values_.at(*beyond.rank + 1);
    }
    return {.rank = found.rank, .reason = "", .confidence = confidence};
  }

 private:
  /// One-sided bounds of the mean ratio.
  struct Bounds {
    double lower = 0;
    double upper = 1;
  };

  /// Null when the effort does not allow the runs.
  const Bounds* bounds_of(std::uint64_t rank) {
    const auto known = known_.find(rank);
    if (known != known_.end()) {
      return &known->second;
    }
    Scenario scenario = values_.with(rank);
    if (!ledger_.allows(expected_attempts(scenario) * runs_)) {
      return nullptr;
    }
    std::vector<double> ratios;
    double attempts = 0;
    for (std::uint32_t run = 1; run <= runs_; ++run) {
      scenario.replication = run;
      const auto result = run_once(scenario, kWhole, false, ledger_);
      if (!result) {
        return &known_.emplace(rank, Bounds{1, std::numeric_limits<double>::infinity()}).first->second;
      }
      ratios.push_back(result->attempts == 0 ? 0 : nearest_double(result->failed, result->attempts));
      attempts += static_cast<double>(result->attempts);
    }
    return &known_.emplace(rank, bounds(ratios, attempts)).first->second;
  }

  [[nodiscard]] Bounds bounds(const std::vector<double>& ratios, double attempts) const {
    const auto count = static_cast<double>(ratios.size());
    double mean = 0;
    for (const double ratio : ratios) {
      mean += ratio / count;
    }
    double squares = 0;
    for (const double ratio : ratios) {
      squares += (ratio - mean) * (ratio - mean);
    }
    const double half = quantile_ * std::sqrt(squares / (count - 1) / count);
    return {.lower = std::max(mean - half, 0.0),
            .upper = std::max(mean + half, kRuleOfThree / std::max(attempts, 1.0))};
  }

  [[nodiscard]] std::string out_of_effort() const {
    return too_little_effort(4 * static_cast<double>(ledger_.effort));
  }

  const Condition& target_;
  const LeverValues& values_;
  std::uint32_t runs_;
  double quantile_;
  Ledger& ledger_;
  std::map<std::uint64_t, Bounds> known_;
};

/// By runs all of which must meet the target. Values are tried in a few of them: in the first, and in each
/// that did not meet the target where those before did. So the best value of the hardest run is found.
class UnanimousSearch {
 public:
  UnanimousSearch(const Condition& target, const LeverValues& values, std::uint32_t runs, Ledger& ledger)
      : target_(target), values_(values), runs_(runs), ledger_(ledger) {}

  RandomFind run(std::uint64_t start, std::uint64_t step) {
    std::optional<std::uint32_t> failing = 1;
    while (failing) {
      hard_.insert(hard_.begin(), *failing);
      const RankSearch found = last_good_rank(start, step, values_.size(), [this](std::uint64_t rank) {
        const std::optional<std::uint32_t> failed = first_failing(rank, hard_);
        return gave_up_ ? std::nullopt : std::optional(!failed);
      });
      if (!found.rank) {
        return found.is_complete ? RandomFind{} : give_up();
      }
      start = *found.rank;
      failing = first_failing(start, others());
      if (gave_up_) {
        return give_up();
      }
    }
    // If a share q of all runs meets the target, n runs of n do with probability q^n.
    const double share = portable_exp(portable_log(1 - kLevel) / runs_);
    return {.rank = start,
            .reason = "",
            .confidence = Confidence{.runs = runs_, .level = kLevel, .fails_at = {}, .share = share}};
  }

 private:
  std::optional<std::uint32_t> first_failing(std::uint64_t rank, const std::vector<std::uint32_t>& runs) {
    Scenario scenario = values_.with(rank);
    for (const std::uint32_t run : runs) {
      if (!ledger_.allows(expected_attempts(scenario))) {
        gave_up_ = true;
        return std::nullopt;
      }
      scenario.replication = run;
      if (!run_meets(target_, scenario, kWhole, ledger_)) {
        return run;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::vector<std::uint32_t> others() const {
    std::vector<std::uint32_t> runs;
    for (std::uint32_t run = 1; run <= runs_; ++run) {
      if (std::find(hard_.begin(), hard_.end(), run) == hard_.end()) {
        runs.push_back(run);
      }
    }
    return runs;
  }

  [[nodiscard]] RandomFind give_up() const {
    return {
        .rank = {}, .reason = too_little_effort(4 * static_cast<double>(ledger_.effort)), .confidence = {}};
  }

  const Condition& target_;
  const LeverValues& values_;
  std::uint32_t runs_;
  Ledger& ledger_;
  std::vector<std::uint32_t> hard_;  // replications, the hardest first
  bool gave_up_ = false;
};

}  // namespace

RandomFind search_by_replications(const Condition& target, const LeverValues& values, std::uint64_t start,
                                  std::uint64_t step, Ledger& ledger) {
  const bool is_ratio = target.quantity == Condition::Quantity::failure_ratio && target.ratio > 0;
  const double each = std::max(expected_attempts(values.with(start)), 1.0);
  const double left = static_cast<double>(ledger.effort) - static_cast<double>(ledger.attempts);
  const double affordable = is_ratio ? left / each / kValuesTried : left / each - kTrialsOfHardRuns;
  const double least = is_ratio ? std::max<double>(kLeastRuns, 1.5 * kRuleOfThree / (target.ratio * each))
                                : double{kLeastRuns};
  if (affordable < least) {
    const double needed = is_ratio ? least * kValuesTried : least + kTrialsOfHardRuns;
    return {.rank = {}, .reason = too_little_effort(kReserve * needed * each), .confidence = {}};
  }
  const double most = is_ratio ? std::max<double>(kMostRuns, least + 1) : double{kRunsThatTell};
  const auto runs = static_cast<std::uint32_t>(std::min(affordable, most));
  return is_ratio ? RatioSearch(target, values, runs, ledger).run(start, step)
                  : UnanimousSearch(target, values, runs, ledger).run(start, step);
}

}  // namespace portsim
