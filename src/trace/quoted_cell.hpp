// A piece of a file, as a message quotes it.
#pragma once

#include <string>
#include <string_view>

namespace portsim {

/// The value in quotes, fit for a terminal: cut after 40 characters, and what is not printable ASCII as \xNN.
[[nodiscard]] std::string quoted_cell(std::string_view value);

}  // namespace portsim
