// The files and streams that results go to: never half written under their own name.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <string_view>

#include "cli/signals.hpp"

namespace portsim::cli {

/// An output that could not be opened, written or put in place; `what()` names it and the reason.
class OutputError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes to a file descriptor. A failed write throws OutputError; once the reader of a pipe is gone, what
/// is written is dropped without a word, as the reader wanted no more of it.
class DescriptorBuffer : public std::streambuf {
 public:
  /// `name` stands in error messages. The descriptor is not owned.
  DescriptorBuffer(int descriptor, std::string name);

  /// True once the reader of a pipe is gone.
  [[nodiscard]] bool is_reader_gone() const { return reader_gone_; }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  void write_out();

  int descriptor_;
  std::string name_;
  bool reader_gone_ = false;
  std::array<char, 1 << 16> buffer_{};
};

/// One output, opened before the run. A regular or new file is written under a temporary name in its own
/// directory and renamed by `publish()`; a device, a pipe or a link to one is written in place. Unless it
/// is published, a file that was there stays as it was.
class OutputFile {
 public:
  /// Opens `path`. `-`, `/dev/stdout`, `/dev/stderr` and `/dev/fd/N` are the process's own descriptors.
  /// Throws OutputError.
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Standard output.
  [[nodiscard]] static std::unique_ptr<OutputFile> standard_output();

  /// Opens `path` to be written in place, so that what is written is there at once. Of a regular file the
  /// first `kept_bytes` stay, and writing goes on behind them. Throws OutputError.
  [[nodiscard]] static std::unique_ptr<OutputFile> in_place(const std::string& path,
                                                            std::uint64_t kept_bytes);

  /// Writes text, and lets no signal that this thread takes end the process with a part of it written; a
  /// part that was written when the write failed is taken back, if that can be. Throws OutputError.
  void write_whole(std::string_view text);

  /// True once the reader of a pipe is gone.
  [[nodiscard]] bool is_reader_gone() const { return buffer_.is_reader_gone(); }

  /// Where to write; a failed write throws OutputError.
  [[nodiscard]] std::ostream& stream() { return stream_; }

  /// Writes out what is buffered and closes. Throws OutputError.
  void finish();

  /// Gives a regular file its own name; to be called when every output is finished. Throws OutputError.
  void publish();

 private:
  struct Opened {
    int descriptor = -1;
    std::string final_path;
    std::string temporary_path;  ///< empty: written in place
    bool can_be_cut = false;     ///< a regular file that belongs to this output alone
    std::unique_ptr<TemporaryFileGuard> temporary;
  };
  OutputFile(Opened opened, const std::string& name);

  static Opened open_path(const std::string& path);
  static Opened open_temporary(const std::string& path, const std::string& final_path);
  static Opened duplicate(int descriptor, const std::string& name);

  Opened opened_;
  std::string name_;
  DescriptorBuffer buffer_;
  std::ostream stream_;
};

/// True if both paths lead to one regular file, or would create one, or to one descriptor of this process.
/// Two ways to one device do not count: both outputs may go to /dev/null.
[[nodiscard]] bool is_same_file(const std::string& left, const std::string& right);

}  // namespace portsim::cli
