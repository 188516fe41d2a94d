// NetFlow records as `nfdump -o csv` prints them.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for the header of such an output.
[[nodiscard]] bool is_nfdump_csv(std::string_view line);

/// Reads ts, te, sa, da, sp, dp, pr and flg by name, and joins the two directions. The summary at the end is
/// no part of the rows.
[[nodiscard]] std::unique_ptr<LogReader> make_nfdump_reader();

}  // namespace portsim
