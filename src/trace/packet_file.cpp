#include "trace/packet_file.hpp"

#include <algorithm>
#include <array>

#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 26;  // of one packet or block: far above any real one

constexpr std::uint32_t kSection = 0x0A0D0D0A;  // block types of pcapng
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kOldPacket = 2;
constexpr std::uint32_t kEnhancedPacket = 6;

struct Mark {
  std::string_view bytes;
  bool is_big_endian;
  bool has_nanoseconds;
};
constexpr std::array kPcapMarks{Mark{"\xD4\xC3\xB2\xA1", false, false}, Mark{"\xA1\xB2\xC3\xD4", true, false},
                                Mark{"\x4D\x3C\xB2\xA1", false, true}, Mark{"\xA1\xB2\x3C\x4D", true, true}};
constexpr std::string_view kPcapngMark = "\x0A\x0D\x0D\x0A";

/// The latest time that a packet can have: the year 2255.
constexpr std::int64_t kLatest = 9'000'000'000'000'000'000;

/// Units of 10^-n s, or of 2^-n s, as nanoseconds.
std::int64_t to_nanoseconds(std::uint64_t value, std::uint8_t resolution) {
  constexpr std::uint8_t kBinary = 0x80;
  const std::uint8_t digits = resolution & 0x7FU;
  Uint128 time = Uint128{value} * static_cast<std::uint64_t>(kNanosecondsPerSecond);
  if ((resolution & kBinary) != 0) {
    time = digits < 64 ? time >> digits : 0;
  } else {
    for (int i = 0; i < digits && time > 0; ++i) {
      time /= 10;
    }
  }
  return static_cast<std::int64_t>(std::min(time, static_cast<Uint128>(kLatest)));
}

/// `time` (0 to kLatest) moved by a number of seconds, and kept within these bounds: two times in them have a
/// difference.
std::int64_t moved(std::int64_t time, std::int64_t seconds) {
  const std::int64_t by = seconds * kNanosecondsPerSecond;
  return by < 0 ? std::max<std::int64_t>(time + by, 0) : std::min(time, kLatest - by) + by;
}

}  // namespace

bool PacketFile::is_one(std::string_view bytes) {
  return bytes.starts_with(kPcapngMark) ||
         std::any_of(kPcapMarks.begin(), kPcapMarks.end(),
                     [&](const Mark& mark) { return bytes.starts_with(mark.bytes); });
}

PacketFile::PacketFile(ByteSource& bytes) : bytes_(bytes), is_pcapng_(bytes.rest().starts_with(kPcapngMark)) {
  if (is_pcapng_) {
    return;
  }
  for (const Mark& mark : kPcapMarks) {
    if (bytes_.rest().starts_with(mark.bytes)) {
      is_big_endian_ = mark.is_big_endian;
      has_nanoseconds_ = mark.has_nanoseconds;
    }
  }
  constexpr std::size_t kHeader = 24;
  if (take(kHeader)) {
    packet_.link_type =
        static_cast<std::uint32_t>(number(20, 4) & 0xFFFFU);  // above it: the length of an FCS
  } else {
    is_damaged_ = true;
  }
}

/// Appends bytes to `block_`; false when there are fewer.
bool PacketFile::take(std::size_t count) {
  while (count > 0 && bytes_.fill()) {
    const std::string_view part = bytes_.rest().substr(0, count);
    block_.insert(block_.end(), part.begin(), part.end());
    bytes_.drop(part.size());
    count -= part.size();
  }
  return count == 0;
}

bool PacketFile::fail() {
  is_damaged_ = true;
  return false;
}

std::uint64_t PacketFile::number(std::size_t at, std::size_t size) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = (value << 8U) | block_[at + (is_big_endian_ ? i : size - 1 - i)];
  }
  return value;
}

bool PacketFile::next() { return !is_damaged_ && (is_pcapng_ ? next_block() : next_record()); }

bool PacketFile::next_record() {
  constexpr std::size_t kHeader = 16;
  block_.clear();
  if (!take(kHeader)) {
    return block_.empty() && bytes_.error().empty() ? false : fail();
  }
  const std::uint64_t fraction = number(4, 4) * (has_nanoseconds_ ? 1 : 1000);
  packet_.time_ns =
      static_cast<std::int64_t>(number(0, 4)) * kNanosecondsPerSecond + static_cast<std::int64_t>(fraction);
  const std::size_t size = number(8, 4);
  if (size > kMostBytes || !take(size)) {
    return fail();
  }
  packet_.bytes = std::span<const std::uint8_t>(block_).subspan(kHeader);
  return true;
}

/// Type and length of a section's first block are known only when its byte order is.
bool PacketFile::begin_section() {
  constexpr std::string_view kBigEndian = "\x1A\x2B\x3C\x4D";
  if (!take(4)) {
    return fail();
  }
  is_big_endian_ = std::equal(kBigEndian.begin(), kBigEndian.end(), block_.begin() + 8,
                              [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  interfaces_.clear();
  return true;
}

bool PacketFile::next_block() {
  constexpr std::size_t kHeader = 8;
  while (true) {
    block_.clear();
    if (!take(kHeader)) {
      return block_.empty() && bytes_.error().empty() ? false : fail();
    }
    if (number(0, 4) == kSection && !begin_section()) {
      return false;
    }
    const std::uint64_t type = number(0, 4);
    const std::size_t size = number(4, 4);
    if (size < block_.size() + 4 || size > kMostBytes || !take(size - block_.size())) {
      return fail();
    }
    if (type == kInterface && size >= 20) {
      read_interface();
    } else if (type == kEnhancedPacket && size >= 32) {
      return read_block_packet(28, number(8, 4)) || fail();
    } else if (type == kOldPacket && size >= 32) {
      return read_block_packet(28, number(8, 2)) || fail();
    }
  }
}

bool PacketFile::read_block_packet(std::size_t header, std::size_t interface) {
  const std::size_t size = number(20, 4);
  if (interface >= interfaces_.size() || size > block_.size() - header) {
    return false;
  }
  const Interface& from = interfaces_[interface];
  packet_.link_type = from.link_type;
  packet_.time_ns =
      moved(to_nanoseconds((number(12, 4) << 32U) | number(16, 4), from.resolution), from.offset_s);
  packet_.bytes = std::span<const std::uint8_t>(block_).subspan(header, size);
  return true;
}

void PacketFile::read_interface() {
  constexpr std::uint64_t kResolution = 9;
  constexpr std::uint64_t kOffset = 14;
  Interface interface;
  interface.link_type = static_cast<std::uint32_t>(number(8, 2));
  const std::size_t end = block_.size() - 4;
  for (std::size_t at = 16; at + 4 <= end;) {
    const std::uint64_t code = number(at, 2);
    const std::size_t size = number(at + 2, 2);
    if (code == 0 || at + 4 + size > end) {
      break;
    }
    if (code == kResolution && size == 1) {
      interface.resolution = block_[at + 4];
    } else if (code == kOffset && size == 8) {
      constexpr std::int64_t kMost = kLatest / kNanosecondsPerSecond;
      interface.offset_s = std::clamp(static_cast<std::int64_t>(number(at + 4, 8)), -kMost, kMost);
    }
    at += 4 + (size + 3) / 4 * 4;
  }
  interfaces_.push_back(interface);
}

}  // namespace portsim
