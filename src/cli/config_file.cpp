#include "cli/config_file.hpp"

#include <algorithm>
#include <array>
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

/// True for an option whose value is a name or a word, and never a number or a list.
bool takes_text(std::string_view name) {
  constexpr std::array<std::string_view, 13> kForms{"FILE", "DIR",     "ADDRESS",  "CLOSER", "FORMAT",
                                                    "WHEN", "FORM",    "LOG",      "MEANS",  "NAME=VALUE",
                                                    "NAME", "PROCESS", "CONDITION"};
  const OutputOption* const output = find_output_option(name);
  const auto options = scenario_options();
  const auto option = std::find_if(options.begin(), options.end(),
                                   [&](const OptionDescription& one) { return one.name == name; });
  const std::string_view form = output != nullptr         ? output->description.value_name
                                : option != options.end() ? option->value_name
                                                          : "";
  return std::find(kForms.begin(), kForms.end(), form) != kForms.end();
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
    } else if (takes_text(entry.name)) {
      add_texts(entry,
                for_sweep_ || (output_option != nullptr && output_option->form == OptionForm::repeatable));
    } else if (output_option != nullptr) {
      add_value(entry, entry.value.is_scalar() ? std::optional(entry.value.text) : std::nullopt);
    } else if (entry.value.kind == TomlValue::Kind::array && for_sweep_) {
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

  /// The value of an option that takes text; where it `may_repeat` several of them.
  void add_texts(const TomlEntry& entry, bool may_repeat) {
    const auto add_text = [&](const TomlValue& value) {
      add_value(entry, value.kind == TomlValue::Kind::text ? std::optional(value.text) : std::nullopt);
    };
    if (entry.value.kind == TomlValue::Kind::array && may_repeat) {
      std::for_each(entry.value.elements.begin(), entry.value.elements.end(), add_text);
    } else {
      add_text(entry.value);
    }
  }

  void add_value(const TomlEntry& entry, const std::optional<std::string>& value) {
    if (!value) {
      faults_.push_back({entry.where, "has a value of the wrong kind",
                         "write it as on the command line, in quotes: " + entry.name + " = \"...\""});
      return;
    }
    if (value->find('\0') != std::string::npos) {
      faults_.push_back({entry.where, "holds a NUL character, which no value has", "leave out \\u0000"});
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
