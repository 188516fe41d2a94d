// Argus flows as `ra` prints them, plain or as CSV (`.binetflow`).
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the header of such a file.
[[nodiscard]] bool is_argus_log(std::string_view line);

/// Reads StartTime, Dur or LastTime, Proto, SrcAddr, Sport, Dir, DstAddr, Dport and State by name, in any
/// order, with blanks or what `ra -c` puts between columns. A state is a word (CON, REQ, RST, FIN) or the
/// flags of both sides (`FSPA_FSPA`). Without Dur and LastTime a flow has no length. Source: Argus, ra(1).
[[nodiscard]] std::unique_ptr<LogReader> make_argus_reader();

}  // namespace portsim
