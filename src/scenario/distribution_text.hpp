// Distributions of durations as text and back. Syntax only; limits are in rules.hpp.
#pragma once

#include <string>
#include <string_view>

#include "portsim/distribution.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// `100ms`, `exp:100ms`, `uniform:a,b`, `lognormal:median,sigma`, `pareto:min,shape`, or a weighted mix of
/// these, `0.8*100ms+0.2*exp:30s`. A mix of one has the weight 1.
[[nodiscard]] Parsed<Distribution> parse_distribution(std::string_view text);

/// The distribution as `parse_distribution` reads it.
[[nodiscard]] std::string distribution_text(const Distribution& distribution);

}  // namespace portsim
