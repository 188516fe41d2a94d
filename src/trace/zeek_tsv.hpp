// Zeek's own form of logs: columns named by a header.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line with which such a log may begin.
[[nodiscard]] bool is_zeek_tsv(std::string_view line);

/// Reads conn.log, and of any other log with addresses the starts. The separator, the sign of an unset field
/// and the columns are those of the last header; rotated logs that were joined have several.
[[nodiscard]] std::unique_ptr<LogReader> make_zeek_tsv_reader();

}  // namespace portsim
