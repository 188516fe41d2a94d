// Numbers side by side in few bytes each.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace portsim {

/// Numbers below 2^32 in memory of somebody else, each in as many bytes as the greatest of them needs. That
/// memory is longer than the numbers by `kSlack`.
class PackedNumbers {
 public:
  static constexpr std::size_t kSlack = sizeof(std::uint32_t) - 1;  ///< bytes

  PackedNumbers() = default;
  /// `width` bytes each, 1 to 4.
  PackedNumbers(std::byte* bytes, std::size_t width)
      : bytes_(bytes), width_(width), spare_bits_(static_cast<int>(8 * (sizeof(std::uint32_t) - width))) {}

  /// An array.
  explicit PackedNumbers(std::uint32_t* numbers)
      : PackedNumbers(reinterpret_cast<std::byte*>(numbers), sizeof(std::uint32_t)) {}  // NOLINT: as bytes

  /// The bytes that numbers up to `most` need.
  [[nodiscard]] static std::size_t width_of(std::uint32_t most) {
    return most == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(most)) + 7) / 8;
  }

  [[nodiscard]] std::uint32_t operator[](std::size_t index) const {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes_ + index * width_, sizeof(word));
    return kIsLittle ? word << spare_bits_ >> spare_bits_ : word >> spare_bits_;
  }

  /// In the order of the places: what lies behind is overwritten.
  void write(std::size_t index, std::uint32_t number) const {
    const std::uint32_t word = kIsLittle ? number : number << spare_bits_;
    std::memcpy(bytes_ + index * width_, &word, sizeof(word));
  }

  /// The numbers from `index` on.
  [[nodiscard]] PackedNumbers from(std::size_t index) const { return {bytes_ + index * width_, width_}; }

 private:
  static constexpr bool kIsLittle = std::endian::native == std::endian::little;

  std::byte* bytes_ = nullptr;
  std::size_t width_ = sizeof(std::uint32_t);
  int spare_bits_ = 0;
};

}  // namespace portsim
