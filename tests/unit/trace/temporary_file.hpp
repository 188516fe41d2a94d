// A file that lasts as long as a test.
#pragma once

#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace portsim::test {

/// A directory of its own with one file in it; both go with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) { std::ofstream(path(), std::ios::binary) << content; }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string path() const { return directory_ + "/load.csv"; }
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  static std::string make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "portsim-XXXXXX").string();
    return mkdtemp(name.data()) != nullptr ? name : std::string("/nowhere");
  }

  std::string directory_ = make_directory();
};

/// Writes `content` to `path` as gzip; `mode` as for gzopen (`ab` adds a second member).
inline void write_gzip(const std::string& path, std::string_view content, const char* mode = "wb") {
  gzFile file = gzopen(path.c_str(), mode);
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose_w(file);
}

}  // namespace portsim::test
