#include "cli/profile_text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <ostream>

#include "base/number_text.hpp"
#include "report/json_writer.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/stack_text.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {
namespace {

constexpr std::size_t kColumns = 80;

/// A value for people, by its type; `name` tells numbers of one type apart.
struct HumanText {
  std::string_view name{};

  std::string operator()(const std::vector<PortRange>& ports) const {
    return ranges_text(ports) + " (" + counted(count_ports(ports), "port") + ")";
  }
  std::string operator()(Scope scope) const { return scope_text(scope); }
  std::string operator()(Selection selection) const { return selection_text(selection); }
  std::string operator()(CapRule rule) const { return cap_rule_text(rule); }
  std::string operator()(Duration time) const { return seconds_text(time.count()) + " s"; }
  std::string operator()(bool value) const { return yes_no_text(value); }
  std::string operator()(const TimeLimits& limits) const {
    if (limits == no_limits()) {
      return "none";
    }
    const std::string steps = " in steps of " + (*this)(limits.step);
    if (limits.most == kLongestDelay) {
      return "from " + (*this)(limits.least) + " on" + steps;
    }
    return limits.least == limits.most
               ? "fixed at " + (*this)(limits.most)
               : seconds_text(limits.least.count()) + " to " + (*this)(limits.most) + steps;
  }
  std::string operator()(const std::optional<Duration>& time) const {
    return time ? (*this)(*time) : "none: for ever";
  }
  std::string operator()(const std::vector<Duration>& waits) const {
    std::string text;
    for (const Duration wait : waits) {
      text += (text.empty() ? "" : " + ") + seconds_text(wait.count());
    }
    return text + " = " + (*this)(std::accumulate(waits.begin(), waits.end(), Duration{}));
  }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const std::optional<TimeWaitReuse>& reuse) const {
    return reuse ? "after " + (*this)(reuse->age) + (reuse->loopback_only ? ", on the loopback only" : "")
                 : "none";
  }
  std::string operator()(const std::optional<std::uint32_t>& hz) const {
    return hz ? counted(*hz, "tick") + " a second" : "none";
  }
  std::string operator()(const std::optional<std::uint64_t>& count) const {
    if (name == "session_limit") {
      return count ? "above " + counted(*count, "session") : "never logged";
    }
    return count ? counted(*count, "connection") : "none";
  }
  std::string operator()(const TcpRules& rules) const {
    return std::string("an RST ") + (rules.reset_ends_time_wait ? "ends it" : "has no effect") +
           ", a repeated FIN " + (rules.fin_restarts_time_wait ? "starts it anew" : "has no effect") +
           ", a newer SYN " + (rules.syn_reopens_time_wait ? "reopens" : "has no effect");
  }
  std::string operator()(const std::optional<Nat>& nat) const {
    if (!nat) {
      return "none";
    }
    return std::string("ports of ") + (nat->is_per_host ? "each host" : "all hosts together") +
           "; kept after an RST " + (*this)(nat->after_reset) +
           (nat->half_open ? ", half-open " + (*this)(*nat->half_open) : "") +
           (nat->idle ? ", in silence " + (*this)(*nat->idle) : "");
  }
};

/// A value for machines, by its type.
class JsonValue {
 public:
  explicit JsonValue(JsonWriter& writer) : writer_(writer) {}

  void operator()(const std::vector<PortRange>& ports) const { writer_.text(ranges_text(ports)); }
  void operator()(Scope scope) const { writer_.text(scope_text(scope)); }
  void operator()(Selection selection) const { writer_.text(selection_text(selection)); }
  void operator()(CapRule rule) const { writer_.text(cap_rule_text(rule)); }
  void operator()(bool value) const { writer_.flag(value); }
  void operator()(const TimeWaitReuse& reuse) const { writer_.text(reuse_text(reuse)); }
  void operator()(const TcpRules& rules) const {
    writer_.begin_object();
    for (const auto& [name, value] : {std::pair{"reset_ends_time_wait", rules.reset_ends_time_wait},
                                      {"fin_restarts_time_wait", rules.fin_restarts_time_wait},
                                      {"syn_reopens_time_wait", rules.syn_reopens_time_wait}}) {
      writer_.name(name);
      writer_.flag(value);
    }
    writer_.end_object();
  }
  void operator()(const Nat& nat) const {
    writer_.begin_object();
    writer_.name("after_reset_s");
    (*this)(nat.after_reset);
    writer_.name("half_open_s");
    (*this)(nat.half_open);
    writer_.name("idle_s");
    (*this)(nat.idle);
    writer_.name("is_per_host");
    (*this)(nat.is_per_host);
    writer_.end_object();
  }
  void operator()(Duration time) const { writer_.number(seconds_text(time.count())); }
  void operator()(const TimeLimits& limits) const {
    writer_.begin_object();
    for (const auto& [name, value] :
         {std::pair{"least", limits.least}, {"most", limits.most}, {"step", limits.step}}) {
      writer_.name(name);
      (*this)(value);
    }
    writer_.end_object();
  }
  void operator()(const std::vector<Duration>& waits) const {
    writer_.begin_array();
    for (const Duration wait : waits) {
      (*this)(wait);
    }
    writer_.end_array();
  }
  void operator()(const std::string& text) const { writer_.text(text); }
  void operator()(std::uint64_t count) const { writer_.number(integer_text(count)); }
  void operator()(std::uint32_t count) const { writer_.number(integer_text(count)); }
  template <class T>
  void operator()(const std::optional<T>& value) const {
    if (value) {
      (*this)(*value);
    } else {
      writer_.null();
    }
  }

 private:
  JsonWriter& writer_;
};

void write_text_field(JsonWriter& writer, std::string_view name, const std::string& text) {
  writer.name(name);
  if (text.empty()) {
    writer.null();
  } else {
    writer.text(text);
  }
}

void write_profile_json(const Profile& profile, JsonWriter& writer) {
  writer.begin_object();
  write_text_field(writer, "name", profile.name);
  write_text_field(writer, "about", profile.about);
  write_text_field(writer, "time_wait_knob", profile.time_wait_knob);
  writer.name("numbers");
  writer.begin_object();
  visit_numbers(profile, [&](std::string_view name, std::string_view, const auto& sourced) {
    writer.name(name);
    writer.begin_object();
    writer.name("value");
    JsonValue{writer}(sourced.value);
    write_text_field(writer, "source", sourced.source);
    write_text_field(writer, "doubt", sourced.doubt);
    writer.end_object();
  });
  writer.end_object();
  writer.name("notes");
  writer.begin_array();
  for (const Note& note : profile.notes) {
    writer.begin_object();
    write_text_field(writer, "text", note.text);
    write_text_field(writer, "source", note.source);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
}

/// A knob's name as far as the last column of the list has room for it.
std::string clipped(const std::string& name) {
  constexpr std::size_t kRoom = 18;
  return name.size() <= kRoom ? name : name.substr(0, kRoom - 3) + "...";
}

std::array<std::string, 6> list_row(const Profile& profile) {
  const std::vector<PortRange>& ports = profile.ports.value;
  return {profile.name,
          profile.about,
          ports.size() == 1 ? ranges_text(ports) : integer_text(count_ports(ports)) + " ports",
          scope_text(profile.scope.value),
          HumanText{}(profile.time_wait.value),
          profile.time_wait_knob.empty() ? "-" : clipped(profile.time_wait_knob)};
}

}  // namespace

void write_profile_list(std::span<const Profile> profiles, std::ostream& out) {
  constexpr std::string_view kGap = "  ";
  std::vector<std::array<std::string, 6>> rows{{"name", "stack", "ports", "scope", "TIME_WAIT", "set by"}};
  std::transform(profiles.begin(), profiles.end(), std::back_inserter(rows), list_row);
  std::array<std::size_t, 6> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line.append(line.empty() ? "" : kGap).append(row[i]).append(widths[i] - display_width(row[i]), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
  out << "\nportsim profiles NAME shows every number of a profile, with its source.\n";
}

void write_profile(const Profile& profile, std::ostream& out) {
  TextLayout text(out, kColumns);
  text.line(profile.name + ": " + profile.about);
  visit_numbers(profile, [&](std::string_view name, std::string_view label, const auto& sourced) {
    if (sourced.source == kNotTold) {
      return;
    }
    std::string value = HumanText{name}(sourced.value);
    if (label == "TIME_WAIT" && !profile.time_wait_knob.empty()) {
      value += ", set by " + profile.time_wait_knob;
    }
    out << '\n';
    text.row(label, value);
    text.row("", sourced.source);
    if (!sourced.doubt.empty()) {
      text.row("", "But: " + sourced.doubt);
    }
  });
  if (!profile.notes.empty()) {
    text.heading("Known, and not simulated");
    for (const Note& note : profile.notes) {
      text.paragraph("- " + note.text + " (" + note.source + ")", 2);
    }
  }
}

void write_profile_toml(const Profile& profile, std::ostream& out) {
  out << "# A profile for portsim: change what you know better, then --profile ./FILE.toml.\n"
         "# A number that is left out is that of the profile which based_on names.\n";
  std::string toml = profile_toml(profile);
  toml.pop_back();  // the end of the last line
  for (const std::string_view line : split(toml, '\n')) {
    if (!line.starts_with("# ")) {
      out << line << '\n';
      continue;
    }
    for (const std::string& part : wrapped(line.substr(2), kColumns - 2)) {
      out << "# " << part << '\n';
    }
  }
}

void write_profiles_json(std::span<const Profile> profiles, std::ostream& out) {
  JsonWriter writer(out);
  writer.begin_object();
  write_text_field(writer, "schema", "portsim.profiles/1");
  write_text_field(writer, "version", PORTSIM_VERSION);
  writer.name("profiles");
  writer.begin_array();
  for (const Profile& profile : profiles) {
    write_profile_json(profile, writer);
  }
  writer.end_array();
  writer.end_object();
  out << '\n';
}

}  // namespace portsim::cli
