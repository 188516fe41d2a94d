// The log of the Windows Firewall, pfirewall.log.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a line with which such a log may begin.
[[nodiscard]] bool is_windows_firewall_log(std::string_view line);

/// Reads columns by the header `#Fields:`. TCP rows that are allowed (ALLOW; of XP and 2003 OPEN and
/// OPEN-INBOUND) are starts, to the second, in local time; other rows are skipped, and INFO-EVENTS-LOST
/// counts as damage: then there were more connections than rows. Of `most_open` that were opened and not
/// closed the older half loses its ends.
[[nodiscard]] std::unique_ptr<LogReader> make_windows_firewall_reader(std::size_t most_open = std::size_t{1}
                                                                                              << 20U);

}  // namespace portsim
