// What lies ahead, in no order yet.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace portsim {

/// The time of what is pending, in nanoseconds: an instant alone is its own.
[[nodiscard]] constexpr std::int64_t time_of(std::int64_t instant) { return instant; }

/// Instants from the present on, or what has a `time_of`, kept so that those up to a later present are found
/// without looking at all: a radix heap. An instant lies in the bucket of its highest digit (in base 16) that
/// differs from the present's. When the present comes to a bucket, what is left in it moves to buckets of
/// lower digits: an instant moves once for each factor of 16 between its distance and the steps of the
/// present.
template <typename Entry>
class Pending {
 public:
  /// Adds an entry that is not before the present.
  void add(Entry entry) {
    const std::size_t level = level_of(time_of(entry) ^ present_);
    const std::size_t digit = digit_of(time_of(entry), level);
    buckets_[level][digit].push_back(entry);
    used_[level] |= std::uint32_t{1} << digit;
  }

  /// Moves the present on to `present`, and the entries before it to the end of `taken`, in any order.
  void take_before(std::int64_t present, std::vector<Entry>& taken) {
    if (present <= present_) {
      return;
    }
    const std::size_t level = level_of(present ^ present_);
    for (std::size_t lower = 0; lower < level; ++lower) {
      take_all(lower, 0, kDigits, taken);
    }
    const std::size_t digit = digit_of(present, level);
    take_all(level, digit_of(present_, level), digit, taken);
    present_ = present;
    moving_.swap(buckets_[level][digit]);
    used_[level] &= ~(std::uint32_t{1} << digit);
    for (const Entry& entry : moving_) {
      if (time_of(entry) < present) {
        taken.push_back(entry);
      } else {
        add(entry);
      }
    }
    empty(moving_);
  }

  [[nodiscard]] std::int64_t present() const { return present_; }

 private:
  using Bucket = std::vector<Entry>;
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

  /// What a large bucket held is needed elsewhere.
  static void empty(Bucket& bucket) {
    constexpr std::size_t kLarge = 1 << 12;
    if (bucket.capacity() > kLarge) {
      Bucket().swap(bucket);
    } else {
      bucket.clear();
    }
  }

  void take_all(std::size_t level, std::size_t first, std::size_t end, std::vector<Entry>& taken) {
    for (std::size_t digit = first; digit < end && used_[level] != 0; ++digit) {
      Bucket& bucket = buckets_[level][digit];
      taken.insert(taken.end(), bucket.begin(), bucket.end());
      empty(bucket);
      used_[level] &= ~(std::uint32_t{1} << digit);
    }
  }

  std::int64_t present_ = 0;
  std::array<std::array<Bucket, kDigits>, kLevels> buckets_{};
  std::array<std::uint32_t, kLevels> used_{};  ///< a bit for each bucket of a level that is not empty
  Bucket moving_;
};

}  // namespace portsim
