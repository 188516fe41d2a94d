#include "cli/row_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <istream>
#include <limits>

namespace portsim::cli {
namespace {

constexpr std::size_t kLongestRow = std::size_t{1} << 20;

}  // namespace

std::string open_rows(const std::string& path, std::ifstream& in) {
  std::error_code ignored;
  switch (std::filesystem::status(path, ignored).type()) {
    case std::filesystem::file_type::directory:
      return std::string("cannot be read: ") + std::strerror(EISDIR);
    case std::filesystem::file_type::block:
    case std::filesystem::file_type::character:
    case std::filesystem::file_type::fifo:  // to open one may take for ever
    case std::filesystem::file_type::socket: return "is no regular file";
    case std::filesystem::file_type::none:
    case std::filesystem::file_type::not_found:
    case std::filesystem::file_type::regular:
    case std::filesystem::file_type::symlink:
    case std::filesystem::file_type::unknown: break;
  }
  in = std::ifstream(path, std::ios::binary);
  return in ? "" : std::string("cannot be read: ") + std::strerror(errno);
}

bool next_row_line(std::istream& in, std::string& line) {
  line.clear();
  const std::istream::sentry ready(in, true);
  std::streambuf& bytes = *in.rdbuf();
  for (int byte = ready ? bytes.sbumpc() : std::char_traits<char>::eof();; byte = bytes.sbumpc()) {
    if (byte == std::char_traits<char>::eof()) {
      in.setstate(std::ios::eofbit | std::ios::failbit);
      return false;
    }
    if (byte == '\n') {
      return true;
    }
    if (line.size() < kLongestRow) {
      line.push_back(static_cast<char>(byte));
    }
  }
}

}  // namespace portsim::cli
