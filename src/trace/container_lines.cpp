#include "trace/container_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

constexpr std::string_view kDocker = "{\"log\":\"";

/// The character behind a backslash; of code points beyond ASCII a `?`, since no field that is read has any.
std::optional<char> unescaped(std::string_view text) {
  switch (text.empty() ? '\0' : text.front()) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'f': return '\f';
    case '"':
    case '\\':
    case '/': return text.front();
    case 'u': {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const bool is_ascii = text.size() >= 5 && text.substr(1, 2) == "00" && text[3] < '8';
      const std::size_t high = is_ascii ? kDigits.find(text[3]) : std::string_view::npos;
      const std::size_t low = is_ascii ? kDigits.find(text[4]) : std::string_view::npos;
      const bool is_known = high != std::string_view::npos && low != std::string_view::npos;
      return is_known ? static_cast<char>(16 * high + low) : '?';
    }
  }
  return std::nullopt;
}

/// The text of a JSON string up to its closing quote; false if it has none.
bool read_string(std::string_view text, std::string& buffer) {
  constexpr std::size_t kUnicode = 4;  // digits
  buffer.clear();
  while (!text.empty() && text.front() != '"') {
    const std::size_t plain = std::min(text.find_first_of("\"\\"), text.size());
    buffer.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.starts_with('\\')) {
      text.remove_prefix(1);
      const auto character = unescaped(text);
      if (!character) {
        return false;
      }
      buffer.push_back(*character);
      text.remove_prefix(std::min(text.size(), text.front() == 'u' ? kUnicode + 1 : 1));
    }
  }
  return !text.empty();
}

/// What follows `TIME stdout F `; the line itself if it begins with something else.
std::string_view behind_cri(std::string_view line) {
  constexpr std::size_t kDate = 10;  // characters
  if (line.size() <= kDate || line[4] != '-' || line[kDate] != 'T') {
    return line;
  }
  std::string_view rest = line;
  const std::string_view time = take_word(rest);
  const std::string_view stream = take_word(rest);
  const std::string_view tag = take_word(rest);
  const bool is_cri = (stream == "stdout" || stream == "stderr") && (tag == "F" || tag == "P") &&
                      parse_iso_time(time).has_value();
  return is_cri ? rest.substr(std::min<std::size_t>(rest.size(), 1)) : line;
}

}  // namespace

std::string_view ContainerLines::message_of(std::string_view line) {
  if (!line.starts_with(kDocker)) {
    return behind_cri(line);
  }
  if (!read_string(line.substr(kDocker.size()), buffer_)) {
    return line;
  }
  const std::size_t end = buffer_.find_last_not_of("\r\n");
  return std::string_view(buffer_).substr(0, end == std::string::npos ? 0 : end + 1);
}

}  // namespace portsim
