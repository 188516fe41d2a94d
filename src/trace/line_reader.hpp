// The lines of a text file, plain or gzip.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

struct gzFile_s;

namespace portsim {

/// Reads a file line by line in bounded memory. Lines end in LF or CRLF; the last one may lack its end. A
/// UTF-8 byte order mark at the start is skipped, and gzip is recognised by its content, not by its name.
class LineReader {
 public:
  /// The longest line that is kept, without its end.
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;

  /// Opens the file. If that fails, `error` says why and there are no lines.
  explicit LineReader(const std::string& path);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

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

  /// Why the file cannot be read; empty as long as it can.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  bool fill();
  void append(std::string_view part);

  gzFile_s* file_ = nullptr;
  std::vector<char> block_;
  std::size_t begin_ = 0;  // of the bytes in block_ that were not used yet
  std::size_t end_ = 0;
  std::string line_;
  std::size_t number_ = 0;
  bool is_cut_ = false;
  bool is_repeated_ = false;
  std::string error_;
};

}  // namespace portsim
