#include "base/room.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// NOLINTBEGIN(cppcoreguidelines-no-malloc): no container grows in place
namespace portsim {
namespace {

/// From this size on memory has pages of its own.
constexpr std::size_t kMapped = std::size_t{512} << 10;

/// A multiple of every size that pages have.
constexpr std::size_t kPage = std::size_t{64} << 10;

#if defined(__linux__)
/// `old`, or new memory if that is null, of another size; null if there is none.
std::byte* map(std::byte* old, std::size_t old_size, std::size_t size) {
  void* const memory = old == nullptr
                           ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                           : ::mremap(old, old_size, size, MREMAP_MAYMOVE);
  return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

void unmap(std::byte* begin, std::size_t size) { ::munmap(begin, size); }
#endif

}  // namespace

RoomOfBytes::~RoomOfBytes() {
#if defined(__linux__)
  if (is_mapped_) {
    unmap(bytes_, size_);
    return;
  }
#endif
  std::free(bytes_);
}

void RoomOfBytes::grow(std::size_t size) {
  std::byte* grown = nullptr;
#if defined(__linux__)
  if (size >= kMapped) {
    size = (size + kPage - 1) / kPage * kPage;
    grown = map(is_mapped_ ? bytes_ : nullptr, size_, size);
    if (grown != nullptr && !is_mapped_) {
      std::copy_n(bytes_, size_, grown);
      std::free(bytes_);
      is_mapped_ = true;
    }
  } else
#endif
  {
    grown = static_cast<std::byte*>(std::realloc(bytes_, size));
  }
  if (grown == nullptr) {
    throw std::bad_alloc();
  }
  bytes_ = grown;
  size_ = size;
}

void RoomOfBytes::forget(std::size_t count) {
#if defined(__linux__)
  if (is_mapped_ && count % kPage == 0 && count < size_) {
    unmap(bytes_, count);
    bytes_ += count;
    size_ -= count;
    return;
  }
#endif
  std::shift_left(bytes_, bytes_ + size_, static_cast<std::ptrdiff_t>(count));
}

}  // namespace portsim
// NOLINTEND(cppcoreguidelines-no-malloc)
