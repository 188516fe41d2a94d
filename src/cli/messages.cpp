#include "cli/messages.hpp"

#include <cstddef>
#include <cstdio>

#include "base/utf8.hpp"

namespace portsim::cli {

namespace {

constexpr std::size_t kLongestText = 400;  // bytes of a message's part; what is longer loses its middle

/// The length of the character at the start; 0 if it is no UTF-8, or one that a terminal would obey.
std::size_t harmless_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = utf8_sequence_length(text);
  const bool is_control = first < 0x20 || first == 0x7f ||
                          (first == 0xc2 && static_cast<unsigned char>(text.substr(0, 2).back()) < 0xa0);
  return is_control ? 0 : length;
}

/// The text without its middle if it is too long, since what is wrong stands at its end.
std::string shortened(std::string_view text) {
  if (text.size() <= kLongestText) {
    return std::string(text);
  }
  const auto is_inside = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80;
  };
  std::size_t head = kLongestText / 2;
  std::size_t tail = text.size() - kLongestText / 2;
  for (int i = 0; i < 3 && is_inside(head); ++i) {
    --head;
  }
  for (int i = 0; i < 3 && is_inside(tail); ++i) {
    ++tail;
  }
  return std::string(text.substr(0, head)) + " ... " + std::string(text.substr(tail));
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  const std::string shown = shortened(text);
  for (std::string_view rest = shown; !rest.empty();) {
    const std::size_t length = harmless_length(rest);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(rest.front());
      result += "\\x";
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 0xfU];
    }
    result += rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string fault_text(const Fault& fault) {
  std::string text = "portsim: " + printable(fault.where) + ": " + printable(fault.what) + "\n";
  if (!fault.remedy.empty()) {
    text += "  " + printable(fault.remedy) + "\n";
  }
  return text;
}

void print_raw(std::string_view text) {
  // Nothing can be done when standard error is full or closed.
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
  static_cast<void>(std::fflush(stderr));
}

void print_faults(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text += fault_text(fault);
  }
  print_raw(text);
}

void print_message(std::string_view message) { print_raw("portsim: " + printable(message) + "\n"); }

}  // namespace portsim::cli
