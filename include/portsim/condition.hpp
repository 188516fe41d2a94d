// A condition on the result of a run: what --fail-if and --target say.
#pragma once

#include <cstdint>
#include <string>

#include "portsim/time.hpp"

namespace portsim {

/// A comparison of one number of a result with a limit: `failure_ratio<1e-3`; or `exhausted`, which is
/// compared with nothing.
struct Condition {
  enum class Quantity : std::uint8_t {
    exhausted,       ///< an attempt failed; no comparison
    failed,          ///< failed attempts
    failure_ratio,   ///< failed / attempts, 0 without attempts
    first_failure,   ///< time of the first failure
    longest_outage,  ///< 0 when nothing failed
  };
  enum class Comparison : std::uint8_t { less, less_or_equal, greater, greater_or_equal };

  std::string text;  ///< as it was given
  Quantity quantity = Quantity::exhausted;
  Comparison comparison = Comparison::less;
  std::uint64_t count = 0;  ///< the limit of `failed`
  double ratio = 0;         ///< of `failure_ratio`
  Duration time{};          ///< of `first_failure` (from the start of the run) and `longest_outage`

  friend bool operator==(const Condition&, const Condition&) = default;
};

}  // namespace portsim
