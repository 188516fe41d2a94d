// One line of a CSV file, cut into its cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portsim {

/// Cuts `line` at its commas into `cells` (whose old content is replaced). Spaces and tabs around a cell are
/// dropped. A cell may stand in double quotes, and then holds commas as they are and `""` for a quote
/// (RFC 4180, but a cell ends with its line). False when a quote is not closed or text follows it.
[[nodiscard]] bool split_csv_line(std::string_view line, std::vector<std::string>& cells);

}  // namespace portsim
