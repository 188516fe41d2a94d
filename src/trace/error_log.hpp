// Logs that tell of no connections, but of ports that ran out.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line of nginx's error log, of an export of Windows events, or with the kernel's words for "no
/// port" (EADDRNOTAVAIL).
[[nodiscard]] bool is_error_log(std::string_view line);

/// Finds the signs of exhaustion in
/// - nginx's error log and the messages of other programs: `Cannot assign requested address`,
/// `EADDRNOTAVAIL`;
/// - Windows events 4227 and 4231 of Tcpip, as text of wevtutil, Event Viewer or Get-WinEvent, CSV or XML.
///
/// All other lines are skipped. Times without a zone are taken as UTC, those without a year are not known.
/// Sources: nginx, ngx_connection.c; Microsoft, "Troubleshoot port exhaustion issues" (events 4227 and 4231).
[[nodiscard]] std::unique_ptr<LogReader> make_error_log_reader();

}  // namespace portsim
