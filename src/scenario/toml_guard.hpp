// What must not reach toml++.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace portsim {

/// Something in a document that makes it no TOML.
struct TomlFlaw {
  std::size_t line = 1;
  std::string what;
};

/// The first thing in `content` that toml++ 3.3 takes for granted not to be there, so that the compiler may
/// do anything about it: control characters, characters beyond ASCII outside of texts and remarks, a quote, a
/// bracket or an equals sign in the middle of a value, a section without a name. TOML 1.0 allows none of
/// them; it does allow a quote after the dot in a name, which no name here has.
[[nodiscard]] std::optional<TomlFlaw> find_toml_flaw(std::string_view content);

}  // namespace portsim
