// Files of rows that a sweep wrote, as --resume and merge read them.
#pragma once

#include <fstream>
#include <string>

namespace portsim::cli {

/// Opens a file of rows for reading; says why it cannot be read, or nothing. Only a regular file will do: it
/// is read twice, or written on behind its rows.
[[nodiscard]] std::string open_rows(const std::string& path, std::ifstream& in);

/// Reads a line without its end; false at the end of the file, where `line` holds what stands behind the last
/// line end. Of a line longer than any row of a sweep the first MiB is kept.
[[nodiscard]] bool next_row_line(std::istream& in, std::string& line);

}  // namespace portsim::cli
