// Memory for arrays that grow at their end and are forgotten from their beginning.
#pragma once

#include <cstddef>
#include <utility>

namespace portsim {

/// Bytes that grow and are forgotten without being copied where they are many and the system can do that:
/// then they have pages of their own. Nothing is written to them before the owner does.
class RoomOfBytes {
 public:
  RoomOfBytes() = default;
  RoomOfBytes(RoomOfBytes&& other) noexcept { swap(other); }
  RoomOfBytes& operator=(RoomOfBytes&& other) noexcept {
    swap(other);
    return *this;
  }
  RoomOfBytes(const RoomOfBytes&) = delete;
  RoomOfBytes& operator=(const RoomOfBytes&) = delete;
  ~RoomOfBytes();

  [[nodiscard]] std::byte* get() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Makes room for `size` at least, which is no less than before; what was written stays. Throws
  /// std::bad_alloc.
  void grow(std::size_t size);

  /// The first `count` are gone, the others begin where these did. Many are forgotten in whole pages: a
  /// multiple of 64 KiB.
  void forget(std::size_t count);

 private:
  void swap(RoomOfBytes& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(is_mapped_, other.is_mapped_);
  }

  std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
  bool is_mapped_ = false;
};

/// The same for plain values.
template <typename T>
class Room {
 public:
  [[nodiscard]] T* get() const {
    return reinterpret_cast<T*>(bytes_.get());  // NOLINT: what malloc or mmap gave
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size() / sizeof(T); }
  void grow(std::size_t size) { bytes_.grow(size * sizeof(T)); }
  void forget(std::size_t count) { bytes_.forget(count * sizeof(T)); }

 private:
  RoomOfBytes bytes_;
};

}  // namespace portsim
