#include "cli/profile_text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <ostream>

#include "base/number_text.hpp"
#include "report/json_writer.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {
namespace {

constexpr std::size_t kColumns = 80;

bool has_limits(const TimeLimits& limits) { return limits.most < kLongestDelay; }

std::uint64_t port_count(const std::vector<PortRange>& ports) {
  return std::accumulate(ports.begin(), ports.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const PortRange& range) {
                           return sum + static_cast<std::uint64_t>(range.last - range.first) + 1;
                         });
}

/// A value for people, by its type.
struct HumanText {
  std::string operator()(const std::vector<PortRange>& ports) const {
    return ranges_text(ports) + " (" + counted(port_count(ports), "port") + ")";
  }
  std::string operator()(Scope scope) const { return scope_text(scope); }
  std::string operator()(Selection selection) const { return selection_text(selection); }
  std::string operator()(Duration time) const { return seconds_text(time.count()) + " s"; }
  std::string operator()(const TimeLimits& limits) const {
    if (!has_limits(limits)) {
      return "none";
    }
    return limits.least == limits.most ? "fixed at " + (*this)(limits.most)
                                       : seconds_text(limits.least.count()) + " to " + (*this)(limits.most) +
                                             " in steps of " + (*this)(limits.step);
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
  std::string operator()(const std::optional<std::uint64_t>& sessions) const {
    return sessions ? "above " + counted(*sessions, "session") : "never logged";
  }
};

/// A value for machines, by its type.
class JsonValue {
 public:
  explicit JsonValue(JsonWriter& writer) : writer_(writer) {}

  void operator()(const std::vector<PortRange>& ports) const { writer_.text(ranges_text(ports)); }
  void operator()(Scope scope) const { writer_.text(scope_text(scope)); }
  void operator()(Selection selection) const { writer_.text(selection_text(selection)); }
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

std::array<std::string, 6> list_row(const Profile& profile) {
  const std::vector<PortRange>& ports = profile.ports.value;
  return {profile.name,
          profile.about,
          ports.size() == 1 ? ranges_text(ports) : integer_text(port_count(ports)) + " ports",
          scope_text(profile.scope.value),
          HumanText{}(profile.time_wait.value),
          profile.time_wait_knob.empty() ? "-" : profile.time_wait_knob};
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
  visit_numbers(profile, [&](std::string_view, std::string_view label, const auto& sourced) {
    std::string value = HumanText{}(sourced.value);
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
