// Paragraphs, labelled rows and tables of plain text within a given width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace portsim {

/// Characters of UTF-8 text, each taken to be one column wide.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` broken at spaces into lines of at most `columns`; a longer word stands on a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// Colours of a terminal (ECMA-48, SGR).
enum class Ink : std::uint8_t { red, green };

/// `text` in that colour, or as it is.
[[nodiscard]] std::string painted(std::string_view text, Ink ink, bool with_color);

/// Cells in columns: the first to the left, the others to the right.
class TextTable {
 public:
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// Writes text top down.
class TextLayout {
 public:
  TextLayout(std::ostream& out, std::size_t columns) : out_(out), columns_(columns) {}

  [[nodiscard]] std::size_t columns() const { return columns_; }

  /// One line as it is.
  void line(std::string_view text);

  /// Wrapped text; lines after the first are indented by `hanging`.
  void paragraph(std::string_view text, std::size_t hanging = 0);

  /// The same in a colour, or as it is.
  void painted_paragraph(std::string_view text, Ink ink, bool with_color);

  /// An empty line and a title.
  void heading(std::string_view title);

  /// An indented row: a label, then text that wraps beside it.
  void row(std::string_view label, std::string_view text);

  /// An indented table.
  void table(const TextTable& table);

 private:
  std::ostream& out_;
  std::size_t columns_;
};

}  // namespace portsim
