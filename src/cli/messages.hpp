// What portsim says on standard error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "portsim/scenario.hpp"

namespace portsim::cli {

/// `portsim: WHERE: WHAT` and, on a line of its own, what to do about it.
[[nodiscard]] std::string fault_text(const Fault& fault);

/// Control characters, and bytes that are no UTF-8, as `\x1b`: a file name or a cell of a log must not steer
/// the terminal. A text of more than 400 bytes loses its middle.
[[nodiscard]] std::string printable(std::string_view text);

/// Prints every fault.
void print_faults(const std::vector<Fault>& faults);

/// Prints text as it stands.
void print_raw(std::string_view text);

/// Prints `portsim: ` and the message on a line.
void print_message(std::string_view message);

}  // namespace portsim::cli
