// Conditions on results: `--fail-if`, which makes a CI job fail, and `--target`, which says what is good
// enough.
#pragma once

#include <string_view>

#include "portsim/condition.hpp"
#include "portsim/result.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// Reads a condition; blanks around its parts do not matter.
[[nodiscard]] Parsed<Condition> parse_condition(std::string_view text);

/// The same for a target: a condition that a better result meets sooner, so `failed`, `failure_ratio` and
/// `longest_outage` with < or <=, `first_failure` with > or >=; and one that can be met.
[[nodiscard]] Parsed<Condition> parse_target(std::string_view text);

/// Whether the condition holds for the result. The ratio is compared as the double that reports print.
/// One on the first failure does not hold when nothing failed.
[[nodiscard]] bool holds(const Condition& condition, const Result& result);

/// Whether the result is as good as the target asks: as `holds`, but a first failure that never came is late
/// enough.
[[nodiscard]] bool meets(const Condition& target, const Result& result);

/// Whether a failure ratio, measured or from theory, is as small as a target on `failure_ratio` asks.
[[nodiscard]] bool ratio_meets(const Condition& target, double ratio);

/// The target of a load that is not random: `failed<=0`.
[[nodiscard]] Condition no_failure();

/// True when only a run without a failure meets the target.
[[nodiscard]] bool asks_for_no_failure(const Condition& target);

}  // namespace portsim
