// A rate over time.
#include "memory_file.hpp"
#include "scenario/schedule_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  static const fuzz::MemoryFile file;
  file.hold(fuzz::text_of(data, size));
  const auto read = parse_schedule(file.path());
  if (const auto* wrong = std::get_if<Wrong>(&read)) {
    fuzz::require(!wrong->what.empty(), "what is no schedule is told why");
    return 0;
  }
  const Schedule& schedule = *std::get<std::shared_ptr<const Schedule>>(read);
  fuzz::require(!schedule.steps.empty() && schedule.steps.front().start == TimePoint{},
                "a schedule begins at 0");
  fuzz::require(schedule.length > Duration{} && schedule.length <= kLongestDelay, "a schedule has a length");
  bool has_load = false;
  for (std::size_t i = 0; i < schedule.steps.size(); ++i) {
    fuzz::require(i == 0 || schedule.steps[i].start > schedule.steps[i - 1].start, "steps ascend");
    fuzz::require(schedule.steps[i].rate <= 1'000'000'000'000'000'000U, "no rate is above 10^9 a second");
    has_load = has_load || schedule.steps[i].rate > 0;
  }
  fuzz::require(has_load, "a schedule has a load");
  return 0;
}
