#include "engine/index_set.hpp"

#include "base/ensure.hpp"

namespace portsim {

IndexSet::IndexSet(std::uint32_t size) {
  ensure(size > 0, "an index set needs room for one member");
  std::uint32_t bits = size;
  do {
    const std::uint32_t words = bits / kWordBits + (bits % kWordBits > 0 ? 1 : 0);
    words_.insert(words_.end(), words, ~std::uint64_t{0});
    if (bits % kWordBits != 0) {
      words_.back() = bit(bits) - 1;
    }
    begins_[levels_ + 1] = begins_[levels_] + words;
    ++levels_;
    bits = words;
  } while (bits > 1 || levels_ < 2);
}

void IndexSet::insert_above(std::uint32_t index) {
  for (std::size_t level = 2; level < levels_; ++level) {
    std::uint64_t& word = words_[begins_[level] + index / kWordBits];
    const bool had_members = word != 0;
    word |= bit(index);
    if (had_members) {
      return;
    }
    index /= kWordBits;
  }
}

void IndexSet::erase_above(std::uint32_t index) {
  for (std::size_t level = 2; level < levels_; ++level) {
    std::uint64_t& word = words_[begins_[level] + index / kWordBits];
    word &= ~bit(index);
    if (word != 0) {
      return;
    }
    index /= kWordBits;
  }
}

// Upwards until a word has a member behind the position, then down along the first members.
std::optional<std::uint32_t> IndexSet::next_above(std::uint32_t from) const {
  std::uint32_t position = from / kWordBits + 1;
  for (std::size_t level = 1; level < levels_; ++level) {
    const std::uint32_t word_index = position / kWordBits;
    if (begins_[level] + word_index >= begins_[level + 1]) {
      return std::nullopt;
    }
    const std::uint64_t word = words_[begins_[level] + word_index] & ~(bit(position) - 1);
    if (word != 0) {
      std::uint32_t member = word_index * kWordBits + static_cast<std::uint32_t>(std::countr_zero(word));
      while (level-- > 0) {
        const std::uint64_t below = words_[begins_[level] + member];
        member = member * kWordBits + static_cast<std::uint32_t>(std::countr_zero(below));
      }
      return member;
    }
    position = word_index + 1;
  }
  return std::nullopt;
}

std::uint32_t IndexSet::next_far(std::uint32_t from) const {
  const std::optional<std::uint32_t> found = next(from);
  return found ? *found : *next(0);
}

}  // namespace portsim
