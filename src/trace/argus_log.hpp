// Argus flows as CSV (`.binetflow`).
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the header of such a file.
[[nodiscard]] bool is_argus_log(std::string_view line);

/// Reads StartTime, Dur, Proto, SrcAddr, Sport, Dir, DstAddr, Dport and State by name, with commas or tabs. A
/// state is a word (CON, REQ, RST, FIN) or the flags of both sides (`FSPA_FSPA`).
/// Source: Argus, ra(1).
[[nodiscard]] std::unique_ptr<LogReader> make_argus_reader();

}  // namespace portsim
