// A user's own profile.
#include "scenario/profile_file.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  const auto read = parse_profile("own.toml", std::string(fuzz::text_of(data, size)));
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    fuzz::require_readable(*faults);
    return 0;
  }
  const auto& profile = std::get<Profile>(read);
  const auto again = parse_profile("own.toml", profile_toml(profile));
  if (const auto* faults = std::get_if<std::vector<Fault>>(&again)) {
    fuzz::report_finding("a profile that was printed has a fault: " + faults->front().where + " " +
                         faults->front().what);
  }
  fuzz::require(stack_of(std::get<Profile>(again)) == stack_of(profile),
                "a profile is read as it was printed");
  const auto description = describe_stack(stack_of(profile));
  const auto described = described_stack(profile.name, description);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&described)) {
    fuzz::report_finding("a stack that was described has a fault: " + faults->front().where + " " +
                         faults->front().what);
  }
  fuzz::require(describe_stack(std::get<Stack>(described)) == description,
                "a stack that is described and read is the same");
  return 0;
}
