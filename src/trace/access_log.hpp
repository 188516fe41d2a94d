// Access logs of web servers: nginx, Apache, and whoever writes the common log format.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line in the common or the combined log format.
[[nodiscard]] bool is_access_log(std::string_view line);

/// Reads `HOST IDENT USER [DATE] "REQUEST" STATUS BYTES ...`, perhaps behind a virtual host (vhost_combined)
/// or what syslog writes before a message: each request as a connection of its client, whose end and closer
/// are not told. The time that the request took is the field with a name that is usual for it (`rt=0.250`),
/// else the first with three decimals (nginx's $request_time: seconds, and the date is the end of the
/// request), else a whole number (Apache's %D in microseconds, or %T in seconds where all of the first
/// thousand are small; the date is the start). Two whole numbers are bytes in and out (combinedio), unless
/// they are %T %D. Sources: nginx, ngx_http_log_module; Apache, mod_log_config and mod_logio.
[[nodiscard]] std::unique_ptr<LogReader> make_access_log_reader();

}  // namespace portsim
