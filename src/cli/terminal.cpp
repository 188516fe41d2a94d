#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/number_text.hpp"

namespace portsim::cli {
namespace {

constexpr unsigned kMostColumns = 1000;

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

unsigned terminal_columns() {
  if (const auto columns = environment("COLUMNS")) {
    const auto number = parse_unsigned(*columns);
    if (number && *number > 0) {
      return static_cast<unsigned>(std::min<std::uint64_t>(*number, kMostColumns));
    }
  }
  struct winsize size {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return plain_style().columns;
}

/// The first of the three that is set decides (POSIX, 8.2 Internationalization Variables).
bool locale_is_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (auto locale = environment(name)) {
      std::transform(locale->begin(), locale->end(), locale->begin(),
                     [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
      return locale->find("utf-8") != std::string::npos || locale->find("utf8") != std::string::npos;
    }
  }
  return false;
}

}  // namespace

TextStyle standard_output_style(ColorUse color) {
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  TextStyle style = plain_style();
  if (is_terminal) {
    style.columns = terminal_columns();
    style.utf8 = locale_is_utf8();
  }
  const bool is_welcome =
      is_terminal && !environment("NO_COLOR") && environment("TERM").value_or("dumb") != "dumb";
  style.color = color == ColorUse::always || (color == ColorUse::on_terminals && is_welcome);
  return style;
}

}  // namespace portsim::cli
