#include "cli/output_settings.hpp"

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/memory_limit.hpp"
#include "cli/option_table.hpp"
#include "cli/output_file.hpp"
#include "cli/plot_file.hpp"
#include "cli/setting_reader.hpp"
#include "scenario/condition.hpp"
#include "scenario/value_text.hpp"
#include "study/batches.hpp"
#include "study/run_cost.hpp"

namespace portsim::cli {
namespace {

constexpr std::uint64_t kMostJobs = 4096;
constexpr std::uint64_t kStackBytes = 8'400'000;     // of a thread, on Linux
constexpr std::uint64_t kMostUntil = 1000;           // where --until stands without --replications
constexpr std::uint64_t kMostOutages = 100'000'000;  // 3 GB of them

Parsed<Shard> parse_share(std::string_view text) {
  const auto shard = parse_shard(text);
  return shard ? Parsed<Shard>(*shard)
               : Wrong{quoted(text) + " is not a share K/N, with K from 1 to N and N up to " +
                           std::to_string(kMostCells),
                       "1/8"};
}

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

Parsed<EmitWish> parse_emit(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view form = text.substr(0, colon);
  EmitWish wish{.text = std::string(text), .form = SettingForm::registry, .name = ""};
  wish.name = text.substr(std::min(colon + 1, text.size()));
  if (form == "netsh") {
    wish.form = SettingForm::netsh;
  } else if (form == "sysctl") {
    wish.form = SettingForm::sysctl;
  } else if (form != "reg") {
    return Wrong{quoted(form) + " is no form of settings: reg, netsh or sysctl", "reg"};
  }
  return wish;
}

Parsed<ColorUse> parse_color(std::string_view text) {
  if (text == "auto") {
    return ColorUse::on_terminals;
  }
  if (text == "always") {
    return ColorUse::always;
  }
  if (text == "never") {
    return ColorUse::never;
  }
  return Wrong{quoted(text) + " is none of auto, always and never", "never"};
}

/// `ci95(failure_ratio)<0.001`.
Parsed<Precision> parse_precision(std::string_view text) {
  constexpr std::string_view kExample = "'ci95(failure_ratio)<0.001'";
  constexpr std::string_view kStart = "ci95(";
  const std::size_t close = text.find(")<");
  if (!text.starts_with(kStart) || close == std::string_view::npos) {
    return Wrong{quoted(text) + " is not a precision: ci95(NAME)<NUMBER", std::string(kExample)};
  }
  const std::string_view name = text.substr(kStart.size(), close - kStart.size());
  const auto* const found = std::find(kMeasureNames.begin(), kMeasureNames.end(), name);
  if (found == kMeasureNames.end()) {
    const std::string_view near = nearest(name, kMeasureNames);
    return Wrong{quoted(name) + " is no mean of replications",
                 "'ci95(" + std::string(near.empty() ? kMeasureNames[3] : near) + ")<0.001'"};
  }
  const Parsed<double> number = parse_number(text.substr(close + 2), std::string(kExample));
  if (const Wrong* wrong = std::get_if<Wrong>(&number)) {
    return *wrong;
  }
  if (std::get<double>(number) <= 0) {
    return Wrong{quoted(text) + " can never be reached: no interval is narrower than 0",
                 std::string(kExample)};
  }
  return Precision{static_cast<Measure>(found - kMeasureNames.begin()), std::get<double>(number)};
}

void read_replications(SettingReader& reader, OutputSettings& settings) {
  if (const auto setting = reader.one("batches")) {
    settings.batches =
        reader.value(*setting, parse_count(setting->value, kLeastBatches, kMostBatches)).value_or(0);
  }
  const auto until = reader.one("until");
  const auto most = reader.one("replications");
  if (!until && !most) {
    return;
  }
  ReplicationGoal goal{.most = kMostUntil, .until = {}};
  if (most) {
    goal.most = reader.value(*most, parse_count(most->value, 1, kMostReplications)).value_or(kMostUntil);
  }
  if (until) {
    goal.until = reader.value(*until, parse_precision(until->value));
    if (goal.most < kLeastReplications) {
      reader.fault(*until, "looks at " + std::to_string(kLeastReplications) + " replications at least",
                   "leave out --replications, or give a larger bound");
    }
  }
  if (goal.most > 1) {
    settings.replications = goal;
  }
}

void read_timeline(SettingReader& reader, OutputSettings& settings) {
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

void read_plot(SettingReader& reader, OutputSettings& settings) {
  settings.plot = reader.file_name("plot");
  if (!settings.plot || settings.plot->empty()) {
    return;
  }
  const Setting setting = reader.all("plot").front();
  const std::optional<PlotForm> form = plot_form(*settings.plot);
  if (!form) {
    reader.fault(setting, "the name tells no form of picture", "end it in .svg, .html or .png");
  } else if (*form == PlotForm::png && !can_make_png()) {
    reader.fault(setting, "rsvg-convert, which makes PNG, is not on the PATH",
                 "install it (Debian: librsvg2-bin), or name a .svg or .html file");
  }
}

void read_sweep(SettingReader& reader, OutputSettings& settings) {
  if (const auto setting = reader.one("jobs")) {
    settings.jobs =
        static_cast<unsigned>(reader.value(*setting, parse_count(setting->value, 1, kMostJobs)).value_or(0));
    if (settings.jobs * kStackBytes > memory_limit().bytes) {
      reader.fault(*setting,
                   "the stacks of so many threads take " +
                       size_text(static_cast<double>(settings.jobs * kStackBytes)) + ", and " +
                       memory_limit().place + " allows " +
                       size_text(static_cast<double>(memory_limit().bytes)),
                   "more jobs than cores gain nothing: leave it out");
    }
  }
  settings.advice = reader.one("advice").has_value();
  if (const auto setting = reader.one("shard")) {
    settings.shard = reader.value(*setting, parse_share(setting->value));
    if (settings.is_format_given && settings.format == Format::text) {
      reader.fault(*setting, "tables cannot be merged", "use --format csv or --format json");
    }
  }
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
void check_files(SettingReader& reader, const OutputSettings& settings,
                 const std::vector<std::string>& inputs) {
  for (const std::string_view name : {"output", "timeline", "plot", "resume"}) {
    for (const Setting& setting : reader.all(name)) {
      for (const std::string& input : inputs) {
        if (is_same_file(setting.value, input)) {
          reader.fault(setting, "would overwrite the input " + input, "choose another name");
        }
      }
    }
  }
  if (settings.plot && settings.timeline && is_same_file(*settings.plot, *settings.timeline)) {
    reader.fault(reader.all("plot").front(), "the timeline goes there already", "choose another name");
  }
  if (settings.plot && settings.writes_result() &&
      is_same_file(settings.output.value_or("-"), *settings.plot)) {
    reader.fault(reader.all("plot").front(), "the result goes there already", "choose another name");
  }
  if (settings.timeline && settings.writes_result() &&
      is_same_file(settings.output.value_or("-"), *settings.timeline)) {
    reader.fault(reader.all("timeline").front(), "the result goes there already",
                 settings.output ? "choose another name" : "add --quiet, or choose another name");
  }
}

void read_emit(SettingReader& reader, OutputSettings& settings) {
  const auto setting = reader.one("emit");
  if (!setting) {
    return;
  }
  settings.emit = reader.value(*setting, parse_emit(setting->value));
  if (settings.format != Format::text) {
    reader.fault(*setting, "writes a form of its own, not that of --format", "leave out one of the two");
  }
  if (!settings.writes_result()) {
    reader.fault(*setting, "writes nothing with --quiet", "leave out one of the two, or add -o FILE");
  }
}

}  // namespace

unsigned OutputSettings::threads() const {
  return jobs > 0 ? jobs : std::max(std::thread::hardware_concurrency(), 1U);
}

OutputSettings read_output_settings(const std::vector<std::vector<Setting>>& levels,
                                    const std::vector<std::string>& inputs, std::vector<Fault>& faults) {
  SettingReader reader(levels, faults);
  OutputSettings settings;
  if (const auto setting = reader.one("format")) {
    settings.format = reader.value(*setting, parse_format(setting->value)).value_or(Format::text);
    settings.is_format_given = true;
  }
  settings.output = reader.file_name("output");
  read_timeline(reader, settings);
  read_plot(reader, settings);
  if (const auto setting = reader.one("outages")) {
    settings.outages = reader.value(*setting, parse_count(setting->value, 0, kMostOutages)).value_or(0);
  }
  settings.fingerprint = reader.one("fingerprint").has_value();
  settings.quiet = reader.one("quiet").has_value();
  if (const auto setting = reader.one("color")) {
    settings.color = reader.value(*setting, parse_color(setting->value)).value_or(ColorUse::on_terminals);
  }
  for (const Setting& setting : reader.all("fail-if")) {
    if (auto condition = reader.value(setting, parse_condition(setting.value))) {
      settings.fail_if.push_back(std::move(*condition));
    }
  }
  read_emit(reader, settings);
  read_replications(reader, settings);
  read_sweep(reader, settings);
  if (const auto setting = reader.one("tolerance")) {
    settings.tolerance = reader.value(*setting, parse_number(setting->value, "0.001")).value_or(0);
    if (settings.tolerance >= 1) {
      reader.fault(*setting, "nothing would ever differ: a share is less than 1", "try --tolerance 0.001");
    }
  }
  settings.update = reader.one("update").has_value();
  check_files(reader, settings, inputs);
  return settings;
}

}  // namespace portsim::cli
