// The access log of Squid in its own format.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line of such a log.
[[nodiscard]] bool is_squid_log(std::string_view line);

/// A request is a connection of its client; the line is written when it is over, and tells how long it took.
[[nodiscard]] std::unique_ptr<LogReader> make_squid_log_reader();

}  // namespace portsim
