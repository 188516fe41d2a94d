// The rows that a sweep left in a file when it was stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "report/sweep_table.hpp"

namespace portsim::cli {

/// What a file holds of a sweep.
struct RowsOnFile {
  std::uint64_t rows = 0;   ///< whole ones
  std::uint64_t bytes = 0;  ///< up to the end of the last whole row, or of the head
};

/// What is known of the rows that a file must have.
struct ExpectedRows {
  std::uint64_t rows = 0;
  std::function<std::string(std::uint64_t row)> start;  ///< what the row begins with
  std::function<std::string(std::uint64_t row)> whole;  ///< the row itself: costs a run
};

/// Reads the file's rows, each of which goes to `visit` without its line end. Every row must begin with the
/// values of its cell; the first and the last whole row must be those that this sweep writes, byte by byte:
/// so options that are no columns are the same too. A row that was cut off at the end does not count. A file
/// that is not there has no rows. Says what is wrong if it is no file of this sweep.
[[nodiscard]] std::optional<Fault> read_rows(const std::string& path, const SweepTable& table,
                                             const ExpectedRows& expected,
                                             const std::function<void(const std::string&)>& visit,
                                             RowsOnFile& found);

/// What `holds(Condition, Result)` looks at, read back from a row; empty if the row is damaged.
[[nodiscard]] std::optional<Result> judged_part(SweepForm form, const std::vector<std::string>& columns,
                                                const std::string& row);

}  // namespace portsim::cli
