// Where two results differ, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "portsim/result.hpp"

namespace portsim {

/// The first field in which two results differ, with both values as text.
struct Difference {
  std::string field;
  std::string left;
  std::string right;
};

/// Compares every field of two results, bit for bit; empty if they are equal.
[[nodiscard]] std::optional<Difference> first_difference(const Result& left, const Result& right);

/// The same for the rows of a timeline.
[[nodiscard]] std::optional<Difference> first_difference(const std::vector<TimelineRow>& left,
                                                         const std::vector<TimelineRow>& right);

}  // namespace portsim
