#include "cli/config_file.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "cli/option_table.hpp"
#include "scenario/toml_file.hpp"

namespace portsim::cli {
namespace {

/// The text of any value; elements of an array and entries of a table with commas between them.
std::optional<std::string> value_text(const TomlValue& value) {
  if (value.is_scalar()) {
    return value.text;
  }
  if (value.kind != TomlValue::Kind::array && value.kind != TomlValue::Kind::table) {
    return std::nullopt;
  }
  std::string joined;
  for (std::size_t i = 0; i < value.elements.size(); ++i) {
    if (!value.elements[i].is_scalar()) {
      return std::nullopt;
    }
    joined += joined.empty() ? "" : ",";
    joined += value.kind == TomlValue::Kind::table ? value.names[i] + "=" : "";
    joined += value.elements[i].text;
  }
  return joined;
}

/// The options in one TOML document.
class ConfigReader {
 public:
  ConfigReader(bool for_sweep, std::vector<Fault>& faults) : for_sweep_(for_sweep), faults_(faults) {}

  std::vector<Setting> read(const std::vector<TomlEntry>& entries) {
    for (const TomlEntry& entry : entries) {
      add(entry);
    }
    return std::move(settings_);
  }

 private:
  void add(const TomlEntry& entry) {
    const OutputOption* const output_option = find_output_option(entry.name);
    if (entry.name == "config" || entry.name == "help" || entry.name == "version") {
      faults_.push_back({entry.where, "belongs on the command line", "remove the line"});
    } else if (output_option == nullptr && !is_scenario_option(entry.name)) {
      faults_.push_back({entry.where, "unknown option", remedy_for_unknown_key(entry)});
    } else if (output_option != nullptr && output_option->form == OptionForm::flag) {
      add_flag(entry);
    } else if (entry.value.kind == TomlValue::Kind::array && output_option != nullptr &&
               output_option->form == OptionForm::repeatable) {
      for (const TomlValue& element : entry.value.elements) {
        add_value(entry, element.is_scalar() ? std::optional(element.text) : std::nullopt);
      }
    } else if (entry.value.kind == TomlValue::Kind::array && output_option == nullptr && for_sweep_) {
      for (const TomlValue& element : entry.value.elements) {
        add_value(entry, value_text(element));
      }
    } else {
      add_value(entry, value_text(entry.value));
    }
  }

  static std::string remedy_for_unknown_key(const TomlEntry& entry) {
    if (entry.value.kind == TomlValue::Kind::table) {
      return "write the options without sections";
    }
    const std::vector<std::string_view> names = option_names();
    const std::string_view near = nearest(entry.name, names);
    return near.empty() ? "portsim --help lists the options" : "did you mean " + std::string(near) + "?";
  }

  void add_flag(const TomlEntry& entry) {
    if (entry.value.kind != TomlValue::Kind::boolean) {
      faults_.push_back({entry.where, "must be true or false", ""});
    } else if (entry.value.text == "true") {
      settings_.push_back({entry.name, "true", entry.where + " = true"});
    }
  }

  void add_value(const TomlEntry& entry, const std::optional<std::string>& value) {
    if (!value) {
      faults_.push_back({entry.where, "has a value of the wrong kind",
                         "write it as on the command line, in quotes: " + entry.name + " = \"...\""});
      return;
    }
    settings_.push_back({entry.name, *value, entry.where + " = " + *value});
  }

  bool for_sweep_;
  std::vector<Fault>& faults_;
  std::vector<Setting> settings_;
};

}  // namespace

std::vector<Setting> read_config_file(const std::string& path, bool for_sweep, std::vector<Fault>& faults) {
  std::string content;
  if (const std::string problem = read_whole(path, content); !problem.empty()) {
    faults.push_back({"--config " + path, "cannot be read: " + problem, ""});
    return {};
  }
  return ConfigReader(for_sweep, faults)
      .read(parse_toml(path, content, "write one option a line: rate = \"20/s\"", faults));
}

}  // namespace portsim::cli
