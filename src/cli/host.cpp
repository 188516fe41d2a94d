#include "cli/host.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <variant>

#include "cli/host_machine.hpp"
#include "cli/host_snapshots.hpp"
#include "cli/host_wishes.hpp"
#include "cli/input.hpp"
#include "cli/messages.hpp"
#include "cli/option_table.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/terminal.hpp"
#include "report/host_report.hpp"
#include "report/layout.hpp"
#include "scenario/condition.hpp"
#include "study/port_forecast.hpp"
#include "trace/proc_files.hpp"

namespace portsim::cli {
namespace {

/// The stack whose tool writes that form.
std::string profile_of_form(SocketForm form) {
  switch (form) {
    case SocketForm::proc:
    case SocketForm::ss:
    case SocketForm::linux_netstat: return "linux";
    case SocketForm::windows_netstat: return "windows";
    case SocketForm::freebsd_netstat: return "freebsd";
    case SocketForm::macos_netstat: return "macos";
  }
  return "";
}

/// The levels of a machine's scenario: what is known of it without being told stands lowest.
std::vector<std::vector<Setting>> machine_levels(const std::vector<std::vector<Setting>>& levels,
                                                 const Snapshots& snapshots, const HostWishes& wishes) {
  const std::string form_profile = profile_of_form(snapshots.now.form);
  std::vector<std::vector<Setting>> all{
      {{"profile", form_profile, "the profile of " + name_of(snapshots.now.form)},
       {"lifetime", "0", "the host's --lifetime 0"},
       {"rtt", "0", "the host's --rtt 0"}}};
  std::string profile = form_profile;
  for (const std::vector<Setting>& level : scenario_levels(levels)) {
    std::vector<Setting>& kept = all.emplace_back();
    for (const Setting& setting : level) {
      profile = setting.name == "profile" ? setting.value : profile;
      if (setting.name != "rate") {
        kept.push_back(setting);
      }
    }
  }
  if (snapshots.is_live && profile == "linux") {
    all.insert(all.begin() + 1, read_sysctls(wishes.proc));
  }
  return all;
}

/// The files that the settings are from.
std::string settings_source(const std::vector<std::vector<Setting>>& levels, bool has_sysctls,
                            const HostWishes& wishes) {
  std::string text = has_sysctls ? wishes.proc + "/sys" : "";
  for (const std::vector<Setting>& level : levels) {
    for (const Setting& setting : level) {
      if (setting.name == "settings") {
        text += (text.empty() ? "" : ", ") + setting.value;
      }
    }
  }
  return text;
}

void write(const HostReport& report, const OutputSettings& output) {
  if (!output.writes_result()) {
    return;
  }
  const auto file =
      output.output ? std::make_unique<OutputFile>(*output.output) : OutputFile::standard_output();
  switch (output.format) {
    case Format::text:
      write_host_text(report, output.output ? plain_style() : standard_output_style(output.color),
                      file->stream());
      break;
    case Format::json: write_host_json(report, file->stream()); break;
    case Format::csv: write_host_csv(report, file->stream()); break;
  }
  file->finish();
  file->publish();
}

/// The conditions are those of a run: what will happen, from now on.
ExitCode judge(const std::vector<Condition>& conditions, const HostReport& report) {
  Result result;
  if (!report.pools.empty() && report.pools.front().exhausted_after) {
    result.attempts = 1;
    result.failed = 1;
    result.first_failure.emplace();
    result.first_failure->time = TimePoint{*report.pools.front().exhausted_after};
  }
  ExitCode code = ExitCode::done;
  for (const Condition& condition : conditions) {
    if (holds(condition, result)) {
      print_message("--fail-if " + condition.text + ": holds");
      code = ExitCode::condition_held;
    }
  }
  return code;
}

void check_conditions(const std::vector<Condition>& conditions, std::vector<Fault>& faults) {
  for (const Condition& condition : conditions) {
    if (condition.quantity != Condition::Quantity::exhausted &&
        condition.quantity != Condition::Quantity::first_failure) {
      faults.push_back({"--fail-if " + condition.text, "portsim host tells no number of failures",
                        "try --fail-if \"first_failure<10min\""});
    }
  }
}

/// A check must not pass because nothing is known.
void check_rate(const std::vector<Condition>& conditions, const HostReport& report,
                std::vector<Fault>& faults) {
  if (!conditions.empty() && report.rate_source == RateSource::unknown) {
    faults.push_back({"--fail-if " + conditions.front().text,
                      "one list of sockets without timers does not tell the rate",
                      "add --rate 20/s, a second list and --interval 10s, or take the list with ss -tano"});
  }
}

}  // namespace

std::optional<ExitCode> run_host(const Arguments& arguments, std::vector<Fault>& faults) {
  std::vector<std::string> inputs;
  const std::vector<std::vector<Setting>> levels = setting_levels(arguments, inputs, faults);
  const HostWishes wishes = read_host_wishes(levels, faults);
  std::copy_if(wishes.lists.begin(), wishes.lists.end(), std::back_inserter(inputs),
               [](const std::string& path) { return path != "-"; });
  if (wishes.lists.empty()) {
    const std::vector<std::string> read = proc_files(wishes.proc);
    inputs.insert(inputs.end(), read.begin(), read.end());
  }
  const OutputSettings output = read_output_settings(levels, inputs, faults);
  check_conditions(output.fail_if, faults);
  if (!faults.empty()) {
    return std::nullopt;
  }
  const std::optional<Snapshots> snapshots = read_snapshots(wishes, faults);
  if (!snapshots) {
    return std::nullopt;
  }
  const std::vector<std::vector<Setting>> all = machine_levels(levels, *snapshots, wishes);
  auto scenario = host_scenario(all);
  if (const auto* more = std::get_if<std::vector<Fault>>(&scenario)) {
    faults.insert(faults.end(), more->begin(), more->end());
    return std::nullopt;
  }
  HostReport report = report_machine(wishes, *snapshots, all, std::get<ValidScenario>(scenario));
  check_rate(output.fail_if, report, faults);
  if (!faults.empty()) {
    return std::nullopt;
  }
  const bool has_sysctls = all.size() > levels.size() + 1 && !all[1].empty();
  report.settings_from = settings_source(levels, has_sysctls, wishes);
  write(report, output);
  return judge(output.fail_if, report);
}

}  // namespace portsim::cli
