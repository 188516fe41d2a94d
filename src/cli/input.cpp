#include "cli/input.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/config_file.hpp"
#include "cli/memory_limit.hpp"
#include "cli/option_table.hpp"
#include "cli/setting_reader.hpp"
#include "scenario/knob_settings.hpp"
#include "scenario/profile_file.hpp"
#include "trace/settings_file.hpp"

namespace portsim::cli {
namespace {

/// The knobs in the files of --settings among `settings`; several files are one level.
std::vector<Setting> read_settings_files(const std::vector<Setting>& settings,
                                         std::vector<std::string>& inputs, std::vector<Fault>& faults) {
  std::vector<Setting> knobs;
  for (const Setting& setting : settings) {
    if (setting.name != "settings") {
      continue;
    }
    inputs.push_back(setting.value);
    auto read = read_settings_file(setting.value);
    if (const auto* more = std::get_if<std::vector<Fault>>(&read)) {
      faults.insert(faults.end(), more->begin(), more->end());
    } else {
      const auto& found = std::get<std::vector<Setting>>(read);
      knobs.insert(knobs.end(), found.begin(), found.end());
    }
  }
  return knobs;
}

/// The file that an option of the scenario names, if it names one.
std::optional<std::string> file_named_by(const Setting& setting) {
  constexpr std::string_view kSchedule = "schedule:";
  const bool names_stack = setting.name == "profile" || setting.name == "nat";
  if (names_stack && is_profile_file(setting.value)) {
    return setting.value;
  }
  if (setting.name == "arrivals" && setting.value.starts_with(kSchedule)) {
    return setting.value.substr(kSchedule.size());
  }
  return std::nullopt;
}

void note_scenario_files(const std::vector<std::vector<Setting>>& levels, std::vector<std::string>& inputs) {
  for (const std::vector<Setting>& level : levels) {
    for (const Setting& setting : level) {
      if (std::optional<std::string> file = file_named_by(setting)) {
        inputs.push_back(*std::move(file));
      }
    }
  }
}

void check_meaning(const std::vector<std::vector<Setting>>& levels, Command command,
                   std::vector<Fault>& faults) {
  for (const std::vector<Setting>& level : levels) {
    for (const Setting& setting : level) {
      const OutputOption* option = find_output_option(setting.name);
      if (option != nullptr && !has_meaning(*option, command)) {
        const bool has_target = command == Command::solve && setting.name == "fail-if";
        faults.push_back(
            {setting.where, "has no meaning for " + command_name(command),
             has_target ? "say with --target what is good enough: --target 'failed<=0'" : "leave it out"});
      }
    }
  }
}

/// --max-memory holds from here on, before any log is read.
void apply_memory_limit(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults) {
  SettingReader reader(levels, faults);
  if (const auto setting = reader.one("max-memory")) {
    if (const auto bytes = reader.value(*setting, parse_size(setting->value))) {
      limit_memory(*bytes, setting->where);
    }
  }
}

}  // namespace

std::vector<std::vector<Setting>> setting_levels(const Arguments& arguments, std::vector<std::string>& inputs,
                                                 std::vector<Fault>& faults) {
  std::vector<std::vector<Setting>> levels;
  const auto add_level = [&](const std::vector<Setting>& level) {
    levels.push_back(read_settings_files(level, inputs, faults));
    levels.push_back(level);
  };
  std::string config;
  for (const Setting& setting : arguments.settings) {
    if (setting.name != "config") {
      continue;
    }
    if (config.empty()) {
      config = setting.value;
      inputs.push_back(config);
      add_level(read_config_file(config, arguments.command == Command::sweep, faults));
    } else {
      faults.push_back({setting.where, "--config is given twice, first as --config " + config, "keep one"});
    }
  }
  add_level(arguments.settings);
  note_scenario_files(levels, inputs);
  check_meaning(levels, arguments.command.value_or(Command::run), faults);
  apply_memory_limit(levels, faults);
  return levels;
}

std::vector<std::vector<Setting>> scenario_levels(const std::vector<std::vector<Setting>>& levels) {
  std::vector<std::vector<Setting>> result;
  for (const std::vector<Setting>& level : levels) {
    std::vector<Setting>& kept = result.emplace_back();
    for (const Setting& setting : level) {
      if (is_scenario_option(setting.name) || is_knob(setting)) {
        kept.push_back(setting);
      }
    }
  }
  return result;
}

bool mentions_rate(const std::vector<Fault>& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const Fault& fault) {
    return fault.where.starts_with("--rate") || fault.remedy == remedy_for_unknown("rate") ||
           fault.remedy == "did you mean rate?" || fault.where.starts_with("--config") ||
           fault.what.starts_with("is not TOML");  // it may have held a rate
  });
}

}  // namespace portsim::cli
