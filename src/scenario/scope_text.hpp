// Scopes, selection algorithms and binds as text and back.
#pragma once

#include <string>
#include <string_view>

#include "portsim/stack.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// `host`, `address` or `tuple`.
[[nodiscard]] Parsed<Scope> parse_scope(std::string_view text);
[[nodiscard]] std::string scope_text(Scope scope);

/// `sequential`, `sequential-from-random`, `descending`, `random-start`, `random-pick`, `hash`,
/// `double-hash`, `random-increment` or `parity-first`.
[[nodiscard]] Parsed<Selection> parse_selection(std::string_view text);
[[nodiscard]] std::string selection_text(Selection selection);

/// `none`, `port0` or `noport`.
[[nodiscard]] Parsed<BindMode> parse_bind(std::string_view text);
[[nodiscard]] std::string bind_text(BindMode bind);

/// `destroy-newcomer`, `recycle-oldest` or `recycle-when-crowded`.
[[nodiscard]] Parsed<CapRule> parse_cap_rule(std::string_view text);
[[nodiscard]] std::string cap_rule_text(CapRule rule);

}  // namespace portsim
