#include "trace/line_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace portsim {

namespace {

constexpr std::size_t kBlockSize = std::size_t{1} << 16;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What went wrong in zlib, in words for the user.
std::string read_error(gzFile file) {
  int code = Z_OK;
  const char* text = gzerror(file, &code);
  if (code == Z_ERRNO) {
    return std::strerror(errno);
  }
  if (code == Z_BUF_ERROR) {
    return "the gzip data ends too early";
  }
  return std::string("the gzip data is damaged (") + text + ")";
}

}  // namespace

LineReader::LineReader(const std::string& path) : block_(kBlockSize) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    error_ = "is a directory";
    return;
  }
  errno = 0;
  file_ = gzopen(path.c_str(), "rb");
  if (file_ == nullptr) {
    error_ = errno != 0 ? std::strerror(errno) : "out of memory";
  }
}

LineReader::~LineReader() {
  if (file_ != nullptr) {
    gzclose_r(file_);
  }
}

bool LineReader::fill() {
  if (file_ == nullptr || !error_.empty()) {
    return false;
  }
  const int count = gzread(file_, block_.data(), static_cast<unsigned>(block_.size()));
  begin_ = 0;
  end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  if (end_ < block_.size()) {  // the end of the file, or an error, which may come after good bytes
    int code = Z_OK;
    gzerror(file_, &code);
    if (count < 0 || code != Z_OK) {
      error_ = read_error(file_);
    }
  }
  return end_ > 0;
}

void LineReader::append(std::string_view part) {
  const std::size_t room = kLongestLine - std::min(kLongestLine, line_.size());
  is_cut_ = is_cut_ || part.size() > room;
  line_.append(part.substr(0, room));
}

bool LineReader::next() {
  if (std::exchange(is_repeated_, false)) {
    return true;
  }
  line_.clear();
  is_cut_ = false;
  if (begin_ == end_ && !fill()) {
    return false;
  }
  ++number_;
  bool ended = false;
  while (!ended && (begin_ < end_ || fill())) {
    const std::string_view rest(block_.data() + begin_, end_ - begin_);
    const std::size_t feed = rest.find('\n');
    ended = feed != std::string_view::npos;
    append(rest.substr(0, feed));
    begin_ = ended ? begin_ + feed + 1 : end_;
  }
  if (!error_.empty()) {
    return false;  // the line is not whole
  }
  if (!is_cut_ && line_.ends_with('\r')) {
    line_.pop_back();
  }
  if (number_ == 1 && line_.starts_with(kByteOrderMark)) {
    line_.erase(0, kByteOrderMark.size());
  }
  return true;
}

}  // namespace portsim
