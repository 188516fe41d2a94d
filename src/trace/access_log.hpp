// Access logs of web servers: nginx, Apache, and whoever writes the common log format.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line in the common or the combined log format.
[[nodiscard]] bool is_access_log(std::string_view line);

/// Reads `HOST IDENT USER [DATE] "REQUEST" STATUS BYTES ...`: each request as a connection of its client,
/// whose end and closer are not told. The first number behind the standard fields is the time that the
/// request took: with a point it is nginx's $request_time in seconds, and the date is the end of the request;
/// without it is Apache's %D in microseconds, and the date is the start. Sources: nginx, ngx_http_log_module;
/// Apache, mod_log_config.
[[nodiscard]] std::unique_ptr<LogReader> make_access_log_reader();

}  // namespace portsim
