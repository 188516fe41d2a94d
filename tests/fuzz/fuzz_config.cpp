// A configuration file.
#include "built_scenario.hpp"
#include "cli/config_file.hpp"
#include "cli/option_table.hpp"
#include "memory_file.hpp"
#include "scenario/knob_settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  static const fuzz::MemoryFile file;
  file.hold(fuzz::text_of(data, size));
  std::vector<Fault> faults;
  std::vector<Setting> settings;
  for (const Setting& setting : cli::read_config_file(file.path(), false, faults)) {
    if (cli::is_scenario_option(setting.name) || is_knob(setting)) {
      settings.push_back(setting);
    }
  }
  if (faults.empty()) {
    fuzz::build_and_describe({settings});
  } else {
    fuzz::require_readable(faults);
  }
  faults.clear();
  (void)cli::read_config_file(file.path(), true, faults);
  return 0;
}
