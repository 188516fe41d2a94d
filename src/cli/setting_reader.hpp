// Looks up, among settings, the options that are no part of a scenario.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenario/settings.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {

/// Looks options up in the levels and turns them into values; notes what is wrong.
class SettingReader {
 public:
  SettingReader(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults)
      : levels_(levels), faults_(faults) {}

  /// The settings of that name in the strongest level that has any.
  [[nodiscard]] std::vector<Setting> all(std::string_view name) const {
    std::vector<Setting> found;
    for (auto level = levels_.rbegin(); level != levels_.rend() && found.empty(); ++level) {
      for (const Setting& setting : *level) {
        if (setting.name == name) {
          found.push_back(setting);
        }
      }
    }
    return found;
  }

  /// The one setting of that name, if any; a second one is a fault.
  std::optional<Setting> one(std::string_view name) {
    std::vector<Setting> found = all(name);
    if (found.empty()) {
      return std::nullopt;
    }
    for (std::size_t index = 1; index < found.size(); ++index) {
      faults_.push_back({found[index].where,
                         "--" + std::string(name) + " is given twice, first as " + found.front().where,
                         "keep one"});
    }
    return std::move(found.front());
  }

  std::optional<std::string> file_name(std::string_view name) {
    const std::optional<Setting> setting = one(name);
    if (!setting) {
      return std::nullopt;
    }
    if (setting->value.empty()) {
      faults_.push_back({setting->where, "a file name is missing", ""});
    }
    return setting->value;
  }

  /// The value if the text is one; else notes the fault, with an example that would do.
  template <class T>
  std::optional<T> value(const Setting& setting, const Parsed<T>& parsed) {
    if (const Wrong* wrong = std::get_if<Wrong>(&parsed)) {
      faults_.push_back({setting.where, wrong->what, "try --" + setting.name + " " + wrong->example});
      return std::nullopt;
    }
    return std::get<T>(parsed);
  }

  void fault(const Setting& setting, std::string what, std::string remedy) {
    faults_.push_back({setting.where, std::move(what), std::move(remedy)});
  }

 private:
  const std::vector<std::vector<Setting>>& levels_;
  std::vector<Fault>& faults_;
};

}  // namespace portsim::cli
