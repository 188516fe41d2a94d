// Addresses of a log: compared as text, each with a number of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portsim {

/// True for the text of an IPv4 address within 127.0.0.0/8, and for ::1.
[[nodiscard]] bool is_loopback_address(std::string_view text);

/// Texts that are met, each with a number from 0 in the order of their first appearance. A text takes its own
/// length and some 20 bytes: a log may name millions.
class Numbering {
 public:
  /// The number of `text`, which is a new one if the text is. Throws std::length_error beyond 2^32 - 1 texts.
  std::uint32_t number_of(std::string_view text);

  /// The number of `text`; empty if it was not met.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const;

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }

  /// The text of that number, < size(). Valid until the next text is met.
  [[nodiscard]] std::string_view operator[](std::size_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(texts_).substr(begin, ends_[number] - begin);
  }

  [[nodiscard]] friend bool operator==(const Numbering& a, const Numbering& b) {
    return a.ends_ == b.ends_ && a.texts_ == b.texts_;
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;

  [[nodiscard]] std::size_t slot_of(std::string_view text) const;
  void grow();

  std::string texts_;  // one behind the other
  std::vector<std::size_t> ends_;
  std::vector<std::uint32_t> slots_;  // of a hash table with open addresses: numbers, or kFree
};

}  // namespace portsim
