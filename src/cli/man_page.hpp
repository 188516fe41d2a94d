// The man page, made from the option table and the texts of the help.
#pragma once

#include <string>

namespace portsim::cli {

/// portsim(1) in the man macros of troff; ASCII.
[[nodiscard]] std::string man_page();

}  // namespace portsim::cli
