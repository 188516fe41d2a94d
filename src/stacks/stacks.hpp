// What is known of real TCP stacks: every number stands beside its source in stacks.cpp.
#pragma once

#include <span>
#include <string_view>

#include "portsim/stack.hpp"

namespace portsim {

/// Windows NT 4.0, the stack of the published case and the default profile.
[[nodiscard]] const Stack& nt4();

/// The stack of that name, as given to --profile; null if there is none.
[[nodiscard]] const Stack* find_stack(std::string_view name);

/// Every stack that can be simulated, the default first.
[[nodiscard]] std::span<const Stack> stacks();

}  // namespace portsim
