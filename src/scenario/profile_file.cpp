#include "scenario/profile_file.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

#include "base/number_text.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/settings.hpp"
#include "scenario/stack_text.hpp"
#include "scenario/toml_file.hpp"
#include "scenario/value_text.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

constexpr std::string_view kNone = "none";
constexpr std::string_view kBasedOn = "based_on";
constexpr std::string_view kAbout = "about";
constexpr std::string_view kKnob = "time_wait_knob";

// Reading: what is wrong with a value, or nothing.
using Trouble = std::optional<Wrong>;

template <class T>
Trouble take(const Parsed<T>& parsed, T& target) {
  if (!holds_value(parsed)) {
    return std::get<Wrong>(parsed);
  }
  target = std::get<T>(parsed);
  return std::nullopt;
}

Trouble wrong_kind(std::string example) { return Wrong{"has a value of the wrong kind", std::move(example)}; }

/// What no line of an answer, and no comment of a printed profile, can hold.
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// The same for a word: the names that would do, each as TOML has it.
template <class T>
Trouble take_word(const Parsed<T>& parsed, T& target) {
  Trouble trouble = take(parsed, target);
  if (trouble) {
    std::string names = quoted(trouble->example);
    for (std::size_t at = 0; (at = names.find(", ", at)) != std::string::npos; at += 6) {
      names.replace(at, 2, "\" or \"");
    }
    trouble->example = names;
  }
  return trouble;
}

bool is_text(const TomlValue& value) { return value.kind == TomlValue::Kind::text; }

Trouble read(const TomlValue& value, std::string& target) {
  if (!is_text(value)) {
    return wrong_kind("\"...\"");
  }
  if (std::any_of(value.text.begin(), value.text.end(), is_control)) {
    return Wrong{"has a control character, as \\n and \\t are", "\"...\""};
  }
  target = value.text;
  return std::nullopt;
}

Trouble read(const TomlValue& value, std::vector<PortRange>& target) {
  return value.is_scalar() ? take(parse_ranges(value.text), target) : wrong_kind("\"1024-5000\"");
}

Trouble read(const TomlValue& value, Scope& target) { return take_word(parse_scope(value.text), target); }

Trouble read(const TomlValue& value, Selection& target) {
  return take_word(parse_selection(value.text), target);
}

Trouble read(const TomlValue& value, CapRule& target) {
  return take_word(parse_cap_rule(value.text), target);
}

Trouble read(const TomlValue& value, Duration& target) {
  const std::string example = "60 or \"1min\"";
  Trouble trouble = value.is_scalar() ? take(parse_duration(value.text), target) : wrong_kind(example);
  if (trouble) {
    trouble->example = example;
  }
  return trouble;
}

Trouble read(const TomlValue& value, bool& target) {
  if (value.kind != TomlValue::Kind::boolean) {
    return wrong_kind("true or false");
  }
  target = value.text == "true";
  return std::nullopt;
}

Trouble read(const TomlValue& value, std::uint64_t& target) {
  return take(parse_count(value.text, 0, std::numeric_limits<std::uint64_t>::max()), target);
}

Trouble read(const TomlValue& value, std::uint32_t& target) {
  std::uint64_t wide = target;
  Trouble trouble = take(parse_count(value.text, 0, std::numeric_limits<std::uint32_t>::max()), wide);
  target = static_cast<std::uint32_t>(wide);
  if (trouble) {
    trouble->example = "250";
  }
  return trouble;
}

Trouble read(const TomlValue& value, std::optional<TimeWaitReuse>& target) {
  return is_text(value) ? take(parse_reuse(value.text), target) : wrong_kind("\"loopback:1s\"");
}

Trouble read(const TomlValue& value, Nat& target);

template <class T>
Trouble read(const TomlValue& value, std::optional<T>& target) {
  if (is_text(value) && value.text == kNone) {
    target.reset();
    return std::nullopt;
  }
  target.emplace();
  Trouble trouble = read(value, *target);
  if (trouble) {
    trouble->example += " or \"none\"";
  }
  return trouble;
}

Trouble read(const TomlValue& value, std::vector<Duration>& target) {
  if (is_text(value)) {
    return take(parse_waits(value.text), target);
  }
  if (value.kind != TomlValue::Kind::array || value.elements.empty()) {
    return wrong_kind("[3, 6, 12] or \"3s,6s,12s\"");
  }
  target.clear();
  for (const TomlValue& element : value.elements) {
    if (Trouble trouble = read(element, target.emplace_back())) {
      trouble->example = "[3, 6, 12] or \"3s,6s,12s\"";
      return trouble;
    }
  }
  return std::nullopt;
}

using ReadPart = std::function<Trouble(const TomlValue&)>;

/// Reads a part of a table into `target`.
template <class T>
ReadPart into(T& target) {
  return [&target](const TomlValue& value) { return read(value, target); };
}

/// An inline table of which each name has a target.
Trouble read_table(const TomlValue& value, const std::vector<std::pair<std::string_view, ReadPart>>& parts,
                   const std::string& example) {
  if (value.kind != TomlValue::Kind::table) {
    return wrong_kind(example);
  }
  for (std::size_t i = 0; i < value.names.size(); ++i) {
    const auto part = std::find_if(parts.begin(), parts.end(),
                                   [&](const auto& named) { return named.first == value.names[i]; });
    if (part == parts.end()) {
      return Wrong{"has no part " + quoted(value.names[i]), example};
    }
    if (Trouble trouble = part->second(value.elements[i])) {
      trouble->example = example;
      return trouble;
    }
  }
  return std::nullopt;
}

Trouble read(const TomlValue& value, TimeLimits& target) {
  if (is_text(value) && value.text == kNone) {
    target = no_limits();
    return std::nullopt;
  }
  Trouble trouble = read_table(
      value, {{"least", into(target.least)}, {"most", into(target.most)}, {"step", into(target.step)}},
      "{ least = 30, most = 300, step = 1 }");
  if (!trouble && (target.step <= Duration{} || target.least > target.most)) {
    return Wrong{"must have a step above 0, and its least value not above the most",
                 "{ least = 30, most = 300, step = 1 }"};
  }
  return trouble;
}

Trouble read(const TomlValue& value, TcpRules& target) {
  return read_table(value,
                    {{"reset_ends_time_wait", into(target.reset_ends_time_wait)},
                     {"fin_restarts_time_wait", into(target.fin_restarts_time_wait)},
                     {"syn_reopens_time_wait", into(target.syn_reopens_time_wait)}},
                    "{ reset_ends_time_wait = true }");
}

Trouble read(const TomlValue& value, Nat& target) {
  return read_table(value,
                    {{"after_reset", into(target.after_reset)},
                     {"half_open", into(target.half_open)},
                     {"idle", into(target.idle)},
                     {"is_per_host", into(target.is_per_host)}},
                    "{ after_reset = 20, half_open = 25, idle = 240, is_per_host = false }");
}

/// Reads the entries of a file into a profile and gathers what is wrong with them.
class ProfileReader {
 public:
  explicit ProfileReader(const std::string& path) : path_(path) {}

  std::variant<Profile, std::vector<Fault>> read_all(const std::string& content) {
    entries_ = parse_toml(path_, content,
                          "write one number a line: time_wait_s = 60, or ports = \"1024-5000\"", faults_);
    if (faults_.empty()) {
      start_from_base();
      read_numbers();
      report_unknown_keys();
    }
    if (faults_.empty()) {
      check();
    }
    if (!faults_.empty()) {
      return faults_;
    }
    profile_.name = path_;
    return profile_;
  }

 private:
  [[nodiscard]] const TomlEntry* find(std::string_view key) {
    known_.push_back(key);
    std::string name(key);
    std::replace(name.begin(), name.end(), '_', '-');
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const TomlEntry& entry) { return entry.name == name; });
    return found == entries_.end() ? nullptr : &*found;
  }

  template <class T>
  bool read_entry(std::string_view key, T& target) {
    const TomlEntry* entry = find(key);
    if (entry == nullptr) {
      return false;
    }
    if (const Trouble trouble = read(entry->value, target)) {
      faults_.push_back({entry->where, trouble->what, "try " + std::string(key) + " = " + trouble->example});
    }
    return true;
  }

  void start_from_base() {
    std::string base;
    if (!read_entry(kBasedOn, base) || !faults_.empty()) {
      return;
    }
    if (const Profile* profile = find_profile(base)) {
      profile_ = *profile;
      profile_.based_on = base;
      profile_.notes.clear();
      profile_.time_wait_remedy.clear();
      return;
    }
    const std::string_view likely = nearest(base, profile_names());
    faults_.push_back({find(kBasedOn)->where, "there is no profile " + quoted(base),
                       likely.empty() ? "portsim profiles lists them" : "try " + quoted(likely)});
  }

  void read_numbers() {
    profile_.about = "own profile";
    read_entry(kAbout, profile_.about);
    read_entry(kKnob, profile_.time_wait_knob);
    visit_numbers(profile_, [this](std::string_view name, std::string_view, auto& sourced) {
      if (read_entry(name, sourced.value)) {
        const std::string& where = find(name)->where;
        sourced.source = where.substr(0, where.rfind(": "));
        sourced.doubt.clear();
      }
    });
  }

  void report_unknown_keys() {
    for (const TomlEntry& entry : entries_) {
      std::string key = entry.key;
      std::replace(key.begin(), key.end(), '-', '_');
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        const std::string_view likely = nearest(key, known_);
        faults_.push_back({entry.where, "a profile has no such number",
                           likely.empty() ? "portsim profiles nt4 --format toml shows all of them"
                                          : "did you mean " + std::string(likely) + "?"});
      }
    }
  }

  void check() {
    std::string missing;
    visit_numbers(profile_, [&](std::string_view name, std::string_view, const auto& sourced) {
      if (sourced.source.empty()) {
        missing += (missing.empty() ? "" : ", ") + std::string(name);
      }
    });
    if (!missing.empty()) {
      faults_.push_back({path_, "lacks " + missing,
                         "add what is missing, or name the profile that has it: based_on = \"nt4\""});
      return;
    }
    const TimeLimits& limits = profile_.time_wait_limits.value;
    const Duration time_wait = profile_.time_wait.value;
    if (time_wait < limits.least || time_wait > limits.most || time_wait % limits.step != Duration{}) {
      faults_.push_back(
          {path_, "time_wait_s " + seconds_text(time_wait.count()) + " lies outside of time_wait_limits_s",
           "set both, or time_wait_limits_s = \"none\""});
    }
  }

  const std::string& path_;
  std::vector<TomlEntry> entries_;
  std::vector<std::string_view> known_;
  Profile profile_;
  std::vector<Fault> faults_;
};

/// `text` as a TOML string.
std::string toml_string(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '"' || c == '\\' ? "\\" : "";
    escaped += c;
  }
  return quoted(escaped);
}

/// A value as `read` takes it, by its type.
struct TomlText {
  std::string operator()(const std::vector<PortRange>& ports) const { return quoted(ranges_text(ports)); }
  std::string operator()(Scope scope) const { return quoted(scope_text(scope)); }
  std::string operator()(Selection selection) const { return quoted(selection_text(selection)); }
  std::string operator()(CapRule rule) const { return quoted(cap_rule_text(rule)); }
  std::string operator()(Duration time) const { return seconds_text(time.count()); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::uint64_t count) const { return std::to_string(count); }
  std::string operator()(std::uint32_t count) const { return std::to_string(count); }
  std::string operator()(const std::string& text) const { return toml_string(text); }
  std::string operator()(const std::optional<TimeWaitReuse>& reuse) const {
    return quoted(reuse_text(reuse));
  }
  std::string operator()(const TimeLimits& limits) const {
    if (limits == no_limits()) {
      return quoted(kNone);
    }
    return "{ least = " + (*this)(limits.least) + ", most = " + (*this)(limits.most) +
           ", step = " + (*this)(limits.step) + " }";
  }
  std::string operator()(const TcpRules& rules) const {
    return "{ reset_ends_time_wait = " + (*this)(rules.reset_ends_time_wait) +
           ", fin_restarts_time_wait = " + (*this)(rules.fin_restarts_time_wait) +
           ", syn_reopens_time_wait = " + (*this)(rules.syn_reopens_time_wait) + " }";
  }
  std::string operator()(const Nat& nat) const {
    return "{ after_reset = " + (*this)(nat.after_reset) + ", half_open = " + (*this)(nat.half_open) +
           ", idle = " + (*this)(nat.idle) + ", is_per_host = " + (*this)(nat.is_per_host) + " }";
  }
  std::string operator()(const std::vector<Duration>& waits) const {
    std::string text;
    for (const Duration wait : waits) {
      text += (text.empty() ? "[" : ", ") + (*this)(wait);
    }
    return text + "]";
  }
  template <class T>
  std::string operator()(const std::optional<T>& value) const {
    return value ? (*this)(*value) : quoted(kNone);
  }
};

}  // namespace

bool is_profile_file(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".toml");
}

std::variant<Profile, std::vector<Fault>> parse_profile(const std::string& path, const std::string& content) {
  return ProfileReader(path).read_all(content);
}

std::variant<Profile, std::vector<Fault>> read_profile_file(const std::string& path,
                                                            const std::string& where) {
  std::string content;
  if (const std::string problem = read_whole(path, content); !problem.empty()) {
    return std::vector<Fault>{{where, "cannot be read: " + problem,
                               "portsim profiles nt4 --format toml prints a profile to start from"}};
  }
  return parse_profile(path, content);
}

std::vector<std::pair<std::string, std::string>> describe_stack(const Stack& stack) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto add = [&](std::string_view name, const auto& value) {
    const std::string text = TomlText{}(value);
    pairs.emplace_back(name, text.starts_with('"') ? text.substr(1, text.size() - 2) : text);
  };
  add(kKnob, stack.time_wait_knob);
  const Profile profile = profile_of(stack);
  visit_numbers(profile, [&](std::string_view name, std::string_view, const auto& sourced) {
    add(name, sourced.value);
  });
  return pairs;
}

std::variant<Stack, std::vector<Fault>> described_stack(
    const std::string& name, const std::vector<std::pair<std::string, std::string>>& description) {
  std::string toml;
  for (const auto& [key, text] : description) {
    const bool is_bare = text.starts_with('[') || text.starts_with('{') || text == "true" || text == "false";
    toml += key + " = " + (is_bare ? text : quoted(text)) + "\n";
  }
  auto read = parse_profile(name, toml);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    return *faults;
  }
  return stack_of(std::get<Profile>(read));
}

std::string profile_toml(const Profile& profile) {
  std::string text = "# " + profile.name + ": " + profile.about + ". Times are in seconds.\n";
  const std::string& base = is_profile_file(profile.name) ? profile.based_on : profile.name;
  text += base.empty() ? "" : std::string(kBasedOn) + " = " + TomlText{}(base) + "\n";
  if (!profile.time_wait_knob.empty()) {
    text += std::string(kKnob) + " = " + TomlText{}(profile.time_wait_knob) + "\n";
  }
  visit_numbers(profile, [&](std::string_view name, std::string_view, const auto& sourced) {
    text += "\n# " + sourced.source + "\n";
    text += sourced.doubt.empty() ? "" : "# But: " + sourced.doubt + "\n";
    text += std::string(name) + " = " + TomlText{}(sourced.value) + "\n";
  });
  return text;
}

}  // namespace portsim
