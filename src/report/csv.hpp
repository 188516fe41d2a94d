// Rows of comma-separated values (RFC 4180, with LF at the end of a line).
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "report/fields.hpp"

namespace portsim {

/// `text` as one cell: in quotes if it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_cell(std::string_view text);

/// The names of `fields` as a row, line end included.
void write_csv_header(const std::vector<Scalar>& fields, std::ostream& out);

/// The values of `fields` as a row, line end included; null is an empty cell.
void write_csv_row(const std::vector<Scalar>& fields, std::ostream& out);

}  // namespace portsim
