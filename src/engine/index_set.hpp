// A set of small integers that finds its next member in constant time.
#pragma once

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

  [[nodiscard]] bool contains(std::uint32_t index) const;
  void insert(std::uint32_t index);
  void erase(std::uint32_t index);

  /// The least member that is at least `from`; empty if there is none.
  [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t from) const;

 private:
  std::vector<std::vector<std::uint64_t>> levels_;  ///< the last one is a single word
};

}  // namespace portsim
