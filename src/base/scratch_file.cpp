#include "base/scratch_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace portsim {
namespace {

std::string directory() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::temp_directory_path(error);
  return error ? std::string("/tmp") : path.string();
}

[[noreturn]] void fail(int code) {
  throw ScratchError("a temporary file in " + directory() + " cannot be written: " + std::strerror(code));
}

}  // namespace

ScratchFile::ScratchFile() {
  std::string name = directory() + "/portsim-XXXXXX";
  file_ = ::mkstemp(name.data());
  if (file_ < 0) {
    fail(errno);
  }
  ::unlink(name.c_str());
}

ScratchFile::~ScratchFile() {
  if (mapped_ != nullptr) {
    ::munmap(const_cast<std::byte*>(mapped_), size_);
  }
  ::close(file_);
}

void ScratchFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) {
      fail(errno);
    }
    const auto written = static_cast<std::size_t>(count > 0 ? count : 0);
    size_ += written;
    bytes = bytes.subspan(written);
  }
}

std::span<const std::byte> ScratchFile::map() {
  if (mapped_ == nullptr && size_ > 0) {
    void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_, 0);
    if (address == MAP_FAILED) {
      fail(errno);
    }
    mapped_ = static_cast<const std::byte*>(address);
  }
  return {mapped_, size_};
}

void ScratchFile::release(std::span<const std::byte> bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto* const first = const_cast<std::byte*>(bytes.data());
  const std::size_t in_page = reinterpret_cast<std::uintptr_t>(first) % page;
  const std::size_t whole_pages = (in_page + bytes.size()) / page * page;
  if (whole_pages > 0) {
    ::madvise(first - in_page, whole_pages, MADV_DONTNEED);
  }
}

}  // namespace portsim
