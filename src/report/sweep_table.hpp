// The rows of a sweep, as CSV, as JSON Lines, or as a table for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/fields.hpp"
#include "report/report.hpp"

namespace portsim {

enum class SweepForm : std::uint8_t { table, csv, json_lines };

/// A column for an option that has several values.
struct SweepColumn {
  std::string name;       ///< `delay_s`
  std::size_t width = 0;  ///< of the widest value; a table is aligned before its last row is known
};

/// Lays out rows. In CSV and JSON Lines a row holds the options that have several values, then the scalars
/// of the result without those of `scenario`; in a table the numbers that answer the question. A row depends
/// on nothing but its own cell. Safe to use from several threads at once.
class SweepTable {
 public:
  /// `model` is a report with every field that any of the rows has; its values do not matter. `with_color`:
  /// a table shows the share of failed attempts in red.
  SweepTable(SweepForm form, std::vector<SweepColumn> settings, const Report& model, bool with_color = false);

  /// What stands above the rows: nothing in JSON Lines.
  [[nodiscard]] std::string head() const;

  /// One whole row, line end included. `settings` are the values of the columns, in their order.
  [[nodiscard]] std::string row(const std::vector<FieldValue>& settings, const Report& report) const;

  /// What a row with these settings begins with: nothing else can stand in its place.
  [[nodiscard]] std::string row_start(const std::vector<FieldValue>& settings) const;

  /// The names of all columns of CSV and JSON Lines.
  [[nodiscard]] std::vector<std::string> columns() const;

 private:
  [[nodiscard]] std::vector<Scalar> named(const std::vector<FieldValue>& settings) const;
  [[nodiscard]] std::vector<Scalar> aligned(const Report& report) const;
  [[nodiscard]] std::string table_line(const std::vector<std::string>& settings,
                                       const std::vector<std::string>& results, bool is_red) const;

  SweepForm form_;
  bool with_color_;
  std::vector<SweepColumn> settings_;
  std::vector<std::string> results_;  // names of the scalars
  bool with_replications_;
  bool with_sustainable_;
};

}  // namespace portsim
