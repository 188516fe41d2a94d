#include "trace/csv_cells.hpp"

namespace portsim {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

/// Takes a quoted cell off the front of `rest`, which begins with its quote; false if it is not closed.
bool take_quoted(std::string_view& rest, std::string& cell) {
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] != '"') {
      cell.push_back(rest[at]);
    } else if (at + 1 < rest.size() && rest[at + 1] == '"') {
      cell.push_back('"');
      ++at;
    } else {
      rest.remove_prefix(at + 1);
      return true;
    }
  }
  return false;
}

}  // namespace

bool split_csv_line(std::string_view line, std::vector<std::string>& cells) {
  cells.clear();
  std::string_view rest = line;
  while (true) {
    cells.emplace_back();
    while (!rest.empty() && is_blank(rest.front())) {
      rest.remove_prefix(1);
    }
    const bool is_quoted = rest.starts_with('"');
    if (is_quoted && !take_quoted(rest, cells.back())) {
      return false;
    }
    const std::size_t comma = rest.find(',');
    const std::string_view text = without_blanks(rest.substr(0, comma));
    if (!is_quoted) {
      cells.back() = text;
    } else if (!text.empty()) {
      return false;
    }
    if (comma == std::string_view::npos) {
      return true;
    }
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace portsim
