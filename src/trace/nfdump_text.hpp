// NetFlow records as `nfdump -o line`, `long` or `extended` prints them.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the header of such an output, and for a row (`nfdump -q` prints no header).
[[nodiscard]] bool is_nfdump_text(std::string_view line);

/// Reads `DATE TIME DURATION PROTOCOL ADDRESS:PORT -> ADDRESS:PORT [FLAGS] ...`, the duration in seconds
/// (1.6) or as a clock (1.7), and joins the two directions; a row with `<->` holds both. The summary at the
/// end is no part of the rows. Source: nfdump(1), "Output formats".
[[nodiscard]] std::unique_ptr<LogReader> make_nfdump_text_reader();

}  // namespace portsim
