#include "trace/quoted_cell.hpp"

namespace portsim {

namespace {

constexpr std::size_t kLongestQuote = 40;

}  // namespace

std::string quoted_cell(std::string_view value) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string text = "\"";
  for (const char c : value.substr(0, kLongestQuote)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      text.push_back(c);
    } else {
      text += {'\\', 'x', kHexDigits[byte >> 4U], kHexDigits[byte & 15U]};
    }
  }
  return text + (value.size() > kLongestQuote ? "\"..." : "\"");
}

}  // namespace portsim
