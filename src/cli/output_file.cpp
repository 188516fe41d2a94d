#include "cli/output_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

namespace portsim::cli {
namespace {

constexpr int kMostLinks = 40;  // as Linux: more than that is taken for a loop
constexpr int kMostNameTries = 1000;
constexpr mode_t kNewFileMode = 0666;  // less the umask, as any program creates files
constexpr mode_t kPermissionBits = 0777;

[[noreturn]] void fail(const std::string& name, const std::string& action, int error) {
  throw OutputError(name + ": " + action + ": " + std::strerror(error));
}

/// The number in `/dev/fd/N` and its other names; empty for any other path. Opening these names again
/// would start at the file's beginning, and fails for a socket.
std::optional<int> own_descriptor(std::string_view path) {
  if (path == "-" || path == "/dev/stdout") {
    return STDOUT_FILENO;
  }
  if (path == "/dev/stderr") {
    return STDERR_FILENO;
  }
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (path.starts_with(folder)) {
      const std::string_view digits = path.substr(folder.size());
      int number = -1;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error == std::errc{} && end == digits.data() + digits.size() && number >= 0) {
        return number;
      }
    }
  }
  return std::nullopt;
}

/// Follows symbolic links of the last component by hand: the file at the end need not exist yet, and the
/// rename must replace it, not the link.
std::string follow_links(const std::string& path) {
  std::filesystem::path current = path;
  for (int links = 0; links < kMostLinks; ++links) {
    std::error_code error;
    if (!std::filesystem::is_symlink(current, error)) {
      return current.string();
    }
    const std::filesystem::path target = std::filesystem::read_symlink(current, error);
    if (error) {
      return current.string();
    }
    current = current.parent_path() / target;  // an absolute target replaces the whole
  }
  fail(path, "cannot open", ELOOP);
}

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

DescriptorBuffer::DescriptorBuffer(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type character) {
  write_out();
  if (!traits_type::eq_int_type(character, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(character);
    pbump(1);
  }
  return traits_type::not_eof(character);
}

int DescriptorBuffer::sync() {
  write_out();
  return 0;
}

void DescriptorBuffer::write_out() {
  const char* next = pbase();
  const char* const end = pptr();
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  while (next != end && !reader_gone_) {
    const ssize_t written = write(descriptor_, next, static_cast<std::size_t>(end - next));
    if (written >= 0) {
      next += written;
    } else if (errno == EPIPE) {
      reader_gone_ = true;
    } else if (errno != EINTR) {
      fail(name_, "cannot write", errno);
    }
  }
}

OutputFile::OutputFile(const std::string& path) : OutputFile(open_path(path), path) {}

OutputFile::OutputFile(Opened opened, const std::string& name)
    : opened_(std::move(opened)), name_(name), buffer_(opened_.descriptor, name), stream_(&buffer_) {
  stream_.exceptions(std::ios::badbit);  // lets the buffer's OutputError through
}

OutputFile::~OutputFile() {
  if (opened_.descriptor >= 0) {
    close(opened_.descriptor);
  }
}

std::unique_ptr<OutputFile> OutputFile::standard_output() {
  constexpr const char* kName = "standard output";
  return std::unique_ptr<OutputFile>(new OutputFile(duplicate(STDOUT_FILENO, kName), kName));
}

std::unique_ptr<OutputFile> OutputFile::in_place(const std::string& path, std::uint64_t kept_bytes) {
  if (const std::optional<int> own = own_descriptor(path)) {
    return std::unique_ptr<OutputFile>(new OutputFile(duplicate(*own, path), path));
  }
  Opened opened;
  opened.descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, kNewFileMode);
  struct stat status {};
  if (opened.descriptor < 0 || fstat(opened.descriptor, &status) != 0) {
    fail(path, "cannot open", errno);
  }
  std::unique_ptr<OutputFile> file(new OutputFile(std::move(opened), path));
  if (S_ISREG(status.st_mode)) {
    const auto kept = static_cast<off_t>(kept_bytes);
    if (ftruncate(file->opened_.descriptor, kept) != 0 ||
        lseek(file->opened_.descriptor, kept, SEEK_SET) != kept) {
      fail(path, "cannot write", errno);
    }
    file->opened_.can_be_cut = true;
  }
  return file;
}

void OutputFile::write_whole(std::string_view text) {
  // A pipe that is full may stay so: wait where a signal still ends the process.
  struct pollfd poll_entry {
    opened_.descriptor, POLLOUT, 0
  };
  while (poll(&poll_entry, 1, -1) < 0 && errno == EINTR) {
  }
  const SignalBlock block;
  const off_t before = opened_.can_be_cut ? lseek(opened_.descriptor, 0, SEEK_CUR) : -1;
  try {
    stream_ << text;
    stream_.flush();
  } catch (const OutputError&) {
    if (before >= 0) {
      static_cast<void>(!ftruncate(opened_.descriptor, before));
    }
    throw;
  }
}

OutputFile::Opened OutputFile::duplicate(int descriptor, const std::string& name) {
  Opened opened;
  opened.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (opened.descriptor < 0) {
    fail(name, "cannot open", errno);
  }
  return opened;
}

OutputFile::Opened OutputFile::open_path(const std::string& path) {
  if (const std::optional<int> own = own_descriptor(path)) {
    return duplicate(*own, path);
  }
  const std::string final_path = follow_links(path);
  struct stat status {};
  const bool exists = stat(final_path.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) {
    fail(path, "cannot open", errno);
  }
  if (exists && !S_ISREG(status.st_mode)) {
    Opened opened;
    opened.descriptor = open(final_path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (opened.descriptor < 0) {
      fail(path, "cannot open", errno);
    }
    return opened;
  }
  if (exists && access(final_path.c_str(), W_OK) != 0) {
    fail(path, "cannot open", errno);  // a rename would replace even a write-protected file
  }
  Opened opened = open_temporary(path, final_path);
  if (exists) {
    // The owner first: changing it may clear bits of the mode. Only root may give a file away.
    static_cast<void>(!fchown(opened.descriptor, status.st_uid, status.st_gid));
    static_cast<void>(!fchmod(opened.descriptor, status.st_mode & kPermissionBits));
  }
  return opened;
}

OutputFile::Opened OutputFile::open_temporary(const std::string& path, const std::string& final_path) {
  if (final_path.empty() || final_path.back() == '/') {
    fail(path, "cannot open", final_path.empty() ? ENOENT : EISDIR);
  }
  Opened opened;
  opened.final_path = final_path;
  for (int number = 0; number < kMostNameTries; ++number) {
    opened.temporary_path = directory_of(final_path) + "/.portsim-" + std::to_string(getpid()) + "-" +
                            std::to_string(number) + ".tmp";
    opened.temporary = std::make_unique<TemporaryFileGuard>(opened.temporary_path, kNewFileMode);
    opened.descriptor = opened.temporary->descriptor();
    if (opened.descriptor >= 0) {
      return opened;
    }
    if (errno != EEXIST) {
      break;
    }
  }
  const int error = errno;
  fail(path, "cannot create a file in " + directory_of(final_path), error);
}

void OutputFile::finish() {
  stream_.flush();
  const int descriptor = std::exchange(opened_.descriptor, -1);
  if (descriptor >= 0 && close(descriptor) != 0 && errno != EINTR) {
    fail(name_, "cannot write", errno);
  }
}

void OutputFile::publish() {
  if (!opened_.temporary) {
    return;
  }
  if (rename(opened_.temporary_path.c_str(), opened_.final_path.c_str()) != 0) {
    fail(name_, "cannot rename " + opened_.temporary_path + " to it", errno);
  }
  opened_.temporary->release();
}

bool is_same_file(const std::string& left, const std::string& right) {
  const std::optional<int> own = own_descriptor(left);
  if (own || own_descriptor(right)) {
    return own == own_descriptor(right);
  }
  std::error_code error;
  const std::filesystem::path one = std::filesystem::absolute(follow_links(left), error);
  const std::filesystem::path other = std::filesystem::absolute(follow_links(right), error);
  if (std::filesystem::exists(one, error) && std::filesystem::exists(other, error)) {
    return std::filesystem::is_regular_file(one, error) && std::filesystem::equivalent(one, other, error);
  }
  return std::filesystem::weakly_canonical(one, error) == std::filesystem::weakly_canonical(other, error);
}

}  // namespace portsim::cli
