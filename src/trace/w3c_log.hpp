// Web logs in the extended format of W3C: IIS, CloudFront.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a header of such a log.
[[nodiscard]] bool is_w3c_log(std::string_view line);

/// A request is a connection of its client. The line is written when it is over: in whole milliseconds IIS
/// tells how long it took, as decimal seconds the others.
[[nodiscard]] std::unique_ptr<LogReader> make_w3c_log_reader();

}  // namespace portsim
