// Where a program that embeds the engine begins: a stack by name, and a scenario of it.
#pragma once

#include <string_view>

#include "portsim/scenario.hpp"
#include "portsim/stack.hpp"

namespace portsim {

/// The stack of that name, as given to --profile; null if there is none.
[[nodiscard]] const Stack* find_stack(std::string_view name);

/// A scenario of the stack with every option at its default. Its load is a rate that is still to be set.
[[nodiscard]] Scenario default_scenario(const Stack& stack);

}  // namespace portsim
