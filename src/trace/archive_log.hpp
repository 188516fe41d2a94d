// Traces of the Internet Traffic Archive: connections and packets of the nineties.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a row of LBL-CONN-7: `timestamp duration|? protocol orig_bytes|? resp_bytes|? local remote state
/// [L][N]`.
[[nodiscard]] bool is_archive_connection(std::string_view line);

/// With the flag L the local host opened the connection, without it the remote one. The service stands for
/// the port. States are those that Zeek has from here, and tell no closer.
[[nodiscard]] std::unique_ptr<LogReader> make_archive_connection_reader();

/// True for a row of the `.sf` files: `timestamp source destination source_port destination_port flags
/// sequence [acknowledged]`, of packets with SYN, FIN or RST. Flags are letters as tcpdump prints them; the
/// sequence number may be `begin:end`.
[[nodiscard]] bool is_archive_packet(std::string_view line);

[[nodiscard]] std::unique_ptr<LogReader> make_archive_packet_reader();

}  // namespace portsim
