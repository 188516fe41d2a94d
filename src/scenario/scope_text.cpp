#include "scenario/scope_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "scenario/settings.hpp"

namespace portsim {
namespace {

// The names of each enumeration, in its order.
constexpr std::array<std::string_view, 3> kScopes{"host", "address", "tuple"};
constexpr std::array<std::string_view, 9> kSelections{
    "sequential",  "sequential-from-random", "descending",  "random-start", "random-pick", "hash",
    "double-hash", "random-increment",       "parity-first"};
constexpr std::array<std::string_view, 3> kBinds{"none", "port0", "noport"};
constexpr std::array<std::string_view, 3> kCapRules{"destroy-newcomer", "recycle-oldest",
                                                    "recycle-when-crowded"};

template <class Enum, std::size_t count>
Parsed<Enum> parse_name(std::string_view text, std::string_view kind,
                        const std::array<std::string_view, count>& names) {
  const auto* const found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) {
    return static_cast<Enum>(found - names.begin());
  }
  std::string examples(nearest(text, names));
  if (examples.empty()) {
    examples = names.front();
    for (std::size_t i = 1; i < count; ++i) {
      examples.append(", ").append(names[i]);
    }
  }
  return Wrong{quoted(text) + " is no " + std::string(kind), examples};
}

}  // namespace

Parsed<Scope> parse_scope(std::string_view text) { return parse_name<Scope>(text, "scope", kScopes); }

std::string scope_text(Scope scope) { return std::string(kScopes[static_cast<std::size_t>(scope)]); }

Parsed<Selection> parse_selection(std::string_view text) {
  return parse_name<Selection>(text, "selection algorithm", kSelections);
}

std::string selection_text(Selection selection) {
  return std::string(kSelections[static_cast<std::size_t>(selection)]);
}

Parsed<BindMode> parse_bind(std::string_view text) {
  return parse_name<BindMode>(text, "way to bind", kBinds);
}

std::string bind_text(BindMode bind) { return std::string(kBinds[static_cast<std::size_t>(bind)]); }

Parsed<CapRule> parse_cap_rule(std::string_view text) {
  return parse_name<CapRule>(text, "rule of a cap", kCapRules);
}

std::string cap_rule_text(CapRule rule) { return std::string(kCapRules[static_cast<std::size_t>(rule)]); }

}  // namespace portsim
