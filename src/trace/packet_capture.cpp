#include "trace/packet_capture.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

#include "trace/packet_file.hpp"
#include "trace/packet_headers.hpp"
#include "trace/tcp_streams.hpp"

namespace portsim {

namespace {

/// The LINKTYPE_ numbers that are understood.
std::optional<LinkType> link_type(std::uint32_t number) {
  constexpr std::uint32_t kNull = 0;
  constexpr std::uint32_t kEthernet = 1;
  constexpr std::uint32_t kRawOfBsd = 12;
  constexpr std::uint32_t kRaw = 101;
  constexpr std::uint32_t kLoop = 108;
  constexpr std::uint32_t kLinuxSll = 113;
  constexpr std::uint32_t kIpv4 = 228;
  constexpr std::uint32_t kIpv6 = 229;
  constexpr std::uint32_t kLinuxSll2 = 276;
  switch (number) {
    case kEthernet: return LinkType::ethernet;
    case kLinuxSll: return LinkType::linux_cooked;
    case kLinuxSll2: return LinkType::linux_cooked_2;
    case kRaw:
    case kRawOfBsd:
    case kIpv4:
    case kIpv6: return LinkType::raw_ip;
    case kNull:
    case kLoop: return LinkType::loopback;
    default: return std::nullopt;
  }
}

}  // namespace

std::string read_packet_capture(ByteSource& bytes, LogSink& sink) {
  PacketFile file(bytes);
  TcpStreams streams;
  PacketAddresses addresses;
  std::string key;
  bool has_known_link = false;
  std::optional<std::uint32_t> unknown_link;
  while (file.next()) {
    sink.at(sink.place() + 1);
    const std::optional<LinkType> link = link_type(file.packet().link_type);
    has_known_link = has_known_link || link;
    if (!link) {
      unknown_link = file.packet().link_type;
    }
    auto packet = link ? find_tcp(*link, file.packet().bytes, addresses) : std::nullopt;
    if (!packet) {
      sink.skip();
      continue;
    }
    packet->time_ns = file.packet().time_ns;
    write_key(*packet, key);
    streams.follow(key, *packet, sink);
  }
  if (file.is_damaged()) {
    sink.at(sink.place() + 1);
    sink.damaged();  // it is cut off: what came before is good
  }
  streams.finish(sink);
  return unknown_link && !has_known_link ? "its packets are of link type " + std::to_string(*unknown_link) +
                                               ", which portsim does not know"
                                         : "";
}

}  // namespace portsim
