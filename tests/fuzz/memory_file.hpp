// A file without a disk, for readers that open what they read.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "target.hpp"

namespace portsim::fuzz {

/// A file in memory with a path of its own, which is the same for each content.
class MemoryFile {
 public:
  MemoryFile() : file_(memfd_create("fuzz", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(file_)) {
    require(file_ >= 0, "a file in memory can be made");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(file_); }

  /// Replaces the content.
  void hold(std::string_view content) const {
    require(ftruncate(file_, 0) == 0 &&
                pwrite(file_, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()),
            "the file in memory holds the input");
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  int file_;
  std::string path_;
};

}  // namespace portsim::fuzz
