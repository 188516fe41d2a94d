// Zeek's logs as JSON, one object a line.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for an object that has a time and the address of an originator.
[[nodiscard]] bool is_zeek_json(std::string_view line);

/// Reads conn.log, and of other logs with addresses the starts. The names may be `id.orig_h`, `id_orig_h` or
/// nested (`"id": {"orig_h": ...}`); times may be numbers or ISO 8601. A stream may hold several logs, told
/// by
/// `_path` or `@stream`.
[[nodiscard]] std::unique_ptr<LogReader> make_zeek_json_reader();

}  // namespace portsim
