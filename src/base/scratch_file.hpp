// Arrays that are too large for memory, in files that vanish with the program.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace portsim {

/// A file for scratch that cannot be written: `what` says why, with its directory.
class ScratchError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes that are written once, from begin to end, and then read wherever they are wanted. The file lies in
/// the directory for temporary files (TMPDIR) and has no name there.
class ScratchFile {
 public:
  ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile();

  void write(std::span<const std::byte> bytes);

  /// All that was written. Nothing may be written after.
  [[nodiscard]] std::span<const std::byte> map();

  /// The bytes leave the memory until they are looked at again.
  static void release(std::span<const std::byte> bytes);

 private:
  int file_ = -1;
  std::size_t size_ = 0;
  const std::byte* mapped_ = nullptr;
};

/// The same of plain values, gathered before they are written.
template <class Value>
class ScratchArray {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  void push_back(const Value& value) {
    pending_.push_back(value);
    if (pending_.size() == kPending) {
      flush();
    }
  }

  [[nodiscard]] std::span<const Value> map() {
    flush();
    const std::span<const std::byte> bytes = file_.map();
    return {reinterpret_cast<const Value*>(bytes.data()), bytes.size() / sizeof(Value)};
  }

  static void release(std::span<const Value> values) { ScratchFile::release(std::as_bytes(values)); }

 private:
  static constexpr std::size_t kPending = std::size_t{1} << 14;

  void flush() {
    file_.write(std::as_bytes(std::span(pending_)));
    pending_.clear();
  }

  ScratchFile file_;
  std::vector<Value> pending_;
};

}  // namespace portsim
