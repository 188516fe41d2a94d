// `--fail-if`: results that make a CI job fail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "portsim/result.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {

/// A condition on the result of a run: `exhausted`, `failure_ratio>0.01`, `first_failure<60s`.
struct FailCondition {
  enum class Quantity : std::uint8_t {
    exhausted,      ///< an attempt failed; no comparison
    failure_ratio,  ///< failed / attempts, 0 without attempts
    first_failure,  ///< time of the first failure; a comparison is false when nothing failed
  };
  enum class Comparison : std::uint8_t { less, less_or_equal, greater, greater_or_equal };

  std::string text;  ///< as it was given
  Quantity quantity = Quantity::exhausted;
  Comparison comparison = Comparison::less;
  double ratio = 0;     ///< of `failure_ratio`
  TimePoint instant{};  ///< of `first_failure`
};

/// Reads a condition; blanks around its parts do not matter.
[[nodiscard]] Parsed<FailCondition> parse_fail_condition(std::string_view text);

/// Whether the result meets the condition. The ratio is compared as the double that reports print.
[[nodiscard]] bool holds(const FailCondition& condition, const Result& result);

}  // namespace portsim::cli
