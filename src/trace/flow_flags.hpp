// How a connection ended, where a log has only the set of TCP flags that each side sent.
#pragma once

#include <string_view>

#include "trace/log_row.hpp"

namespace portsim {

/// The letters are S, F and R among others (`FSPA`, `...AP.SF`); an empty text: that side sent nothing. Sets
/// have no order: with a FIN of both sides the log does not tell who closed first.
[[nodiscard]] Ending judge_flags(std::string_view client, std::string_view server);

}  // namespace portsim
