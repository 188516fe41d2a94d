#include "scenario/knob_settings.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "base/number_text.hpp"
#include "scenario/stack_text.hpp"
#include "scenario/value_text.hpp"
#include "stacks/knobs.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongestSynTimer = 120s;  // TCP_RTO_MAX of Linux
constexpr std::uint64_t kLeastDynamicPorts = 255;

/// A knob with its value.
struct Use {
  const Knob* knob = nullptr;
  Setting setting;
  std::string value;                   ///< as given
  std::vector<std::uint64_t> numbers;  ///< one, or two for a range of ports
  std::size_t level = 0;
};

/// The whole numbers in a text, between whatever stands between them: `start=1025,num=64510`.
std::vector<std::uint64_t> numbers_in(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  std::vector<std::uint64_t> numbers;
  for (std::size_t begin = text.find_first_of(kDigits); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, begin), text.size());
    numbers.push_back(parse_unsigned(text.substr(begin, end - begin)).value_or(0));
    begin = text.find_first_of(kDigits, end);
  }
  return numbers;
}

std::string range_of(const KnobLimits& limits) {
  return std::to_string(limits.least) + " to " + std::to_string(limits.most);
}

std::string names_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    text.append(text.empty() ? "" : ", ").append(name);
  }
  return text;
}

/// A user's own profile has the knobs of the one that it is based on.
bool has_knob(const Profile& profile, const Knob& knob) {
  return knob.belongs_to(profile.name) || knob.belongs_to(profile.based_on);
}

/// Waits that double from the first one, as many as can be simulated.
std::vector<Duration> doubling_waits(Duration first, std::uint64_t retries) {
  std::vector<Duration> waits;
  Duration sum{};
  for (Duration wait = first; waits.size() <= retries && sum + wait <= kLongestDelay; wait *= 2) {
    waits.push_back(wait);
    sum += wait;
  }
  return waits;
}

/// When Linux gives up a SYN: tcp_timer.c, tcp_model_timeout.
Duration linux_give_up(std::uint64_t retries) {
  constexpr std::uint64_t kDoublings = 6;  // 2^7 s would exceed the longest timer
  const Duration doubled = (std::int64_t{2} << std::min(retries, kDoublings)) * 1s - 1s;
  return doubled +
         (retries > kDoublings ? static_cast<std::int64_t>(retries - kDoublings) : 0) * kLongestSynTimer;
}

/// The waits of Linux after a SYN, up to the one at whose end it gives up.
std::vector<Duration> linux_syn_waits(std::uint64_t linear, Duration give_up) {
  std::vector<Duration> waits;
  Duration next = 1s;
  for (Duration sum{}; sum < give_up; sum += waits.back()) {
    waits.push_back(next);
    if (waits.size() > linear) {
      next = std::min<Duration>(next * 2, kLongestSynTimer);
    }
  }
  return waits;
}

/// Gathers knobs level by level, then says what they mean together.
class KnobTranslator {
 public:
  KnobTranslator(const Profile& profile, std::vector<Fault>& faults) : profile_(profile), faults_(faults) {}

  void add_level(const std::vector<Setting>& settings, std::size_t level) {
    std::map<const Knob*, const Setting*> seen;
    const Setting* foreign = nullptr;
    for (const Setting& setting : settings) {
      const Knob* const knob = is_knob(setting) ? known_knob(setting) : nullptr;
      if (knob == nullptr) {
        continue;
      }
      if (!has_knob(profile_, *knob)) {
        foreign = foreign == nullptr ? &setting : foreign;
        if (setting.name == kKnobSetting) {
          report_foreign(setting, *knob, "has no " + std::string(knob->name));
        }
        continue;
      }
      const auto [first, is_new] = seen.emplace(knob, &setting);
      if (!is_new) {
        faults_.push_back({setting.where,
                           std::string(knob->name) + " is given twice, first as " + first->second->where,
                           "keep one"});
        continue;
      }
      add(setting, *knob, level);
    }
    if (foreign != nullptr && foreign->name == kKnobLine && seen.empty()) {
      report_foreign(*foreign, *known_knob(*foreign), "has no setting of this file");
    }
  }

  std::vector<std::vector<Setting>> translate(std::size_t level_count) {
    levels_.resize(level_count);
    for (const auto& [role, use] : uses_) {
      translate_single(role, use);
    }
    translate_ports();
    translate_reuse();
    translate_linux_syn();
    return std::move(levels_);
  }

 private:
  static std::string_view name_in(const Setting& setting) {
    return std::string_view(setting.value).substr(0, setting.value.find('='));
  }

  const Knob* known_knob(const Setting& setting) {
    const std::string_view name = name_in(setting);
    if (name.size() == setting.value.size()) {
      faults_.push_back({setting.where, "lacks a value", "try --set TcpTimedWaitDelay=30"});
      return nullptr;
    }
    const Knob* const knob = find_knob(name);
    if (knob == nullptr) {
      std::vector<std::string_view> names;
      for (const Knob& known : knobs()) {
        names.push_back(known.name);
        names.push_back(known.name.substr(known.name.rfind('.') + 1));
      }
      const std::string_view likely = nearest(name, names);
      faults_.push_back({setting.where, "no stack is known to have " + quoted(name),
                         likely.empty() ? "it may be an option: portsim --help lists them"
                                        : "did you mean " + std::string(likely) + "?"});
    }
    return knob;
  }

  void report_foreign(const Setting& setting, const Knob& knob, const std::string& what) {
    faults_.push_back({setting.where, "profile " + profile_.name + " " + what,
                       std::string(knob.name) + " belongs to " + names_of(knob.profiles) +
                           ": try --profile " + std::string(knob.profiles.front())});
  }

  void add(const Setting& setting, const Knob& knob, std::size_t level) {
    Use use{&knob, setting, setting.value.substr(setting.value.find('=') + 1), {}, level};
    if (read(use)) {
      uses_.insert_or_assign(knob.role, std::move(use));
    }
  }

  /// Takes the numbers out of the value; false, and a fault, if they are none or not legal.
  bool read(Use& use) {
    const KnobLimits limits = knob_limits(*use.knob, profile_);
    const auto is_legal = [&](std::uint64_t number) {
      return number >= limits.least && number <= limits.most;
    };
    switch (use.knob->role) {
      case KnobRole::reserved_ports: return true;
      case KnobRole::port_range:
      case KnobRole::port_start_count: {
        use.numbers = numbers_in(use.value);
        const bool is_range = use.knob->role == KnobRole::port_range;
        const std::string example = is_range ? "32768 60999" : "start=49152,num=16384";
        if (use.numbers.size() != 2) {
          report(use,
                 std::string("takes two numbers, the first port and the ") + (is_range ? "last" : "count"),
                 limits, example);
          return false;
        }
        if (is_range && use.numbers[0] > use.numbers[1]) {
          report(use, "ends before it begins", limits, example);
          return false;
        }
        const std::uint64_t last = is_range ? use.numbers[1] : use.numbers[0] + use.numbers[1] - 1;
        if (!is_legal(use.numbers[0]) || !is_legal(last) || last < use.numbers[0] ||
            (!is_range && use.numbers[1] < kLeastDynamicPorts)) {
          report(use, "must lie within " + range_of(limits), limits, example);
          return false;
        }
        return true;
      }
      case KnobRole::time_wait:
      case KnobRole::fin_wait_2_timeout:
      case KnobRole::first_port:
      case KnobRole::last_port:
      case KnobRole::reuse_mode:
      case KnobRole::reuse_delay:
      case KnobRole::timestamps:
      case KnobRole::autobind_reuse:
      case KnobRole::rfc1337:
      case KnobRole::max_time_wait:
      case KnobRole::syn_retries:
      case KnobRole::linux_syn_retries:
      case KnobRole::linux_syn_linear: break;
    }
    const std::optional<std::uint64_t> number = parse_unsigned(use.value);
    if (!number || !is_legal(*number)) {
      const std::uint64_t legal = std::clamp(number.value_or(limits.least), limits.least, limits.most);
      report(use, number ? "must be " + range_of(limits) : "must be a whole number, " + range_of(limits),
             limits, std::to_string(legal));
      return false;
    }
    use.numbers = {*number};
    return true;
  }

  void report(const Use& use, const std::string& what, const KnobLimits& limits, const std::string& example) {
    const std::string name(use.knob->name);
    const std::string value = example.find(' ') == std::string::npos ? example : "'" + example + "'";
    const std::string likely =
        use.setting.name == kKnobSetting ? "try --set " + name + "=" + value : "try " + example;
    faults_.push_back({use.setting.where,
                       name + " " + what + " on profile " + profile_.name + " (" + limits.source + ")",
                       likely});
  }

  [[nodiscard]] const Use* find(KnobRole role) const {
    const auto found = uses_.find(role);
    return found == uses_.end() ? nullptr : &found->second;
  }

  void emit(const Use& use, std::string option, std::string value) {
    levels_[use.level].push_back({std::move(option), std::move(value), use.setting.where});
  }

  /// Knobs that mean an option by themselves.
  void translate_single(KnobRole role, const Use& use) {
    switch (role) {
      case KnobRole::time_wait: emit(use, "delay", time_text(use)); break;
      case KnobRole::fin_wait_2_timeout: emit(use, "fin-wait-2-timeout", time_text(use)); break;
      case KnobRole::port_range: emit(use, "ports", ports_text(use.numbers[0], use.numbers[1])); break;
      case KnobRole::port_start_count:
        emit(use, "ports", ports_text(use.numbers[0], use.numbers[0] + use.numbers[1] - 1));
        break;
      case KnobRole::reserved_ports:
        emit(use, "reserved-ports", use.value.empty() ? "none" : use.value);
        break;
      case KnobRole::timestamps: emit(use, "timestamps", yes_no_text(use.numbers[0] != 0)); break;
      case KnobRole::autobind_reuse: emit(use, "autobind-reuse", yes_no_text(use.numbers[0] != 0)); break;
      case KnobRole::rfc1337: emit(use, "rfc1337", yes_no_text(use.numbers[0] != 0)); break;
      case KnobRole::max_time_wait: emit(use, "max-time-wait", std::to_string(use.numbers[0])); break;
      case KnobRole::syn_retries:
        emit(use, "syn-waits", waits_text(doubling_waits(profile_.syn_waits.value.front(), use.numbers[0])));
        break;
      case KnobRole::first_port:
      case KnobRole::last_port:
      case KnobRole::reuse_mode:
      case KnobRole::reuse_delay:
      case KnobRole::linux_syn_retries:
      case KnobRole::linux_syn_linear: break;  // together with others
    }
  }

  static std::string time_text(const Use& use) {
    const auto longest = static_cast<std::uint64_t>(kLongestDelay / use.knob->unit);
    return duration_text(static_cast<std::int64_t>(std::min(use.numbers[0], longest)) * use.knob->unit);
  }

  static std::string ports_text(std::uint64_t first, std::uint64_t last) {
    return std::to_string(first) + "-" + std::to_string(last);
  }

  /// The one of two that is given at the stronger level; null if neither is given.
  static const Use* stronger(const Use* a, const Use* b) {
    if (a == nullptr || b == nullptr) {
      return a == nullptr ? b : a;
    }
    return b->level > a->level ? b : a;
  }

  void translate_ports() {
    const Use* const first = find(KnobRole::first_port);
    const Use* const last = find(KnobRole::last_port);
    if (const Use* const given = stronger(first, last)) {
      const std::vector<PortRange>& ports = profile_.ports.value;
      emit(*given, "ports",
           ports_text(first != nullptr ? first->numbers[0] : ports.front().first,
                      last != nullptr ? last->numbers[0] : ports.back().last));
    }
  }

  void translate_reuse() {
    const Use* const mode = find(KnobRole::reuse_mode);
    const Use* const delay = find(KnobRole::reuse_delay);
    const Use* const given = stronger(mode, delay);
    if (given == nullptr) {
      return;
    }
    std::optional<TimeWaitReuse> reuse = profile_.time_wait_reuse.value;
    const Duration usual_age = reuse ? reuse->age : Duration{1s};
    if (mode != nullptr) {
      reuse.reset();
      if (mode->numbers[0] != 0) {
        reuse = TimeWaitReuse{.age = usual_age, .loopback_only = mode->numbers[0] == 2};
      }
    }
    if (reuse && delay != nullptr) {
      reuse->age = static_cast<std::int64_t>(delay->numbers[0]) * delay->knob->unit;
    }
    emit(*given, "time-wait-reuse", reuse_text(reuse));
  }

  void translate_linux_syn() {
    const Use* const retries = find(KnobRole::linux_syn_retries);
    const Use* const linear = find(KnobRole::linux_syn_linear);
    const Use* const given = stronger(retries, linear);
    if (given == nullptr) {
      return;
    }
    const std::vector<Duration>& usual = profile_.syn_waits.value;
    const auto usual_linear = static_cast<std::uint64_t>(
        std::find_if(usual.begin(), usual.end(), [&](Duration wait) { return wait != usual.front(); }) -
        usual.begin() - 1);
    const Duration give_up = retries != nullptr ? linux_give_up(retries->numbers[0])
                                                : profile_.syn_give_up.value.value_or(linux_give_up(6));
    emit(*given, "syn-waits",
         waits_text(linux_syn_waits(linear != nullptr ? linear->numbers[0] : usual_linear, give_up)));
    emit(*given, "syn-give-up", duration_text(give_up));
  }

  const Profile& profile_;
  std::vector<Fault>& faults_;
  std::map<KnobRole, Use> uses_;  // the strongest of each
  std::vector<std::vector<Setting>> levels_;
};

}  // namespace

bool is_knob(const Setting& setting) { return setting.name == kKnobSetting || setting.name == kKnobLine; }

std::vector<std::vector<Setting>> translate_knobs(const std::vector<std::vector<Setting>>& levels,
                                                  const Profile& profile, std::vector<Fault>& faults) {
  KnobTranslator translator(profile, faults);
  for (std::size_t level = 0; level < levels.size(); ++level) {
    translator.add_level(levels[level], level);
  }
  return translator.translate(levels.size());
}

}  // namespace portsim
