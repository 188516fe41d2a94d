#include "trace/addresses.hpp"

#include <algorithm>
#include <vector>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

bool is_loopback_address(std::string_view text) {
  if (text == "::1") {
    return true;
  }
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 4 && parts.front() == "127" &&
         std::all_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return parse_unsigned(part).value_or(256) <= 255; });
}

}  // namespace portsim
