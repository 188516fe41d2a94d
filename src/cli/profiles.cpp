#include "cli/profiles.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/profile_text.hpp"
#include "scenario/profile_file.hpp"
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
std::vector<Profile> chosen(const std::vector<std::string>& names, std::vector<Fault>& faults) {
  if (names.empty()) {
    return {profiles().begin(), profiles().end()};
  }
  const std::string& name = names.front();
  if (const Profile* profile = find_profile(name)) {
    return {*profile};
  }
  if (is_profile_file(name)) {
    auto read = read_profile_file(name, "profiles " + name);
    if (auto* profile = std::get_if<Profile>(&read)) {
      return {std::move(*profile)};
    }
    const auto& more = std::get<std::vector<Fault>>(read);
    faults.insert(faults.end(), more.begin(), more.end());
    return {};
  }
  const std::string_view likely = nearest(name, profile_names());
  faults.push_back(
      {"profiles " + name, "there is no profile " + quoted(name),
       likely.empty() ? "portsim profiles lists them" : "try portsim profiles " + std::string(likely)});
  return {};
}

}  // namespace

bool show_profiles(const Arguments& arguments, std::vector<Fault>& faults) {
  std::vector<Setting> choices = output_choices(arguments.settings, faults);
  // A form that no other command writes.
  const bool as_toml = std::erase_if(choices, [](const Setting& choice) {
                         return choice.name == "format" && choice.value == "toml";
                       }) > 0;
  std::vector<std::string> inputs;
  std::copy_if(arguments.operands.begin(), arguments.operands.end(), std::back_inserter(inputs),
               is_profile_file);
  const OutputSettings settings = read_output_settings({choices}, inputs, faults);
  if (settings.format == Format::csv) {
    faults.push_back({"--format csv", "profiles have no CSV form", "try --format json"});
  }
  if (as_toml && arguments.operands.empty()) {
    faults.push_back({"--format toml", "shows one profile", "name it: portsim profiles nt4 --format toml"});
  }
  const std::vector<Profile> shown = chosen(arguments.operands, faults);
  if (!faults.empty()) {
    return false;
  }
  const auto file =
      settings.output ? std::make_unique<OutputFile>(*settings.output) : OutputFile::standard_output();
  if (as_toml) {
    write_profile_toml(shown.front(), file->stream());
  } else if (settings.format == Format::json) {
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
