#include "scenario/toml_guard.hpp"

#include <algorithm>
#include <cctype>

namespace portsim {
namespace {

/// Goes through a document once, keeping apart what stands in texts and remarks.
class Guard {
 public:
  explicit Guard(std::string_view content) : rest_(content) {
    if (rest_.starts_with("\xEF\xBB\xBF")) {
      rest_.remove_prefix(3);
    }
  }

  std::optional<TomlFlaw> find() {
    while (!rest_.empty() && !flaw_) {
      const char next = rest_.front();
      if (next == '#') {
        take(std::min(rest_.find('\n'), rest_.size()));
      } else if (next == '"' || next == '\'') {
        take_text(next);
      } else if (next == '[' && is_at_start_ && open_.empty()) {
        take_section();
      } else {
        if (static_cast<unsigned char>(next) >= 0x80) {
          report("a character beyond ASCII stands outside of quotes");
        }
        follow_bracket(next);
        follow_equals_sign(next);
        last_ = next == ' ' || next == '\t' || next == '\r' ? last_ : next;
        is_at_start_ = next == '\n' || (is_at_start_ && (next == ' ' || next == '\t'));
        take(1);
      }
    }
    return flaw_;
  }

 private:
  void report(const char* what) {
    if (!flaw_) {
      flaw_ = TomlFlaw{line_, what};
    }
  }

  /// toml++ takes whatever stands behind a number for a part of it, also what looks like a text.
  void require_beginning(const char* what) {
    if (std::string_view("\n=,[{").find(last_) == std::string_view::npos) {
      report(what);
    }
  }

  /// A bracket that begins a line within an array is no section's.
  void follow_bracket(char next) {
    if (next == '[' || next == '{') {
      require_beginning("a bracket stands where no value can begin");
      open_ += next;
    } else if ((next == ']' || next == '}') && !open_.empty()) {
      open_.pop_back();
    }
  }

  /// There is one between a name and its value, and none in a value.
  void follow_equals_sign(char next) {
    if (next == '=') {
      if (is_in_value_ || open_.ends_with('[')) {
        report("an equals sign stands in a value");
      }
      is_in_value_ = true;
    } else if (next == '\n' || next == ',' || next == '{') {
      is_in_value_ = false;
    }
  }

  /// Passes over `count` bytes.
  void take(std::size_t count) {
    for (const char c : rest_.substr(0, count)) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F) {
        report("a control character");
      }
      line_ += c == '\n' ? 1 : 0;
    }
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  /// A text in one line ends with it at the latest; one between three quotes may have up to two more before
  /// its end.
  void take_text(char quote) {
    require_beginning("a quote stands where no text can begin");
    last_ = quote;
    is_at_start_ = false;
    const bool is_long = rest_.starts_with(std::string(3, quote));
    const std::string end(is_long ? 3 : 1, quote);
    take(end.size());
    while (!rest_.empty() && !rest_.starts_with(end) && (is_long || rest_.front() != '\n')) {
      const bool is_escape = quote == '"' && rest_.front() == '\\';
      take(is_escape && !is_long && rest_.substr(1, 1) != "\n" ? 2 : 1);
      if (is_escape && is_long) {
        follow_backslash();
      }
    }
    if (rest_.starts_with(end)) {
      take(end.size());
      for (int more = 0; is_long && more < 2 && rest_.starts_with(quote); ++more) {
        take(1);
      }
    }
  }

  /// Of a text between three quotes: blanks and ends of lines are no part of it, or one character is escaped.
  void follow_backslash() {
    const std::size_t blanks = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    take(blanks);
    if (!rest_.empty() && static_cast<unsigned char>(rest_.front()) >= 0x80) {
      report("a character beyond ASCII follows a backslash");
    }
    take(blanks == 0 ? 1 : 0);
  }

  void take_section() {
    last_ = '[';
    is_at_start_ = false;
    take(rest_.starts_with("[[") ? 2 : 1);
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      take(1);
    }
    const char first = rest_.empty() ? ']' : rest_.front();
    const bool begins_name = std::isalnum(static_cast<unsigned char>(first)) != 0 || first == '_' ||
                             first == '-' || first == '"' || first == '\'';
    if (!begins_name) {
      report("a section has no name");
    }
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::string open_;          // the brackets around it
  bool is_at_start_ = true;   // nothing but blanks stood in the line
  bool is_in_value_ = false;  // an equals sign stood before
  char last_ = '\n';          // what stood before, but for blanks
  std::optional<TomlFlaw> flaw_;
};

}  // namespace

std::optional<TomlFlaw> find_toml_flaw(std::string_view content) { return Guard(content).find(); }

}  // namespace portsim
