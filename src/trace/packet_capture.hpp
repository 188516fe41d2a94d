// Packets as tcpdump and Wireshark save them.
#pragma once

#include <string>

#include "base/byte_source.hpp"
#include "trace/log_reader.hpp"

namespace portsim {

/// Reads the TCP connections of a capture (packet_file.hpp): Ethernet (VLAN tags too), Linux cooked (SLL,
/// SLL2), raw IP and loopback; IPv4 and IPv6. Only headers are looked at, so packets may be cut short.
/// Packets of other protocols and links, and later fragments, are skipped. Gives back why no packet can be
/// understood, or nothing.
[[nodiscard]] std::string read_packet_capture(ByteSource& bytes, LogSink& sink);

}  // namespace portsim
