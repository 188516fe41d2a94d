// The value of one option: its reader and its units, the lists and ranges of a sweep, conditions. The first
// byte says which option.
#include <algorithm>
#include <cctype>

#include "scenario/condition.hpp"
#include "scenario/options.hpp"
#include "scenario/profile_file.hpp"
#include "stacks/stacks.hpp"
#include "study/axis_values.hpp"
#include "target.hpp"

namespace portsim::fuzz {
namespace {

/// Values that name a file are read by targets of their own.
bool names_file(std::string_view text) { return is_profile_file(text) || text.starts_with("schedule:"); }

Scenario scenario_of(const Draft& draft) {
  Scenario scenario = draft.scenario;
  scenario.load = draft.load;
  return scenario;
}

/// What was read is written as a text that means the same.
void read_option(const Option& option, std::string_view text) {
  static const Draft fresh = default_draft(default_stack());
  Draft draft = fresh;
  if (const auto wrong = option.read(text, draft)) {
    require(!wrong->what.empty() && !wrong->example.empty(), "a wrong value is told from a right one");
    return;
  }
  const auto written = option.write(scenario_of(draft));
  // Closers without any weight are read, and refused as a part of the scenario.
  if (!written || written->empty() || option.description.name == "profile") {
    return;
  }
  Draft again = fresh;
  require(!option.read(*written, again).has_value(), "what an option writes it reads");
  require(option.write(scenario_of(again)) == written, "a value that was written and read is the same");
}

/// A list that is not too long to be made a million times over.
bool is_short_list(std::string_view text) {
  return text.find("..") == std::string_view::npos ||
         std::count_if(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; }) <= 5;
}

void expand(const OptionDescription& option, std::string_view text) {
  const ValueKind kind = value_kind(option);
  if (kind == ValueKind::text || !is_short_list(text)) {
    return;
  }
  const auto values = expand_values(kind, text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&values)) {
    require(!list->empty() && list->size() <= kMostCells,
            "a list has a value, and no more than a sweep has cells");
    require(!plain_value(kind, list->front()).text.empty() || list->front().empty(),
            "a value is shown in its row");
  } else {
    require(!std::get<Wrong>(values).what.empty(), "a wrong list is told from a right one");
  }
}

}  // namespace
}  // namespace portsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  if (size == 0) {
    return 0;
  }
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  const std::span<const Option> options = option_table();
  const std::size_t which = data[0] % (options.size() + 2);
  if (fuzz::names_file(text)) {
    return 0;
  }
  if (which < options.size()) {
    fuzz::read_option(options[which], text);
    fuzz::expand(options[which].description, text);
  } else if (which == options.size()) {
    (void)parse_condition(text);
  } else {
    (void)parse_target(text);
  }
  return 0;
}
