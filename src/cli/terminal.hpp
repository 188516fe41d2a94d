// What standard output is, as far as the layout of text depends on it.
#pragma once

#include "report/report.hpp"

namespace portsim::cli {

/// The layout for text on standard output. On a terminal: its width (COLUMNS, else what the terminal says),
/// and block characters where LC_ALL, LC_CTYPE or LANG names UTF-8. Anywhere else the bytes must not depend
/// on the machine: 80 columns of ASCII.
[[nodiscard]] TextStyle standard_output_style();

}  // namespace portsim::cli
