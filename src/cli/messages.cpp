#include "cli/messages.hpp"

#include <cstdio>

namespace portsim::cli {

std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7f) {
      result += "\\x";
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 0xfU];
    } else {
      result += character;
    }
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
