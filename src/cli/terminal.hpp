// What standard output is, as far as the layout of text depends on it.
#pragma once

#include <cstdint>

#include "report/report.hpp"

namespace portsim::cli {

/// When text has colours: --color.
enum class ColorUse : std::uint8_t { on_terminals, always, never };

/// The layout for files and pipes, whose bytes must not depend on the machine: 80 columns of ASCII.
[[nodiscard]] constexpr TextStyle plain_style() { return {.columns = 80, .utf8 = false}; }

/// The layout for text on standard output. On a terminal: its width (COLUMNS, else what the terminal says),
/// and block characters where LC_ALL, LC_CTYPE or LANG names UTF-8. Anywhere else: plain. Colour there is
/// on a terminal that is not dumb, unless NO_COLOR is set (no-color.org); or as `color` says.
[[nodiscard]] TextStyle standard_output_style(ColorUse color);

}  // namespace portsim::cli
