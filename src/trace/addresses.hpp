// Addresses of a log: compared as text, each with a number of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace portsim {

/// True for the text of an IPv4 address within 127.0.0.0/8, and for ::1.
[[nodiscard]] bool is_loopback_address(std::string_view text);

/// Texts that are met, each with a number from 0 in the order of their first appearance.
class Numbering {
 public:
  /// The number of `text`, which is a new one if the text is.
  std::uint32_t number_of(std::string_view text) {
    const auto found = numbers_.find(text);
    return found != numbers_.end()
               ? found->second
               : numbers_.emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  struct Hash {
    using is_transparent = void;  // a view finds its string without a copy
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace portsim
