// Which bytes are text.
#pragma once

#include <cstddef>
#include <string_view>

namespace portsim {

/// Length of the UTF-8 sequence at the start of `bytes`, which must not be empty; 0 if it is not valid
/// (RFC 3629, section 4).
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view bytes);

}  // namespace portsim
