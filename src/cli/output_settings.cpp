#include "cli/output_settings.hpp"

#include <string_view>
#include <utility>

#include "cli/option_table.hpp"
#include "cli/output_file.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {
namespace {

constexpr std::uint64_t kMostJobs = 4096;
constexpr std::uint64_t kMostOutages = 100'000'000;  // 3 GB of them

/// Looks options up in the levels and turns them into values; notes what is wrong.
class Reader {
 public:
  Reader(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults)
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

Parsed<Format> parse_format(std::string_view text) {
  if (text == "text") {
    return Format::text;
  }
  if (text == "json") {
    return Format::json;
  }
  if (text == "csv") {
    return Format::csv;
  }
  return Wrong{quoted(text) + " is not a format: text, json or csv", "json"};
}

void read_timeline(Reader& reader, OutputSettings& settings) {
  settings.timeline = reader.file_name("timeline");
  if (const auto setting = reader.one("timeline-step")) {
    settings.timeline_step = reader.value(*setting, parse_duration(setting->value));
    if (settings.timeline_step == Duration{}) {
      reader.fault(*setting, "a step must be longer than 0", "try --timeline-step 1s");
    }
    if (!settings.timeline) {
      reader.fault(*setting, "has no effect without --timeline", "add --timeline FILE");
    }
  }
}

void read_sweep(Reader& reader, OutputSettings& settings) {
  if (const auto setting = reader.one("jobs")) {
    settings.jobs =
        static_cast<unsigned>(reader.value(*setting, parse_count(setting->value, 1, kMostJobs)).value_or(0));
  }
  settings.advice = reader.one("advice").has_value();
  settings.resume = reader.file_name("resume");
  if (!settings.resume) {
    return;
  }
  const Setting setting = reader.all("resume").front();
  if (settings.output && !is_same_file(*settings.output, *settings.resume)) {
    reader.fault(setting, "completes one file, and --output names another", "keep one of the two");
  }
  if (settings.is_format_given && settings.format == Format::text) {
    reader.fault(setting, "a table cannot be read back", "use --format csv or --format json");
  }
}

/// An output that is also an input, or both outputs in one file, would destroy data.
void check_files(Reader& reader, const OutputSettings& settings, const std::vector<std::string>& inputs) {
  for (const std::string_view name : {"output", "timeline", "resume"}) {
    for (const Setting& setting : reader.all(name)) {
      for (const std::string& input : inputs) {
        if (is_same_file(setting.value, input)) {
          reader.fault(setting, "would overwrite the input " + input, "choose another name");
        }
      }
    }
  }
  if (settings.timeline && settings.writes_result() &&
      is_same_file(settings.output.value_or("-"), *settings.timeline)) {
    reader.fault(reader.all("timeline").front(), "the result goes there already",
                 settings.output ? "choose another name" : "add --quiet, or choose another name");
  }
}

}  // namespace

OutputSettings read_output_settings(const std::vector<std::vector<Setting>>& levels,
                                    const std::vector<std::string>& inputs, std::vector<Fault>& faults) {
  Reader reader(levels, faults);
  OutputSettings settings;
  if (const auto setting = reader.one("format")) {
    settings.format = reader.value(*setting, parse_format(setting->value)).value_or(Format::text);
    settings.is_format_given = true;
  }
  settings.output = reader.file_name("output");
  read_timeline(reader, settings);
  if (const auto setting = reader.one("outages")) {
    settings.outages = reader.value(*setting, parse_count(setting->value, 0, kMostOutages)).value_or(0);
  }
  settings.fingerprint = reader.one("fingerprint").has_value();
  settings.quiet = reader.one("quiet").has_value();
  for (const Setting& setting : reader.all("fail-if")) {
    if (auto condition = reader.value(setting, parse_fail_condition(setting.value))) {
      settings.fail_if.push_back(std::move(*condition));
    }
  }
  read_sweep(reader, settings);
  if (const auto setting = reader.one("tolerance")) {
    settings.tolerance = reader.value(*setting, parse_number(setting->value, "0.001")).value_or(0);
  }
  settings.update = reader.one("update").has_value();
  check_files(reader, settings, inputs);
  return settings;
}

}  // namespace portsim::cli
