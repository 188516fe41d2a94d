// Packets as `tshark -T fields` prints them.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the header of such an output (`-E header=y`), and for a row with tabs whose fields stand in the
/// order below.
[[nodiscard]] bool is_tshark_fields(std::string_view line);

/// Reads packets with SYN, FIN or RST, as connections by `tcp.stream`, or by addresses and ports without it.
/// The fields are frame.time_epoch (or another time of the frame), ip.src and ip.dst (or ipv6.src and
/// ipv6.dst), tcp.srcport, tcp.dstport, tcp.flags (or tcp.flags.syn, .ack, .fin and .reset), tcp.seq, tcp.ack
/// and tcp.len, in any order, with any separator and quotes. The first FIN tells who closed; both did when
/// the second FIN does not acknowledge the first one.
[[nodiscard]] std::unique_ptr<LogReader> make_tshark_reader();

}  // namespace portsim
