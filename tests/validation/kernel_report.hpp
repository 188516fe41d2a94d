// The comparison of all runs in Markdown: the part of README.md that a program writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel_replay.hpp"

namespace portsim {

/// The line of README.md below which a program writes.
inline constexpr std::string_view kReportMark = "<!-- What follows is written by kernel_report. -->\n";

/// In how many runs the two agree, where they do not and why, and one line for each run.
[[nodiscard]] std::string markdown(const std::vector<Comparison>& comparisons);

}  // namespace portsim
