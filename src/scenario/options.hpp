// The one table of scenario options: help, parsing and printing of each in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenario/settings.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// A scenario under construction, and what no field of a scenario can hold until all settings are read.
struct Draft {
  Scenario scenario;
  GeneratedLoad load;              ///< unless the load is recorded
  double unreachable = 0;          ///< share of --unreachable; put into the closers' weights at the end
  std::optional<Stack> nat_stack;  ///< what --nat names; with the next two put into the scenario at the end
  std::uint32_t nat_hosts = 1;
  std::uint32_t nat_addresses = 1;
};

/// One row of the table.
struct Option {
  OptionDescription description;
  bool generated_load_only = false;  ///< has no meaning where a log gives the load

  /// Reads a value into the draft; says what is wrong if it is none.
  std::optional<Wrong> (*read)(std::string_view text, Draft& draft) = nullptr;

  /// The value's text in a scenario; empty where the scenario has none.
  std::optional<std::string> (*write)(const Scenario& scenario) = nullptr;
};

/// All options, in the order in which help lists them.
[[nodiscard]] std::span<const Option> option_table();

/// The option of that name; null if there is none.
[[nodiscard]] const Option* find_option(std::string_view name);

/// A scenario of the stack with every other option at its default.
[[nodiscard]] Draft default_draft(const Stack& stack);

}  // namespace portsim
