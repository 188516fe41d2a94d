// Conversations as `tshark -q -z conv,tcp` prints them.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the title of such a table, and for a row `ADDRESS:PORT <-> ADDRESS:PORT ...`.
[[nodiscard]] bool is_conversations(std::string_view line);

/// A row is a connection from its start, relative to the capture's first packet, for as long as packets were
/// seen. The side with the higher port is the client, as tshark sorts them by it; who closed is not told.
/// Tables of other protocols are left out.
[[nodiscard]] std::unique_ptr<LogReader> make_conversations_reader();

}  // namespace portsim
