// The formats of logs that are known, and how each is recognised.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// A format of logs.
struct LogFormat {
  std::string_view name;                   ///< for people
  bool (*is_line)(std::string_view line);  ///< true for a line that shows the format
  std::unique_ptr<LogReader> (*make_reader)();
};

/// Every format, in the order in which they are tried.
[[nodiscard]] std::span<const LogFormat> log_formats();

/// The format that a line shows; null if none.
[[nodiscard]] const LogFormat* find_log_format(std::string_view line);

}  // namespace portsim
