// Small pieces of text that several formats of logs share.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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

/// True for what can be an address or the name of a host: printable ASCII without blanks, up to 253
/// characters (RFC 1035).
[[nodiscard]] inline bool is_log_address(std::string_view text) {
  bool is_plain = !text.empty() && text.size() <= 253;
  for (const char c : text) {
    is_plain = is_plain && c > 0x20 && c < 0x7f;
  }
  return is_plain;
}

}  // namespace portsim
