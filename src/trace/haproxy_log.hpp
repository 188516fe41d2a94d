// HAProxy's logs: the proxy is the client of its servers.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line of HAProxy.
[[nodiscard]] bool is_haproxy_log(std::string_view line);

/// Reads `option httplog` and `option tcplog`, whatever syslog writes before them. A connection to a server
/// begins when request and queue are over, and is taken to last until the session ends. The log does not tell
/// who closes it. Lines without a server are skipped. A termination state that begins with R, a resource of
/// the proxy that is exhausted, is taken for a sign that there was no port. Source: HAProxy configuration
/// manual, section 8.2 (formats), 8.4 (timers), 8.5 (termination states).
[[nodiscard]] std::unique_ptr<LogReader> make_haproxy_reader();

}  // namespace portsim
