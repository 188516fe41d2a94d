#include "study/sweep_plan.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/number_text.hpp"
#include "scenario/knob_settings.hpp"

namespace portsim {
namespace {

const OptionDescription* find_description(std::string_view name) {
  const auto options = scenario_options();
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionDescription& option) { return option.name == name; });
  return found == options.end() ? nullptr : &*found;
}

/// What a setting sets: an option, or a knob by its own name.
std::string subject_of(const Setting& setting) {
  return setting.name == kKnobSetting ? "--set " + setting.value.substr(0, setting.value.find('='))
                                      : setting.name;
}

/// The setting with one of its values; a fault then quotes that value alone.
Setting with_value(const Setting& setting, std::string value) {
  Setting single{setting.name, std::move(value), setting.where};
  if (single.where.ends_with(setting.value)) {
    single.where.replace(single.where.size() - setting.value.size(), setting.value.size(), single.value);
  }
  return single;
}

/// The settings of one value each that stand for `setting`.
std::vector<Setting> expand(const Setting& setting, std::vector<Fault>& faults) {
  const OptionDescription* option = find_description(setting.name);
  if (option == nullptr) {
    return {setting};
  }
  const auto values = expand_values(value_kind(*option), setting.value);
  if (const Wrong* wrong = std::get_if<Wrong>(&values)) {
    faults.push_back({setting.where, wrong->what, "try --" + setting.name + " " + wrong->example});
    return {};
  }
  std::vector<Setting> settings;
  for (const std::string& value : std::get<std::vector<std::string>>(values)) {
    settings.push_back(with_value(setting, value));
  }
  return settings;
}

Axis make_axis(std::size_t level, std::vector<Setting> values) {
  Axis axis{{}, level, std::move(values), {}};
  const Setting& first = axis.values.front();
  const OptionDescription* option = find_description(first.name);
  axis.column = option == nullptr ? first.value.substr(0, first.value.find('=')) : column_name(*option);
  for (const Setting& setting : axis.values) {
    if (option != nullptr) {
      axis.cells.push_back(plain_value(value_kind(*option), setting.value));
    } else {
      axis.cells.push_back(plain_value(ValueKind::count, setting.value.substr(setting.value.find('=') + 1)));
    }
  }
  return axis;
}

bool is_said_again(const std::vector<std::vector<Setting>>& levels, std::size_t level,
                   const std::string& subject) {
  return std::any_of(levels.begin() + static_cast<std::ptrdiff_t>(level) + 1, levels.end(),
                     [&](const std::vector<Setting>& stronger) {
                       return std::any_of(stronger.begin(), stronger.end(), [&](const Setting& setting) {
                         return subject_of(setting) == subject;
                       });
                     });
}

}  // namespace

SweepPlan::SweepPlan(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults)
    : fixed_(levels.size()) {
  for (std::size_t level = 0; level < levels.size(); ++level) {
    std::vector<std::string> subjects;  // in the order given
    std::map<std::string, std::vector<Setting>> values;
    for (const Setting& setting : levels[level]) {
      if (setting.name == kKnobLine) {  // lines of a file are as they are
        fixed_[level].push_back(setting);
        continue;
      }
      const std::string subject = subject_of(setting);
      if (!values.contains(subject)) {
        subjects.push_back(subject);
      }
      std::vector<Setting>& known = values[subject];
      for (Setting& single : expand(setting, faults)) {
        known.push_back(std::move(single));
      }
    }
    for (const std::string& subject : subjects) {
      std::vector<Setting>& found = values[subject];
      if (found.size() > 1 && !is_said_again(levels, level, subject)) {
        axes_.push_back(make_axis(level, std::move(found)));
      } else if (!found.empty()) {
        fixed_[level].push_back(std::move(found.front()));
      }
    }
  }
}

std::uint64_t SweepPlan::cells() const {
  std::uint64_t cells = 1;
  for (const Axis& axis : axes_) {
    if (axis.values.size() > kMostCells / cells) {
      return kMostCells + 1;
    }
    cells *= axis.values.size();
  }
  return cells;
}

std::vector<std::size_t> SweepPlan::position(std::uint64_t cell) const {
  std::vector<std::size_t> position(axes_.size());
  for (std::size_t index = axes_.size(); index-- > 0;) {
    const std::uint64_t values = axes_[index].values.size();
    position[index] = static_cast<std::size_t>(cell % values);
    cell /= values;
  }
  return position;
}

std::string SweepPlan::name(std::uint64_t cell) const {
  const std::vector<std::size_t> at = position(cell);
  std::string name;
  for (std::size_t index = 0; index < axes_.size(); ++index) {
    const Setting& setting = axes_[index].values[at[index]];
    name += (name.empty() ? "--" : " --") + setting.name + " " + setting.value;
  }
  return name;
}

std::variant<ValidScenario, std::vector<Fault>> SweepPlan::build(
    std::uint64_t cell, const std::optional<RecordedLoad>& recorded) const {
  std::vector<std::vector<Setting>> levels = fixed_;
  const std::vector<std::size_t> at = position(cell);
  for (std::size_t index = 0; index < axes_.size(); ++index) {
    levels[axes_[index].level].push_back(axes_[index].values[at[index]]);
  }
  return build_scenario(levels, recorded);
}

SweepCheck check_cells(const SweepPlan& plan, const std::optional<RecordedLoad>& recorded) {
  using Key = std::tuple<std::string, std::string, std::string>;
  SweepCheck check;
  std::map<Key, std::size_t> known;
  bool has_translator = false;
  for (std::uint64_t cell = 0; cell < plan.cells(); ++cell) {
    const auto built = plan.build(cell, recorded);
    if (const auto* valid = std::get_if<ValidScenario>(&built)) {
      if (!has_translator && (*valid)->nat) {
        has_translator = true;
        check.fullest = cell;
      }
      continue;
    }
    for (const Fault& fault : std::get<std::vector<Fault>>(built)) {
      const auto [place, is_new] =
          known.emplace(Key{fault.where, fault.what, fault.remedy}, check.faults.size());
      if (is_new) {
        check.faults.push_back({fault, cell, 0});
      }
      ++check.faults[place->second].cells;
    }
  }
  return check;
}

}  // namespace portsim
