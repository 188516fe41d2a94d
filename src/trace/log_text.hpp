// Small pieces of text that several formats of logs share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace portsim {

/// 0 to 65535 in decimal digits; empty for anything else.
[[nodiscard]] inline std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > 6553) {
      return std::nullopt;
    }
    value = 10 * value + static_cast<std::uint32_t>(c - '0');
  }
  return text.empty() || value > 65535 ? std::nullopt : std::optional(static_cast<std::uint16_t>(value));
}

/// A count below 10^9 in decimal digits; empty for anything else.
[[nodiscard]] inline std::optional<int> parse_count(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value >= 100'000'000) {
      return std::nullopt;
    }
    value = 10 * value + (c - '0');
  }
  return text.empty() ? std::nullopt : std::optional(value);
}

/// Takes the first word, up to a blank, off `text`; empty at its end.
inline std::string_view take_word(std::string_view& text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    text = {};
    return {};
  }
  const std::size_t end = std::min(text.find_first_of(kBlanks, begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

/// The words of a text.
[[nodiscard]] inline std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    words.push_back(word);
  }
  return words;
}

/// True for what can be an address or the name of a host: printable ASCII without blanks, up to 253
/// characters (RFC 1035).
[[nodiscard]] inline bool is_log_address(std::string_view text) {
  bool is_plain = !text.empty() && text.size() <= 253;
  for (const char c : text) {
    is_plain = is_plain && c > 0x20 && c < 0x7f;
  }
  return is_plain;
}

/// `192.0.2.1:80`, `2001:db8::1.80`, `2001:db8::1:80` or `[2001:db8::1]:80`.
[[nodiscard]] inline std::optional<std::pair<std::string_view, std::uint16_t>> parse_log_endpoint(
    std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t point = text.rfind('.');
  const bool is_v6 = text.find(':') != colon && !text.starts_with('[');
  const std::size_t cut = is_v6 && point != std::string_view::npos && point > colon ? point : colon;
  if (cut == std::string_view::npos) {
    return std::nullopt;
  }
  const auto port = parse_port(text.substr(cut + 1));
  std::string_view address = text.substr(0, cut);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  return port && is_log_address(address) ? std::optional(std::pair(address, *port)) : std::nullopt;
}

}  // namespace portsim
