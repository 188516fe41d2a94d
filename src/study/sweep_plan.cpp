#include "study/sweep_plan.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/number_text.hpp"
#include "scenario/knob_settings.hpp"
#include "study/ordered_work.hpp"

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

/// What building some cells showed.
struct SomeCells {
  std::vector<std::pair<std::uint64_t, Fault>> faults;  ///< with the cell that has it
  std::optional<std::uint64_t> with_translator;         ///< the first such cell
};

SomeCells build_some(const SweepPlan& plan, const std::optional<RecordedLoad>& recorded,
                     const RunLimits& limits, std::uint64_t first, std::uint64_t end) {
  SomeCells some;
  for (std::uint64_t cell = first; cell < end; ++cell) {
    const auto built = plan.build(cell, recorded);
    if (const auto* valid = std::get_if<ValidScenario>(&built)) {
      if ((*valid)->nat && !some.with_translator) {
        some.with_translator = cell;
      }
      if (std::optional<Fault> excess = find_excess(*valid, limits)) {
        some.faults.emplace_back(cell, *std::move(excess));
      }
      continue;
    }
    for (const Fault& fault : std::get<std::vector<Fault>>(built)) {
      some.faults.emplace_back(cell, fault);
    }
  }
  return some;
}

/// The different faults of all cells, in the order in which they are found. What is wrong with several values
/// of an option in the same words is one fault.
class FaultsByCell {
 public:
  void add(std::uint64_t cell, const Fault& fault) {
    const auto [place, is_new] = known_.try_emplace({fault.what, fault.remedy});
    Known& known = place->second;
    if (is_new) {
      known.index = faults_.size();
      faults_.push_back({fault, {}, cell, 0});
    }
    CellFault& found = faults_[known.index];
    if (is_new || known.last_cell != cell) {
      ++found.cells;
      known.last_cell = cell;
    }
    if (known.places.insert(fault.where).second && !is_new) {
      found.elsewhere.push_back(fault.where);
    }
  }

  [[nodiscard]] std::vector<CellFault> take() { return std::move(faults_); }

 private:
  struct Known {
    std::size_t index = 0;
    std::uint64_t last_cell = 0;
    std::set<std::string> places;
  };

  std::map<std::pair<std::string, std::string>, Known> known_;  // by what is wrong, and the remedy
  std::vector<CellFault> faults_;
};

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

SweepCheck check_cells(const SweepPlan& plan, const std::optional<RecordedLoad>& recorded, unsigned jobs,
                       const RunLimits& limits, const std::function<void(std::uint64_t)>& watch) {
  constexpr std::uint64_t kCellsAtOnce = 256;
  constexpr std::chrono::milliseconds kPatience{250};
  const std::uint64_t cells = plan.cells();
  OrderedWork<SomeCells> work(0, (cells + kCellsAtOnce - 1) / kCellsAtOnce, jobs, [&](std::uint64_t part) {
    return build_some(plan, recorded, limits, part * kCellsAtOnce,
                      std::min(cells, (part + 1) * kCellsAtOnce));
  });
  FaultsByCell faults;
  std::optional<std::uint64_t> fullest;
  while (!work.is_done()) {
    watch(work.made() * kCellsAtOnce);
    if (const auto some = work.next(kPatience)) {
      for (const auto& [cell, fault] : some->faults) {
        faults.add(cell, fault);
      }
      fullest = fullest ? fullest : some->with_translator;
    }
  }
  return {faults.take(), fullest.value_or(0)};
}

}  // namespace portsim
