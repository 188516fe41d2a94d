#include "trace/addresses.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

bool is_loopback_address(std::string_view text) {
  if (text == "::1") {
    return true;
  }
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 4 && parts.front() == "127" &&
         std::all_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return parse_unsigned(part).value_or(256) <= 255; });
}

/// Where the text stands, or would stand.
std::size_t Numbering::slot_of(std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>()(text) & mask;
  while (slots_[slot] != kFree && (*this)[slots_[slot]] != text) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void Numbering::grow() {
  constexpr std::size_t kLeastSlots = 16;
  std::vector<std::uint32_t>(std::max(slots_.size() * 2, kLeastSlots), kFree).swap(slots_);
  for (std::size_t number = 0; number < size(); ++number) {
    slots_[slot_of((*this)[number])] = static_cast<std::uint32_t>(number);
  }
}

std::uint32_t Numbering::number_of(std::string_view text) {
  constexpr std::size_t kTenths = 10;
  constexpr std::size_t kMostTenthsUsed = 7;
  if (size() * kTenths >= slots_.size() * kMostTenthsUsed) {
    grow();
  }
  std::uint32_t& number = slots_[slot_of(text)];
  if (number == kFree) {
    if (size() == kFree) {
      throw std::length_error("too many names");
    }
    number = static_cast<std::uint32_t>(size());
    texts_.append(text);
    ends_.push_back(texts_.size());
  }
  return number;
}

std::optional<std::uint32_t> Numbering::find(std::string_view text) const {
  const std::uint32_t number = slots_.empty() ? kFree : slots_[slot_of(text)];
  return number == kFree ? std::nullopt : std::optional(number);
}

}  // namespace portsim
