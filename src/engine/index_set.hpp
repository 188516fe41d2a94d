// A set of small integers that finds its next member in constant time.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace portsim {

/// A set of indices 0 .. size - 1 that finds the next member in constant time: a tree of bitmaps in which
/// each bit of one level tells whether a word of the level below has any.
class IndexSet {
 public:
  /// All indices are members.
  explicit IndexSet(std::uint32_t size);

  [[nodiscard]] bool contains(std::uint32_t index) const {
    return (words_[index / kWordBits] & bit(index)) != 0;
  }

  void insert(std::uint32_t index) {
    std::uint64_t& word = words_[index / kWordBits];
    const bool had_members = word != 0;
    word |= bit(index);
    if (!had_members) {
      insert_above(index);
    }
  }

  void erase(std::uint32_t index) {
    std::uint64_t& word = words_[index / kWordBits];
    word &= ~bit(index);
    if (word == 0) {
      erase_above(index);
    }
  }

  /// The least member that is at least `from`; empty if there is none.
  [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t from) const {
    if (from / kWordBits >= begins_[1]) {
      return std::nullopt;
    }
    const std::uint64_t word = words_[from / kWordBits] & ~(bit(from) - 1);
    return word != 0 ? from / kWordBits * kWordBits + static_cast<std::uint32_t>(std::countr_zero(word))
                     : next_above(from);
  }

 private:
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::uint64_t bit(std::uint32_t index) { return std::uint64_t{1} << (index % kWordBits); }

  // What a change or a search does in the levels above the lowest, with the index of the lowest.
  void insert_above(std::uint32_t index);
  void erase_above(std::uint32_t index);
  [[nodiscard]] std::optional<std::uint32_t> next_above(std::uint32_t from) const;

  static constexpr std::size_t kMostLevels = 6;  ///< for 2^32 indices

  std::vector<std::uint64_t> words_;  ///< level after level, the lowest first; the last one is a single word
  std::array<std::uint32_t, kMostLevels + 1> begins_{};  ///< of the levels, and the end of the last one
  std::size_t levels_ = 0;
};

}  // namespace portsim
