#include "report/layout.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace portsim {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kLabelWidth = 20;
constexpr std::size_t kColumnGap = 3;

std::vector<std::size_t> column_widths(const TextTable& table) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : table.rows()) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  return widths;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t word_length = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, word_length);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) {
      lines.push_back(std::exchange(line, std::string()));
    }
    line.append(line.empty() ? "" : " ").append(word);
    text.remove_prefix(std::min(word_length + 1, text.size()));
  }
  lines.push_back(line);
  return lines;
}

std::string painted(std::string_view text, Ink ink, bool with_color) {
  const std::string_view begin = ink == Ink::red ? "\x1b[1;31m" : "\x1b[1;32m";
  return with_color ? std::string(begin).append(text).append("\x1b[0m") : std::string(text);
}

void TextLayout::line(std::string_view text) { out_ << text << '\n'; }

void TextLayout::paragraph(std::string_view text, std::size_t hanging) {
  std::size_t indent = 0;
  for (const std::string& piece : wrapped(text, columns_ - hanging)) {
    out_ << std::string(indent, ' ') << piece << '\n';
    indent = hanging;
  }
}

void TextLayout::painted_paragraph(std::string_view text, Ink ink, bool with_color) {
  for (const std::string& piece : wrapped(text, columns_)) {
    line(painted(piece, ink, with_color));
  }
}

void TextLayout::heading(std::string_view title) {
  out_ << '\n';
  paragraph(title);
}

void TextLayout::row(std::string_view label, std::string_view text) {
  const std::size_t indent = kIndent + kLabelWidth;
  std::string margin = std::string(kIndent, ' ').append(label);
  margin.resize(std::max(indent, margin.size() + 1), ' ');
  for (const std::string& piece : wrapped(text, columns_ - indent)) {
    out_ << margin << piece << '\n';
    margin.assign(indent, ' ');
  }
}

void TextLayout::table(const TextTable& table) {
  const std::vector<std::size_t> widths = column_widths(table);
  for (const std::vector<std::string>& row : table.rows()) {
    std::string text(kIndent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - display_width(row[i]), ' ');
      text += i == 0 ? row[i] + padding : std::string(kColumnGap, ' ') + padding + row[i];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out_ << text << '\n';
  }
}

}  // namespace portsim
