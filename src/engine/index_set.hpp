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
/// each bit of one level tells whether a word of the level below has any. There are two levels at least.
class IndexSet {
 public:
  /// All indices are members.
  explicit IndexSet(std::uint32_t size);

  /// True when a single word tells which of the lowest words have members.
  [[nodiscard]] bool is_short() const { return levels_ == 2; }

  /// The two lowest levels, by value, so that a loop has them at hand whatever it writes. It stands for the
  /// set, which stays where it is, until it ends. With `kShort` the set is short, and its upper word is kept
  /// here: changes and searches need not wait for each other in memory.
  template <bool kShort>
  class Low {
   public:
    explicit Low(IndexSet& set)
        : set_(&set),
          words_(set.words_.data()),
          summaries_(set.words_.data() + set.begins_[1]),
          is_tall_(!set.is_short()) {
      if (kShort) {
        summary_ = *summaries_;
      }
    }
    Low(const Low&) = delete;
    Low& operator=(const Low&) = delete;
    ~Low() {
      if (kShort) {
        *summaries_ = summary_;
      }
    }

    /// Inserts `index` if `is_meant`, without a branch on that.
    void insert_if(bool is_meant, std::uint32_t index) {
      const std::uint32_t word = index / kWordBits;
      words_[word] |= bit_if(is_meant, index);
      std::uint64_t& summary = summary_of(word);
      const bool had_members = summary != 0;
      summary |= bit_if(is_meant, word);
      if (is_tall() && !had_members && is_meant) {
        set_->insert_above(word / kWordBits);
      }
    }

    void erase(std::uint32_t index) {
      const std::uint32_t word = index / kWordBits;
      const std::uint64_t left = words_[word] & ~bit(index);
      words_[word] = left;
      std::uint64_t& summary = summary_of(word);
      summary &= ~bit_if(left == 0, word);
      if (is_tall() && summary == 0) {
        set_->erase_above(word / kWordBits);
      }
    }

    /// See `IndexSet`.
    [[nodiscard]] std::uint32_t next_around(std::uint32_t from) {
      return set_->next_around(words_, summary_of(from / kWordBits), is_tall(), from);
    }

   private:
    [[nodiscard]] std::uint64_t& summary_of(std::uint32_t word) {
      return kShort ? summary_ : summaries_[word / kWordBits];
    }
    [[nodiscard]] bool is_tall() const { return !kShort && is_tall_; }

    IndexSet* set_;
    std::uint64_t* words_;
    std::uint64_t* summaries_;
    bool is_tall_;
    std::uint64_t summary_ = 0;
  };

  [[nodiscard]] bool contains(std::uint32_t index) const {
    return (words_[index / kWordBits] & bit(index)) != 0;
  }

  void insert(std::uint32_t index) { Low<false>(*this).insert_if(true, index); }
  void erase(std::uint32_t index) { Low<false>(*this).erase(index); }

  /// `index` will soon be looked at.
  void prefetch(std::uint32_t index) const { __builtin_prefetch(&words_[index / kWordBits]); }

  [[nodiscard]] bool is_empty() const { return words_.back() == 0; }

  /// The least member that is at least `from`; empty if there is none.
  [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t from) const {
    if (from / kWordBits >= begins_[1]) {
      return std::nullopt;
    }
    const std::uint64_t word = words_[from / kWordBits] & ~(bit(from) - 1);
    return word != 0 ? from / kWordBits * kWordBits + static_cast<std::uint32_t>(std::countr_zero(word))
                     : next_above(from);
  }

  /// The same, and where there is none the least member of all; the set is not empty. Which of the two, and
  /// in which word, costs no branch in a set of up to 4,096.
  [[nodiscard]] std::uint32_t next_around(std::uint32_t from) const {
    return next_around(words_.data(), words_[begins_[1] + from / kWordBits / kWordBits], !is_short(), from);
  }

 private:
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::uint64_t bit(std::uint32_t index) { return bit_if(true, index); }
  static constexpr std::uint64_t bit_if(bool condition, std::uint32_t index) {
    return static_cast<std::uint64_t>(condition) << (index % kWordBits);
  }

  /// All bits, or none: where a choice is made with it, a compiler makes no branch of it.
  static constexpr std::uint64_t all_if(bool condition) { return -static_cast<std::uint64_t>(condition); }

  [[nodiscard]] std::uint32_t next_around(const std::uint64_t* words, std::uint64_t summary, bool is_tall,
                                          std::uint32_t from) const {
    const std::uint32_t word = from / kWordBits;
    const std::uint64_t own = words[word] & (~std::uint64_t{0} << (from % kWordBits));
    const std::uint64_t above = summary & (~std::uint64_t{1} << (word % kWordBits));
    if (is_tall && (own | above) == 0) {
      return next_far(from);
    }
    const std::uint64_t others = above | (summary & all_if(above == 0));
    const std::uint32_t other =
        static_cast<std::uint32_t>(std::countr_zero(others)) | (word & ~(kWordBits - 1));
    const std::uint64_t is_other = all_if(own == 0);
    const std::uint32_t chosen = word ^ ((word ^ other) & static_cast<std::uint32_t>(is_other));
    const std::uint64_t members = own | (words[chosen] & is_other);
    return chosen * kWordBits + static_cast<std::uint32_t>(std::countr_zero(members));
  }

  // What a change or a search does above the two lowest levels, with the index of the second.
  void insert_above(std::uint32_t index);
  void erase_above(std::uint32_t index);
  [[nodiscard]] std::optional<std::uint32_t> next_above(std::uint32_t from) const;
  [[nodiscard]] std::uint32_t next_far(std::uint32_t from) const;

  static constexpr std::size_t kMostLevels = 6;  ///< for 2^32 indices

  std::vector<std::uint64_t> words_;  ///< level after level, the lowest first; the last one is a single word
  std::array<std::uint32_t, kMostLevels + 1> begins_{};  ///< of the levels, and the end of the last one
  std::size_t levels_ = 0;
};

}  // namespace portsim
