// Instants that lie ahead, in no order yet.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace portsim {

/// Instants from the present on, kept so that those up to a later present are found without looking at all:
/// a radix heap. An instant lies in the bucket of its highest digit (in base 16) that differs from the
/// present's. When the present comes to a bucket, what is left in it moves to buckets of lower digits: an
/// instant moves once for each factor of 16 between its distance and the steps of the present.
class PendingInstants {
 public:
  /// Adds an instant (in nanoseconds) that is not before the present.
  void add(std::int64_t instant) {
    const std::size_t level = level_of(instant ^ present_);
    const std::size_t digit = digit_of(instant, level);
    buckets_[level][digit].push_back(instant);
    used_[level] |= std::uint32_t{1} << digit;
  }

  /// Moves the present on to `present`, and the instants before it to the end of `taken`, in any order.
  void take_before(std::int64_t present, std::vector<std::int64_t>& taken);

  [[nodiscard]] std::int64_t present() const { return present_; }

 private:
  using Bucket = std::vector<std::int64_t>;
  static constexpr std::size_t kDigitBits = 4;
  static constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  static constexpr std::size_t kLevels = 64 / kDigitBits;

  [[nodiscard]] static std::size_t level_of(std::int64_t difference) {
    return static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(difference) | 1) - 1) /
           kDigitBits;
  }
  [[nodiscard]] static std::size_t digit_of(std::int64_t instant, std::size_t level) {
    return static_cast<std::uint64_t>(instant) >> (level * kDigitBits) & (kDigits - 1);
  }
  void take_all(std::size_t level, std::size_t first, std::size_t end, std::vector<std::int64_t>& taken);

  std::int64_t present_ = 0;
  std::array<std::array<Bucket, kDigits>, kLevels> buckets_{};
  std::array<std::uint32_t, kLevels> used_{};  ///< a bit for each bucket of a level that is not empty
  Bucket moving_;
};

}  // namespace portsim
