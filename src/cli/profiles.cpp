#include "cli/profiles.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/profile_text.hpp"
#include "scenario/value_text.hpp"
#include "stacks/stacks.hpp"

namespace portsim::cli {
namespace {

/// The settings that mean something here; the others are faults.
std::vector<Setting> output_choices(const std::vector<Setting>& settings, std::vector<Fault>& faults) {
  std::vector<Setting> kept;
  for (const Setting& setting : settings) {
    if (setting.name == "format" || setting.name == "output") {
      kept.push_back(setting);
    } else {
      faults.push_back({setting.where, "has no meaning for portsim profiles",
                        "leave it out: portsim profiles --help shows the options"});
    }
  }
  return kept;
}

/// The profiles to show; empty, and a fault, if there is none of that name.
std::span<const Profile> chosen(const std::vector<std::string>& names, std::vector<Fault>& faults) {
  if (names.empty()) {
    return profiles();
  }
  const std::string& name = names.front();
  if (const Profile* profile = find_profile(name)) {
    return {profile, 1};
  }
  const std::string_view likely = nearest(name, profile_names());
  faults.push_back(
      {"profiles " + name, "there is no profile " + quoted(name),
       likely.empty() ? "portsim profiles lists them" : "try portsim profiles " + std::string(likely)});
  return {};
}

}  // namespace

bool show_profiles(const Arguments& arguments, std::vector<Fault>& faults) {
  const std::vector<Setting> choices = output_choices(arguments.settings, faults);
  const OutputSettings settings = read_output_settings({choices}, {}, faults);
  if (settings.format == Format::csv) {
    faults.push_back({"--format csv", "profiles have no CSV form", "try --format json"});
  }
  const std::span<const Profile> shown = chosen(arguments.operands, faults);
  if (!faults.empty()) {
    return false;
  }
  const auto file =
      settings.output ? std::make_unique<OutputFile>(*settings.output) : OutputFile::standard_output();
  if (settings.format == Format::json) {
    write_profiles_json(shown, file->stream());
  } else if (arguments.operands.empty()) {
    write_profile_list(shown, file->stream());
  } else {
    write_profile(shown.front(), file->stream());
  }
  file->finish();
  file->publish();
  return true;
}

}  // namespace portsim::cli
