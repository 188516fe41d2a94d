#include "base/byte_source.hpp"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace portsim {
namespace {

constexpr std::size_t kBlockSize = std::size_t{1} << 16;
constexpr std::string_view kGzipMark = "\x1F\x8B";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";

void append_utf8(std::uint32_t point, std::vector<char>& out) {
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
    tail(0);
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | (point >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

struct ByteSource::State {
  enum class Packing : std::uint8_t { unknown, none, gzip, over };
  enum class Encoding : std::uint8_t { unknown, bytes, utf16_little, utf16_big };

  int file = -1;
  std::vector<char> stored = std::vector<char>(kBlockSize);
  std::string_view unread;  // of `stored`
  std::uint64_t size = 0;
  sha256_ctx hash{};
  ByteWatch watch;
  Packing packing = Packing::unknown;
  z_stream gzip{};
  std::vector<char> unpacked;
  Encoding encoding = Encoding::unknown;
  std::vector<char> recoded;
  int half_unit = -1;                // the first byte of a UTF-16 unit whose second is still to come
  std::uint32_t high_surrogate = 0;  // of a pair whose second half is still to come
};

ByteSource::ByteSource(const std::string& path) : state_(std::make_unique<State>()) {
  sha256_init(&state_->hash);
  state_->file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (state_->file < 0) {
    fail(std::strerror(errno));
  } else if (fstat(state_->file, &status) == 0 && S_ISDIR(status.st_mode)) {
    fail("is a directory");
  }
}

ByteSource::~ByteSource() {
  if (state_->packing == State::Packing::gzip) {
    inflateEnd(&state_->gzip);
  }
  if (state_->file >= 0) {
    ::close(state_->file);
  }
}

void ByteSource::watch(ByteWatch heard) { state_->watch = std::move(heard); }

void ByteSource::fail(std::string why) {
  error_ = std::move(why);
  rest_ = {};
}

/// Appends to `unread`, of which a few bytes at most may be left.
bool ByteSource::read_stored() {
  State& s = *state_;
  const std::size_t left = s.unread.size();
  if (left > 0) {
    std::memmove(s.stored.data(), s.unread.data(), left);
  }
  ssize_t count = 0;
  do {
    count = ::read(s.file, s.stored.data() + left, s.stored.size() - left);
  } while (count < 0 && errno == EINTR);
  s.unread = {s.stored.data(), left + static_cast<std::size_t>(count > 0 ? count : 0)};
  if (count < 0) {
    fail(std::strerror(errno));
  }
  if (count <= 0) {
    return false;
  }
  s.size += static_cast<std::uint64_t>(count);
  if (s.watch) {
    s.watch(static_cast<std::uint64_t>(count));
  }
  sha256_update(&s.hash, static_cast<std::size_t>(count),
                reinterpret_cast<const std::uint8_t*>(s.stored.data() + left));
  return true;
}

/// Looks at the two bytes in which gzip data begin. Behind the last member may be anything.
bool ByteSource::next_member() {
  State& s = *state_;
  while (s.unread.size() < kGzipMark.size() && read_stored()) {
  }
  const bool is_gzip = s.unread.starts_with(kGzipMark);
  if (s.packing == State::Packing::unknown) {
    s.packing = State::Packing::none;
    constexpr int kGzipAlone = MAX_WBITS + 16;
    if (is_gzip && inflateInit2(&s.gzip, kGzipAlone) == Z_OK) {
      s.packing = State::Packing::gzip;
      s.unpacked.resize(4 * kBlockSize);
    }
  } else if (is_gzip) {
    inflateReset(&s.gzip);
  } else {
    inflateEnd(&s.gzip);
    s.packing = State::Packing::over;
  }
  return s.packing != State::Packing::over;
}

/// Fills `rest` from gzip data.
bool ByteSource::unpack() {
  State& s = *state_;
  s.gzip.next_out = reinterpret_cast<Bytef*>(s.unpacked.data());
  s.gzip.avail_out = static_cast<uInt>(s.unpacked.size());
  while (s.gzip.avail_out > 0) {
    if (s.unread.empty() && !read_stored()) {
      if (error_.empty()) {
        error_ = "the gzip data ends too early";
        is_damaged_ = true;
      }
      break;
    }
    s.gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(s.unread.data()));  // zlib only reads it
    s.gzip.avail_in = static_cast<uInt>(s.unread.size());
    const int code = inflate(&s.gzip, Z_NO_FLUSH);
    s.unread.remove_prefix(s.unread.size() - s.gzip.avail_in);
    if (code == Z_STREAM_END) {
      if (!next_member()) {
        break;
      }
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      error_ = std::string("the gzip data is damaged (") + (s.gzip.msg != nullptr ? s.gzip.msg : "?") + ")";
      is_damaged_ = true;
      break;
    }
  }
  rest_ = {s.unpacked.data(), s.unpacked.size() - s.gzip.avail_out};
  return !rest_.empty();
}

/// Looks for a mark of UTF-16 at the start of the file, and replaces `rest` in that encoding by UTF-8.
void ByteSource::recode() {
  State& s = *state_;
  if (s.encoding == State::Encoding::unknown) {
    s.encoding = rest_.starts_with(kUtf16LittleMark) ? State::Encoding::utf16_little
                 : rest_.starts_with(kUtf16BigMark)  ? State::Encoding::utf16_big
                                                     : State::Encoding::bytes;
    rest_.remove_prefix(s.encoding == State::Encoding::bytes ? 0 : kUtf16LittleMark.size());
  }
  if (s.encoding == State::Encoding::bytes) {
    return;
  }
  s.recoded.clear();
  for (const char c : rest_) {
    const auto byte = static_cast<unsigned char>(c);
    if (s.half_unit < 0) {
      s.half_unit = byte;
      continue;
    }
    const auto first = static_cast<std::uint32_t>(std::exchange(s.half_unit, -1));
    const std::uint32_t unit = s.encoding == State::Encoding::utf16_little
                                   ? first | (std::uint32_t{byte} << 8U)
                                   : (first << 8U) | byte;
    if (unit >= 0xD800 && unit < 0xDC00) {
      s.high_surrogate = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      const std::uint32_t high = std::exchange(s.high_surrogate, 0U);
      append_utf8(high == 0 ? 0xFFFD : 0x10000 + ((high - 0xD800) << 10U) + (unit - 0xDC00), s.recoded);
    } else {
      append_utf8(unit, s.recoded);
    }
  }
  rest_ = {s.recoded.data(), s.recoded.size()};
}

bool ByteSource::fill() {
  State& s = *state_;
  while (rest_.empty()) {
    if (!error_.empty() || s.file < 0 || s.packing == State::Packing::over) {
      return false;
    }
    if (s.packing == State::Packing::unknown) {
      (void)next_member();
    }
    if (s.packing == State::Packing::gzip) {
      (void)unpack();
    } else {
      if (s.unread.empty() && !read_stored()) {
        return false;
      }
      rest_ = std::exchange(s.unread, {});
    }
    recode();
    if (rest_.empty() && s.packing != State::Packing::gzip && s.packing != State::Packing::none) {
      return false;
    }
  }
  return true;
}

ByteSource::Stored ByteSource::finish() {
  State& s = *state_;
  while (s.file >= 0 && error_.empty() && (s.unread = {}, read_stored())) {
  }
  while (is_damaged_ && (s.unread = {}, read_stored())) {
  }
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
  sha256_digest(&s.hash, digest.size(), digest.data());
  constexpr std::string_view kDigits = "0123456789abcdef";
  Stored stored{s.size, {}};
  for (const std::uint8_t byte : digest) {
    stored.sha256 += kDigits[byte >> 4U];
    stored.sha256 += kDigits[byte & 0xFU];
  }
  return stored;
}

}  // namespace portsim
