// A whole command line, one word a line: splitting, the options of the output, building the scenario.
#include "built_scenario.hpp"
#include "cli/arguments.hpp"
#include "cli/option_table.hpp"
#include "scenario/knob_settings.hpp"
#include "scenario/value_text.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  std::vector<std::string> words;
  for (const std::string_view word : split(fuzz::text_of(data, size), '\n')) {
    words.emplace_back(word.substr(0, word.find('\0')));  // as exec() would
  }
  std::vector<Fault> faults;
  const cli::Arguments arguments = cli::split_arguments(words, faults);
  fuzz::require(arguments.command.has_value() || !faults.empty(), "an unknown command is a fault");
  std::vector<Setting> settings;
  for (const Setting& setting : arguments.settings) {
    fuzz::require(cli::is_scenario_option(setting.name) || cli::find_output_option(setting.name) != nullptr,
                  "only options that are known are given on");
    if (cli::is_scenario_option(setting.name) || is_knob(setting)) {
      settings.push_back(setting);
    }
  }
  fuzz::build_and_describe({settings});
  return 0;
}
