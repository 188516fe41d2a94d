#include "trace/packet_headers.hpp"

#include <arpa/inet.h>

#include <array>

namespace portsim {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t kIpv4 = 0x0800;  // EtherTypes
constexpr std::uint32_t kIpv6 = 0x86DD;
constexpr std::uint32_t kVlan = 0x8100;
constexpr std::uint32_t kProviderVlan = 0x88A8;
constexpr std::uint32_t kOldProviderVlan = 0x9100;
constexpr std::uint8_t kTcp = 6;

std::uint32_t number(Bytes bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = (value << 8U) | bytes[at + i];
  }
  return value;
}

std::string address_text(int family, const std::uint8_t* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes, text.data(), text.size()) == nullptr ? "?" : text.data();
}

/// Behind the EtherType at `at` and the tags that may follow it.
Bytes behind_ether_type(Bytes bytes, std::size_t at) {
  while (bytes.size() >= at + 2) {
    const std::uint32_t type = number(bytes, at, 2);
    if (type == kIpv4 || type == kIpv6) {
      return bytes.subspan(at + 2);
    }
    if (type != kVlan && type != kProviderVlan && type != kOldProviderVlan) {
      break;
    }
    at += 4;
  }
  return {};
}

Bytes behind_link(LinkType link, Bytes bytes) {
  switch (link) {
    case LinkType::ethernet: return behind_ether_type(bytes, 12);
    case LinkType::linux_cooked: return behind_ether_type(bytes, 14);
    case LinkType::linux_cooked_2: {
      constexpr std::size_t kHeader = 20;
      const bool is_ip =
          bytes.size() >= kHeader && (number(bytes, 0, 2) == kIpv4 || number(bytes, 0, 2) == kIpv6);
      return is_ip ? bytes.subspan(kHeader) : Bytes();
    }
    case LinkType::raw_ip: return bytes;
    case LinkType::loopback: return bytes.size() >= 4 ? bytes.subspan(4) : Bytes();
  }
  return {};
}

/// A TCP segment, and how many bytes of it there were on the wire.
struct Segment {
  Bytes bytes;
  std::size_t length = 0;
};

std::optional<Segment> behind_ipv4(Bytes bytes, PacketAddresses& addresses) {
  constexpr std::size_t kLeast = 20;
  const std::size_t header = bytes.size() < kLeast ? 0 : std::size_t{4} * (bytes[0] & 0xFU);
  const bool is_later_fragment = header >= kLeast && (number(bytes, 6, 2) & 0x1FFFU) != 0;
  if (header < kLeast || bytes.size() < header || bytes[9] != kTcp || is_later_fragment) {
    return std::nullopt;
  }
  addresses = {address_text(AF_INET, &bytes[12]), address_text(AF_INET, &bytes[16])};
  const std::size_t total = number(bytes, 2, 2);  // 0 where the network card cuts the segment up
  return Segment{bytes.subspan(header), total > header ? total - header : bytes.size() - header};
}

std::optional<Segment> behind_ipv6(Bytes bytes, PacketAddresses& addresses) {
  constexpr std::size_t kHeader = 40;
  if (bytes.size() < kHeader) {
    return std::nullopt;
  }
  std::size_t at = kHeader;
  std::uint8_t next = bytes[6];
  while (next != kTcp) {
    constexpr std::uint8_t kHopByHop = 0;
    constexpr std::uint8_t kRouting = 43;
    constexpr std::uint8_t kFragment = 44;
    constexpr std::uint8_t kAuthentication = 51;
    constexpr std::uint8_t kOptions = 60;
    const bool is_extension = next == kHopByHop || next == kRouting || next == kFragment ||
                              next == kAuthentication || next == kOptions;
    if (!is_extension || bytes.size() < at + 8 ||
        (next == kFragment && (number(bytes, at + 2, 2) & 0xFFF8U) != 0)) {
      return std::nullopt;
    }
    const std::size_t length = next == kFragment         ? 8
                               : next == kAuthentication ? 4 * (std::size_t{bytes[at + 1]} + 2)
                                                         : 8 * (std::size_t{bytes[at + 1]} + 1);
    next = bytes[at];
    at += length;
  }
  if (bytes.size() < at) {
    return std::nullopt;
  }
  addresses = {address_text(AF_INET6, &bytes[8]), address_text(AF_INET6, &bytes[24])};
  const std::size_t total = kHeader + number(bytes, 4, 2);
  return Segment{bytes.subspan(at), total > at ? total - at : bytes.size() - at};
}

}  // namespace

std::optional<TcpPacket> find_tcp(LinkType link, Bytes bytes, PacketAddresses& addresses) {
  const Bytes ip = behind_link(link, bytes);
  if (ip.empty()) {
    return std::nullopt;
  }
  const unsigned version = ip[0] >> 4U;
  const auto segment = version == 4   ? behind_ipv4(ip, addresses)
                       : version == 6 ? behind_ipv6(ip, addresses)
                                      : std::nullopt;
  constexpr std::size_t kUpToFlags = 14;
  if (!segment || segment->bytes.size() < kUpToFlags) {
    return std::nullopt;
  }
  const Bytes tcp = segment->bytes;
  const std::size_t header = std::size_t{4} * (tcp[12] >> 4U);
  TcpPacket packet{.source = addresses.source, .destination = addresses.destination};
  packet.source_port = static_cast<std::uint16_t>(number(tcp, 0, 2));
  packet.destination_port = static_cast<std::uint16_t>(number(tcp, 2, 2));
  packet.sequence = number(tcp, 4, 4);
  packet.acknowledged = number(tcp, 8, 4);
  packet.flags = tcp[13];
  packet.length = static_cast<std::uint32_t>(segment->length > header ? segment->length - header : 0);
  return packet;
}

}  // namespace portsim
