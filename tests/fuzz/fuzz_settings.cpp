// The settings of a real machine: .reg, netsh, sysctl; what they mean for each of three stacks.
#include <array>

#include "built_scenario.hpp"
#include "target.hpp"
#include "trace/settings_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  const auto read = parse_settings("machine", std::string(fuzz::text_of(data, size)));
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    fuzz::require_readable(*faults);
    return 0;
  }
  for (const char* profile : {"nt4", "linux", "windows"}) {
    std::vector<Setting> settings = std::get<std::vector<Setting>>(read);
    settings.push_back({"rate", "20/s", "--rate"});
    settings.push_back({"profile", profile, "--profile"});
    fuzz::build_and_describe({settings});
  }
  return 0;
}
