// The container formats of packet captures.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"

namespace portsim {

/// One packet of a capture.
struct CapturedPacket {
  std::int64_t time_ns = 0;             ///< from 1970, 0 to 9 * 10^18
  std::uint32_t link_type = 0;          ///< LINKTYPE_ number (tcpdump.org/linktypes.html)
  std::span<const std::uint8_t> bytes;  ///< those that were kept; they live until the next packet
};

/// Reads pcap (either byte order, micro- and nanoseconds) and pcapng (sections, interfaces, enhanced and old
/// packet blocks; a simple packet block has no time, and is passed over).
/// Sources: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
class PacketFile {
 public:
  /// True for the first bytes of such a file.
  [[nodiscard]] static bool is_one(std::string_view bytes);

  /// `bytes` begin as `is_one` wants, and must live on.
  explicit PacketFile(ByteSource& bytes);

  /// Goes to the next packet; false at the end of the file, or where it is damaged.
  [[nodiscard]] bool next();

  [[nodiscard]] const CapturedPacket& packet() const { return packet_; }

  /// True when the file ended within something, or holds what cannot be.
  [[nodiscard]] bool is_damaged() const { return is_damaged_; }

 private:
  /// Of a pcapng section: how its packets are to be read.
  struct Interface {
    std::uint32_t link_type = 0;
    std::uint8_t resolution = 6;  ///< 10^-n s; with the highest bit set 2^-n s
    std::int64_t offset_s = 0;
  };

  bool take(std::size_t count);
  bool fail();
  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t size) const;
  bool next_record();
  bool next_block();
  bool begin_section();
  bool read_block_packet(std::size_t header, std::size_t interface);
  void read_interface();

  ByteSource& bytes_;
  std::vector<std::uint8_t> block_;
  CapturedPacket packet_;
  bool is_big_endian_ = false;
  bool is_damaged_ = false;
  bool is_pcapng_ = false;
  bool has_nanoseconds_ = false;
  std::vector<Interface> interfaces_;
};

}  // namespace portsim
