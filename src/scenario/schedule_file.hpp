// A rate over time, from a file.
#pragma once

#include <memory>
#include <string>

#include "portsim/scenario.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// Reads a schedule, plain or gzip, in one of two forms:
/// - CSV with the header `time_s,rate_per_s`: from each time on (seconds from the start of the run,
/// ascending)
///   the rate holds until the next row's, the last one for ever. Before the first row there is no load. The
///   default duration ends as long after the last row as that is after the one before it (one row alone: 1
///   h).
/// - numbers between blanks or lines: the rate in each second, one after the other; then no load. A count of
///   requests per second is such a rate.
///
/// Rates are decimals, 0 to 10^9 per second, exact to 10^-9. Lines that begin with `#` are remarks.
/// A file is read once in the life of the program: the cells of a sweep share it.
[[nodiscard]] Parsed<std::shared_ptr<const Schedule>> read_schedule(const std::string& path);

/// The same, read each time.
[[nodiscard]] Parsed<std::shared_ptr<const Schedule>> parse_schedule(const std::string& path);

}  // namespace portsim
