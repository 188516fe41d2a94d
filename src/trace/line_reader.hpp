// The lines of a text file, plain or gzip.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/byte_source.hpp"
#include "portsim/scenario.hpp"

namespace portsim {

/// Reads a file line by line in bounded memory. Lines end in LF or CRLF; the last one may lack its end. A
/// UTF-8 byte order mark at the start is skipped; see ByteSource for what else a text may be wrapped in.
class LineReader {
 public:
  /// The longest line that is kept, without its end.
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;

  /// Opens the file. If that fails, `error` says why and there are no lines.
  explicit LineReader(const std::string& path) : own_(std::make_unique<ByteSource>(path)), bytes_(*own_) {}

  /// Reads from `bytes`, which must live on.
  explicit LineReader(ByteSource& bytes) : bytes_(bytes) {}

  /// Goes to the next line; false at the end of the file or when it cannot be read on (see `error`).
  [[nodiscard]] bool next();

  /// The next call of `next` gives the present line once more.
  void repeat() { is_repeated_ = true; }

  /// The present line without its end; its first `kLongestLine` bytes if it is longer.
  [[nodiscard]] std::string_view line() const { return line_; }

  /// True when the present line was longer than `kLongestLine`.
  [[nodiscard]] bool is_cut() const { return is_cut_; }

  /// The number of the present line, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }

  /// Why the file cannot be read on; empty as long as it can.
  [[nodiscard]] const std::string& error() const { return bytes_.error(); }

  /// True when the error lies in what is stored; `number` is then that of the line that is not whole.
  [[nodiscard]] bool is_damaged() const { return bytes_.is_damaged(); }

  /// The file as it is recorded in a result. To be asked for when all lines that matter were read.
  [[nodiscard]] InputFile input_file(const std::string& path) {
    ByteSource::Stored stored = bytes_.finish();
    return {path, stored.size, std::move(stored.sha256)};
  }

 private:
  void append(std::string_view part);

  std::unique_ptr<ByteSource> own_;
  ByteSource& bytes_;
  std::string_view line_;
  std::string joined_;    // a line that lies in several blocks
  std::size_t used_ = 0;  // bytes of the present line in the block, its end included
  std::size_t number_ = 0;
  bool is_cut_ = false;
  bool is_repeated_ = false;
};

}  // namespace portsim
