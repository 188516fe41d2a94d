// The output of tcplife, of the BPF Compiler Collection.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the header of such an output.
[[nodiscard]] bool is_tcplife(std::string_view line);

/// Reads the columns of `tcplife -t` (or -T), with blanks or, of -s, commas. A line stands at the end of a
/// connection, so that it started MS before; without a column TIME it has no start and is damage. The client
/// is the side with the higher port; of a connection over loopback, which both ends show, its own line
/// counts. Source: bcc, tools/tcplife_example.txt.
[[nodiscard]] std::unique_ptr<LogReader> make_tcplife_reader();

}  // namespace portsim
