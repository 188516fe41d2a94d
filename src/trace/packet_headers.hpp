// The headers of one packet, down to TCP.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "trace/tcp_streams.hpp"

namespace portsim {

/// What lies below IP in a capture.
enum class LinkType : std::uint8_t { ethernet, linux_cooked, linux_cooked_2, raw_ip, loopback };

/// Addresses as text, which a TcpPacket points to.
struct PacketAddresses {
  std::string source;
  std::string destination;
};

/// The TCP segment in a packet, without its time; empty for what is no TCP segment, or is cut within its
/// header. Numbers are big-endian (RFC 791, 8200, 9293; IEEE 802.1Q); of loopback the first four bytes are of
/// either order and only tell that IP follows.
[[nodiscard]] std::optional<TcpPacket> find_tcp(LinkType link, std::span<const std::uint8_t> bytes,
                                                PacketAddresses& addresses);

}  // namespace portsim
