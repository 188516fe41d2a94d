// A recorded result, as `check` reads it.
#include "built_scenario.hpp"
#include "report/saved_run.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  const auto read = read_saved_run(std::string(fuzz::text_of(data, size)));
  if (const auto* problem = std::get_if<std::string>(&read)) {
    fuzz::require(!problem->empty(), "what is no result is told why");
    return 0;
  }
  const auto& run = std::get<SavedRun>(read);
  (void)run.listed_outages();
  for (const auto& [name, description] : {std::pair{"profile", &run.stack}, std::pair{"nat", &run.nat}}) {
    if (!description->empty()) {
      (void)described_stack(name, *description);
    }
  }
  for (const Difference& difference : differences(run, SavedRun{}, 0.1)) {
    fuzz::require(!difference_text(difference).empty(), "every difference can be told");
  }
  return 0;
}
