// Reports made by hand, so that what is written can be told without running the engine.
#pragma once

#include <string>

#include "main_case.hpp"
#include "report/report.hpp"

namespace portsim {

/// A report on `scenario` (which must be valid) whose result is empty but for capacity and window.
[[nodiscard]] Report empty_report(const Scenario& scenario = main_case());

/// The numbers of interface.md's example, with one of its outages, and a timeline of a square wave.
[[nodiscard]] Report overload_report();

/// A run in which nothing failed.
[[nodiscard]] Report calm_report();

[[nodiscard]] std::string json_of(const Report& report);
[[nodiscard]] std::string csv_of(const Report& report);
[[nodiscard]] std::string text_of(const Report& report, const TextStyle& style = {});

/// The first line of the text report.
[[nodiscard]] std::string first_line(const Report& report);

[[nodiscard]] constexpr TimePoint at(Duration time) { return TimePoint{time}; }

}  // namespace portsim
