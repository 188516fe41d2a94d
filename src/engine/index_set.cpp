#include "engine/index_set.hpp"

#include "base/ensure.hpp"

namespace portsim {
IndexSet::IndexSet(std::uint32_t size) {
  ensure(size > 0, "an index set needs room for one member");
  std::uint32_t bits = size;
  while (true) {
    const std::uint32_t words = (bits + kWordBits - 1) / kWordBits;
    std::vector<std::uint64_t> level(words, ~std::uint64_t{0});
    if (bits % kWordBits != 0) {
      level.back() = bit(bits) - 1;
    }
    levels_.push_back(std::move(level));
    if (words == 1) {
      return;
    }
    bits = words;
  }
}

void IndexSet::insert_above(std::uint32_t index) {
  for (std::size_t height = 1; height < levels_.size(); ++height) {
    index /= kWordBits;
    std::uint64_t& word = levels_[height][index / kWordBits];
    const bool had_members = word != 0;
    word |= bit(index);
    if (had_members) {
      return;
    }
  }
}

void IndexSet::erase_above(std::uint32_t index) {
  for (std::size_t height = 1; height < levels_.size(); ++height) {
    index /= kWordBits;
    std::uint64_t& word = levels_[height][index / kWordBits];
    word &= ~bit(index);
    if (word != 0) {
      return;
    }
  }
}

// Upwards until a word has a member behind the position, then down along the first members.
std::optional<std::uint32_t> IndexSet::next_above(std::uint32_t from) const {
  std::uint32_t position = from / kWordBits + 1;
  for (std::size_t height = 1; height < levels_.size(); ++height) {
    const std::uint32_t word_index = position / kWordBits;
    if (word_index >= levels_[height].size()) {
      return std::nullopt;
    }
    const std::uint64_t word = levels_[height][word_index] & ~(bit(position) - 1);
    if (word != 0) {
      std::uint32_t member = word_index * kWordBits + static_cast<std::uint32_t>(std::countr_zero(word));
      while (height-- > 0) {
        member = member * kWordBits + static_cast<std::uint32_t>(std::countr_zero(levels_[height][member]));
      }
      return member;
    }
    position = word_index + 1;
  }
  return std::nullopt;
}

}  // namespace portsim
