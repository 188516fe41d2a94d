// Completions for the Tab key, made from the option table, the profiles and the texts of the help.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace portsim::cli {

/// The completion script for a shell: `bash`, `zsh` or `fish`; empty for any other.
[[nodiscard]] std::optional<std::string> completion_script(std::string_view shell);

}  // namespace portsim::cli
