// The bytes of a file, whatever it is packed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace portsim {

/// Hears how many more bytes of a file were read.
using ByteWatch = std::function<void(std::uint64_t bytes)>;

/// Reads a file, a pipe or a device block by block, in bounded memory. gzip (also several members in a row)
/// is recognised by its content and unpacked; a text in UTF-16 with a byte order mark becomes UTF-8. The
/// stored bytes are counted and hashed as they pass.
class ByteSource {
 public:
  /// Opens the file. If that fails, `error` says why and there are no bytes.
  explicit ByteSource(const std::string& path);
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ~ByteSource();

  /// From now on `heard` is told how many stored bytes each step has read.
  void watch(ByteWatch heard);

  /// Makes `rest` hold at least one byte; false at the end of the file or when it cannot be read on.
  [[nodiscard]] bool fill();

  /// The bytes that are there and were not dropped yet.
  [[nodiscard]] std::string_view rest() const { return rest_; }

  /// The first `count` bytes of `rest` have been used.
  void drop(std::size_t count) { rest_.remove_prefix(count); }

  /// Why the file cannot be read on; empty as long as it can.
  [[nodiscard]] const std::string& error() const { return error_; }

  /// True when the error lies in what is stored, a gzip file that is cut or damaged: what came before is
  /// good.
  [[nodiscard]] bool is_damaged() const { return is_damaged_; }

  /// What `finish` tells of the stored bytes.
  struct Stored {
    std::uint64_t size = 0;
    std::string sha256;  ///< 64 hexadecimal digits (FIPS 180-4)
  };

  /// Passes over what was not read yet.
  [[nodiscard]] Stored finish();

 private:
  struct State;

  bool read_stored();
  bool next_member();
  bool unpack();
  void recode();
  void fail(std::string why);

  std::unique_ptr<State> state_;
  std::string_view rest_;
  std::string error_;
  bool is_damaged_ = false;
};

}  // namespace portsim
