#include <algorithm>
#include <map>
#include <set>

#include "scenario/knob_settings.hpp"
#include "scenario/options.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/rules.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

/// Reads settings into a draft and gathers what is wrong with them.
class Builder {
 public:
  Builder(const std::vector<std::vector<Setting>>& levels, std::optional<RecordedLoad> recorded,
          const std::optional<Stack>& stack, const std::optional<Stack>& translator)
      : levels_(levels),
        recorded_(std::move(recorded)),
        translator_(translator),
        draft_(default_draft(stack.value_or(default_stack()))) {}

  std::variant<ValidScenario, std::vector<Fault>> build() {
    apply_profile();
    const auto knobs = is_broken({"profile"}) ? std::vector<std::vector<Setting>>(levels_.size())
                                              : translate_knobs(levels_, profile_, faults_);
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      apply_level(knobs[level]);  // an option of the same level goes before a knob
      apply_level(levels_[level]);
    }
    fold_unreachable();
    take_translator();
    take_load();
    add_breaches();
    if (!faults_.empty()) {
      return faults_;
    }
    return validate(std::move(draft_.scenario));
  }

 private:
  /// The profile decides the defaults, so the strongest one is read before all else.
  void apply_profile() {
    const Setting* strongest = nullptr;
    for (const std::vector<Setting>& level : levels_) {
      for (const Setting& setting : level) {
        strongest = setting.name == "profile" ? &setting : strongest;
      }
    }
    if (strongest == nullptr) {
      return;
    }
    if (const Profile* profile = find_profile(strongest->value)) {
      profile_ = *profile;
    } else if (is_profile_file(strongest->value)) {
      read_profile(*strongest);
    }
    draft_ = default_draft(stack_of(profile_));
  }

  void read_profile(const Setting& setting) {
    auto read = read_profile_file(setting.value, setting.where);
    if (const auto* more = std::get_if<std::vector<Fault>>(&read)) {
      faults_.insert(faults_.end(), more->begin(), more->end());
      broken_.insert("profile");
    } else {
      profile_ = std::get<Profile>(std::move(read));
    }
  }

  void apply_level(const std::vector<Setting>& level) {
    std::map<std::string_view, const Setting*> seen;
    for (const Setting& setting : level) {
      if (is_knob(setting)) {
        continue;
      }
      const Option* option = find_option(setting.name);
      if (option == nullptr) {
        report_unknown(setting);
        continue;
      }
      const auto [first, is_new] = seen.emplace(setting.name, &setting);
      if (!is_new) {
        faults_.push_back({setting.where,
                           "--" + setting.name + " is given twice, first as " + first->second->where,
                           "keep one"});
        broken_.insert(option->description.name);
        continue;
      }
      apply(*option, setting);
    }
  }

  void apply(const Option& option, const Setting& setting) {
    const std::string_view name = option.description.name;
    places_[name] = setting.where;
    if (recorded_ && option.generated_load_only) {
      faults_.push_back({setting.where,
                         "the log gives the load: --" + setting.name + " has no meaning beside it",
                         "leave it out, or give no log"});
      return;
    }
    if (const std::optional<Wrong> wrong = option.read(setting.value, draft_)) {
      broken_.insert(name);
      faults_.push_back({setting.where, wrong->what, "try --" + setting.name + " " + wrong->example});
    }
  }

  void report_unknown(const Setting& setting) {
    std::vector<std::string_view> names;
    for (const Option& option : option_table()) {
      names.push_back(option.description.name);
    }
    const std::string_view likely = nearest(setting.name, names);
    faults_.push_back(
        {setting.where, "there is no option --" + setting.name,
         likely.empty() ? "portsim --help lists them" : "did you mean --" + std::string(likely) + "?"});
  }

  /// --unreachable takes its share of the weights of --close, which keep their proportions.
  void fold_unreachable() {
    const double share = draft_.unreachable;
    CloserWeights& weights = draft_.scenario.closers;
    double& unreachable = weights[static_cast<std::size_t>(Closer::unreachable)];
    if (!places_.contains("unreachable") || is_broken({"unreachable", "close"})) {
      return;
    }
    if (!(share <= 1)) {
      report("unreachable", "the share of unreachable peers must be 0 to 1", "try --unreachable 0.01");
      return;
    }
    if (unreachable > 0) {
      report("unreachable", "--close gives the unreachable peers a weight already",
             "leave out one of the two");
      return;
    }
    if (share == 0 || !are_weights({weights.begin(), weights.end()})) {
      return;
    }
    double sum = 0;
    for (const double weight : weights) {
      sum += weight;
    }
    for (double& weight : weights) {
      weight = weight / sum * (1 - share);
    }
    unreachable = share;
  }

  void take_translator() {
    draft_.nat_stack = translator_ ? translator_ : draft_.nat_stack;
    if (draft_.nat_stack) {
      draft_.scenario.nat = NatGateway{
          .stack = *draft_.nat_stack, .hosts = draft_.nat_hosts, .addresses = draft_.nat_addresses};
      return;
    }
    for (const std::string name : {"nat-hosts", "nat-addresses"}) {
      if (places_.contains(name) && !is_broken({name, "nat"})) {
        report(name, "there is no translator", "name one: --nat azure-nat");
      }
    }
  }

  void take_schedule(const Schedule& schedule) {
    if (places_.contains("rate")) {
      report("rate", "the schedule of --arrivals gives the rate", "leave out one of the two");
    }
    if (!places_.contains("duration")) {
      draft_.scenario.duration = schedule.length;
    }
    draft_.load.rate = {.mantissa = 1};  // of no meaning, but a legal one
    draft_.scenario.load = draft_.load;
  }

  void take_load() {
    if (const auto* scheduled = std::get_if<ScheduledArrivals>(&draft_.load.arrivals);
        !recorded_ && scheduled != nullptr) {
      take_schedule(*scheduled->schedule);
      return;
    }
    if (!recorded_) {
      if (!places_.contains("rate")) {
        if (!is_broken({"arrivals"})) {  // a schedule would have given it
          report("rate", "a rate is required", "give the connections per second, for example --rate 20/s");
        }
        broken_.insert("rate");
      }
      draft_.scenario.load = draft_.load;
      return;
    }
    const auto& connections = recorded_->connections;
    if (!places_.contains("duration") && connections && !connections->empty()) {
      draft_.scenario.duration = default_duration(*connections);
    }
    draft_.scenario.load = std::move(*recorded_);
  }

  /// Reports broken rules, but not what merely follows from a value that could not be read.
  void add_breaches() {
    for (Breach& breach : find_breaches(draft_.scenario)) {
      if (!is_broken({breach.where}) && !is_broken(breach.depends_on)) {
        report(breach.where, std::move(breach.what), std::move(breach.remedy));
      }
    }
  }

  void report(const std::string& name, std::string what, std::string remedy) {
    const auto place = places_.find(name);
    const Option* const option = find_option(name);
    std::string named = option == nullptr ? name : "--" + name;
    if (option != nullptr && option->description.default_text.starts_with("the profile's") &&
        places_.contains("profile")) {
      named = places_.at("profile") + ", " + named;
    }
    faults_.push_back({place == places_.end() ? named : place->second, std::move(what), std::move(remedy)});
  }

  [[nodiscard]] bool is_broken(const std::vector<std::string_view>& names) const {
    return std::any_of(names.begin(), names.end(),
                       [this](std::string_view name) { return broken_.contains(name); });
  }

  const std::vector<std::vector<Setting>>& levels_;
  std::optional<RecordedLoad> recorded_;
  std::optional<Stack> translator_;
  Profile profile_ = default_profile();
  Draft draft_;
  std::vector<Fault> faults_;
  std::map<std::string_view, std::string> places_;  // option -> where its strongest value stands
  std::set<std::string_view> broken_;               // options whose value could not be read
};

}  // namespace

Duration default_duration(const RowView& connections) {
  const Duration last_start = connections.back().start.time_since_epoch();
  return std::clamp(last_start, Duration{}, kLongestDelay - Duration{1}) + Duration{1};
}

std::variant<ValidScenario, std::vector<Fault>> build_scenario(
    const std::vector<std::vector<Setting>>& levels, std::optional<RecordedLoad> recorded,
    const std::optional<Stack>& stack, const std::optional<Stack>& translator) {
  return Builder(levels, std::move(recorded), stack, translator).build();
}

}  // namespace portsim
