// The pool of local ports: which are free, and which one a connection gets.
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

/// The ports that one key of the uniqueness scope can use, by index in ascending order of port number.
class PortPool {
 public:
  /// A port that was found, and the number of ports that were looked at to find it, itself included.
  struct Grant {
    std::uint32_t index = 0;
    std::uint64_t looked_at = 0;
  };

  /// All `size` ports are free; size > 0.
  explicit PortPool(std::uint32_t size);

  /// Sequential selection, as NT has it: the first free port after the last one given, wrapping; the first
  /// search begins at the lowest. Empty when none is free: then all were looked at.
  [[nodiscard]] std::optional<Grant> take_next();

  /// Takes one certain port, as bind() to it would; the search position stays. False if it is in use.
  [[nodiscard]] bool take(std::uint32_t index);

  /// Frees a port that is in use.
  void release(std::uint32_t index);

  [[nodiscard]] std::uint32_t size() const { return size_; }

 private:
  std::uint32_t size_;
  IndexSet free_;
  std::uint32_t cursor_ = 0;  ///< where the next search begins
};

}  // namespace portsim
