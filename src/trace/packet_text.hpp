// Packets as tcpdump and tshark print them for people, a line each.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line about a TCP packet: `12:14:14.664 IP 10.0.0.1.40000 > 192.0.2.1.80: Flags [S], seq 1, ...`
/// of tcpdump -n (any of its times but -ttt; `S 1:1(0)` of versions before 4; with -v on a line of its own,
/// behind that of IP), or `1 0.000 10.0.0.1 → 192.0.2.1 TCP 74 40000 → 80 [SYN] Seq=0 ...` of tshark (times
/// relative or with a date).
[[nodiscard]] bool is_packet_text(std::string_view line);

/// Connections as TcpStreams follows them. What tshark shows as a protocol above TCP has no flags and is left
/// out: an end that came with data is missed, and the connection then not closed.
[[nodiscard]] std::unique_ptr<LogReader> make_packet_text_reader();

}  // namespace portsim
