#include "cli/run_command.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/arguments.hpp"
#include "cli/check.hpp"
#include "cli/help.hpp"
#include "cli/help_command.hpp"
#include "cli/host.hpp"
#include "cli/host_ranking.hpp"
#include "cli/input.hpp"
#include "cli/make_report.hpp"
#include "cli/memory_limit.hpp"
#include "cli/merge.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/plot_file.hpp"
#include "cli/profiles.hpp"
#include "cli/progress.hpp"
#include "cli/replay.hpp"
#include "cli/solve.hpp"
#include "cli/sweep.hpp"
#include "cli/terminal.hpp"
#include "portsim/simulate.hpp"
#include "report/emitted.hpp"
#include "report/phrases.hpp"
#include "report/plot/run_plot.hpp"
#include "report/report.hpp"
#include "scenario/condition.hpp"
#include "scenario/machine_settings.hpp"
#include "scenario/value_text.hpp"
#include "study/batches.hpp"
#include "study/replications.hpp"
#include "study/run_cost.hpp"

namespace portsim::cli {
namespace {

constexpr std::int64_t kMostTimelineRows = 100'000'000;

/// A run that is free of faults.
struct Job {
  ValidScenario scenario;
  OutputSettings output;
  std::vector<std::vector<Setting>> levels;  ///< what the scenario was built from, weakest first
  std::optional<Replay> replay;
  std::vector<ReplayedHost> hosts;  ///< of the log, ranked
  bool is_warm_up_auto = false;     ///< the scenario's warm-up is 0, and yet to be found
};

/// Takes --warm-up auto out of the settings, where the strongest --warm-up says so.
bool take_auto_warm_up(std::vector<std::vector<Setting>>& levels) {
  Setting* strongest = nullptr;
  for (std::vector<Setting>& level : levels) {
    for (Setting& setting : level) {
      strongest = setting.name == "warm-up" ? &setting : strongest;
    }
  }
  const bool is_auto = strongest != nullptr && strongest->value == "auto";
  if (is_auto) {
    strongest->value = "0";
  }
  return is_auto;
}

/// What no machine could end, hold or store is refused.
void check_size(const ValidScenario& scenario, const OutputSettings& output, std::vector<Fault>& faults) {
  const std::uint64_t runs = output.replications ? output.replications->most : 1;
  const RunLimits limits{.bytes = memory_limit().bytes,
                         .memory_place = memory_limit().place,
                         .runs = output.replications && output.replications->until ? 1 : runs,
                         .at_once = std::min<std::uint64_t>(output.threads(), runs)};
  if (auto excess = find_excess(scenario, limits)) {
    faults.push_back(*std::move(excess));
  }
  const Duration window = scenario->duration - scenario->warm_up;
  if (output.timeline_step > Duration{} && window / *output.timeline_step > kMostTimelineRows) {
    faults.push_back({"--timeline-step " + duration_text(*output.timeline_step),
                      "the timeline would have " +
                          grouped(static_cast<std::uint64_t>(window / *output.timeline_step)) +
                          " rows, and " + grouped(kMostTimelineRows) + " are the most, some 6 GB",
                      "try a longer step, or a shorter --duration"});
  }
}

std::string_view form_word(SettingForm form) {
  switch (form) {
    case SettingForm::registry: return "reg";
    case SettingForm::netsh: return "netsh";
    case SettingForm::sysctl: return "sysctl";
    case SettingForm::other: break;
  }
  return "";
}

/// What can be asked for with --emit: settings of `form`, or the forms that there are.
std::string emit_examples(const std::vector<MachineSetting>& settings, std::optional<SettingForm> form) {
  std::vector<std::string> words;
  for (const MachineSetting& setting : settings) {
    std::string word(form_word(setting.form));
    if (form) {
      word = setting.form == *form ? word + ":" + setting.name : "";
    }
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
      words.push_back(std::move(word));
    }
  }
  std::string text;
  for (std::size_t index = 0; index < words.size(); ++index) {
    text += (index == 0 ? "" : index + 1 == words.size() ? " or " : ", ") + words[index];
  }
  return text;
}

/// A setting that the profile has not got can never be the answer.
void check_emit(const EmitWish& wish, const std::string& profile_name, std::vector<Fault>& faults) {
  const std::optional<Profile> profile = profile_of_name(profile_name);
  const std::vector<MachineSetting> settings =
      profile ? settings_for_advice(*profile) : std::vector<MachineSetting>();
  const std::string names = emit_examples(settings, wish.form);
  const std::string forms = emit_examples(settings, std::nullopt);
  const std::string where = "--emit " + wish.text;
  const bool is_named = wish.text.find(':') != std::string::npos;
  const auto is_meant = [&](const MachineSetting& setting) {
    return setting.form == wish.form && setting.name == wish.name;
  };
  if (forms.empty()) {
    faults.push_back({where, "no setting of profile " + profile_name + " can be written as a file",
                      "leave it out: the report tells what would fix it"});
  } else if (names.empty()) {
    faults.push_back(
        {where, "profile " + profile_name + " has no settings of that form", "try --emit " + forms});
  } else if (is_named && std::none_of(settings.begin(), settings.end(), is_meant)) {
    faults.push_back({where,
                      quoted(wish.name) + " is no setting that could fix a run of profile " + profile_name,
                      "try --emit " + names});
  }
}

/// Everything that can be wrong with the input is found here, and all of it at once.
std::optional<Job> prepare(const Arguments& arguments, std::vector<Fault>& faults) {
  std::vector<std::string> inputs;
  const std::vector<std::vector<Setting>> levels = setting_levels(arguments, inputs, faults);
  std::optional<Replay> replay;
  if (arguments.command == Command::replay) {
    replay = read_replay(arguments.operands, levels, inputs, faults);
  }
  const OutputSettings output = read_output_settings(levels, inputs, faults);
  std::vector<std::vector<Setting>> for_scenario = scenario_levels(levels);
  if (replay && replay->log) {
    for_scenario.insert(for_scenario.begin(), log_defaults());
  }
  const bool is_warm_up_auto = take_auto_warm_up(for_scenario);
  auto built =
      build_scenario(for_scenario, replay ? std::optional<RecordedLoad>(replay->load) : std::nullopt);
  if (const auto* more = std::get_if<std::vector<Fault>>(&built)) {
    const bool rate_was_meant = mentions_rate(faults);
    for (const Fault& fault : *more) {
      if (fault.where != "--rate" || !rate_was_meant) {
        faults.push_back(fault);
      }
    }
  }
  if (const auto* scenario = std::get_if<ValidScenario>(&built)) {
    check_size(*scenario, output, faults);
    if (output.emit) {
      check_emit(*output.emit, (*scenario)->stack.name, faults);
    }
  }
  if (!faults.empty()) {
    return std::nullopt;
  }
  return Job{.scenario = std::get<ValidScenario>(std::move(built)),
             .output = output,
             .levels = std::move(for_scenario),
             .replay = std::move(replay),
             .hosts = {},
             .is_warm_up_auto = is_warm_up_auto};
}

/// True when the hosts of the log share a translator: they are replayed together then.
bool shares_translator(const Job& job) {
  return job.replay && job.replay->log && job.scenario->nat && !job.replay->is_host_given;
}

/// Finds out whose connections of the log are reported.
void choose_load(Job& job) {
  if (!job.replay || !job.replay->log) {
    return;
  }
  const ConnectionLog& log = *job.replay->log;
  if (shares_translator(job)) {
    job.replay->load = job.replay->load_of_all();
  } else {
    if (log.hosts().size() == 1) {
      return;  // its one replay is the run itself
    }
    job.hosts = rank_hosts(*job.replay, job.levels, job.output.threads());
    if (job.replay->is_host_given) {
      return;
    }
    job.replay->host = job.hosts.front().number;
    job.replay->load = job.replay->load_of(job.replay->host);
  }
  auto built = build_scenario(job.levels, job.replay->load);
  if (auto* scenario = std::get_if<ValidScenario>(&built)) {
    job.scenario = std::move(*scenario);
  }
}

std::optional<ReplaySummary> replay_summary(const Job& job, const Result& result) {
  if (!job.replay || !job.replay->log) {
    return std::nullopt;
  }
  ReplaySummary summary = summary_of(*job.replay, shares_translator(job));
  summary.hosts = job.hosts;
  if (job.replay->log->hosts().size() == 1 && !shares_translator(job)) {
    summary.hosts = {replayed_host(*job.replay, 0, result)};
  }
  return summary;
}

/// Settles --warm-up auto by a run; false if that is too short to tell.
bool find_warm_up(Job& job) {
  if (!job.is_warm_up_auto) {
    return true;
  }
  const auto found = [&] {
    RunProgress progress(*job.scenario, nullptr);
    RunOptions options;
    options.extra_timeline = &progress;
    options.extra_timeline_step = watched_step(job.scenario);
    return portsim::find_warm_up(simulate(job.scenario, options));
  }();
  if (!found) {
    print_faults({{"--warm-up auto", "no start-up phase shows that ends in the first half of the run",
                   "give a longer --duration, or a time"}});
    return false;
  }
  Scenario scenario = *job.scenario;
  scenario.warm_up = *found;
  job.scenario = std::get<ValidScenario>(validate(std::move(scenario)));
  return true;
}

/// The outputs of a run. They are opened before it, and named only when all of them are complete.
class Outputs {
 public:
  explicit Outputs(const OutputSettings& settings) {
    if (settings.output) {
      result_ = std::make_unique<OutputFile>(*settings.output);
    } else if (!settings.quiet) {
      result_ = OutputFile::standard_output();
    }
    if (settings.timeline) {
      timeline_ = std::make_unique<OutputFile>(*settings.timeline);
    }
    if (settings.plot) {
      plot_ = std::make_unique<OutputFile>(*settings.plot);
    }
  }

  [[nodiscard]] OutputFile* result() const { return result_.get(); }
  [[nodiscard]] OutputFile* timeline() const { return timeline_.get(); }
  [[nodiscard]] OutputFile* plot() const { return plot_.get(); }

  void publish() {
    for (OutputFile* file : {result(), timeline(), plot()}) {
      if (file != nullptr) {
        file->finish();
      }
    }
    for (OutputFile* file : {result(), timeline(), plot()}) {
      if (file != nullptr) {
        file->publish();
      }
    }
  }

 private:
  std::unique_ptr<OutputFile> result_;
  std::unique_ptr<OutputFile> timeline_;
  std::unique_ptr<OutputFile> plot_;
};

/// What the runs gave, and in how many of them each condition of --fail-if held.
struct Outcome {
  Result result;  ///< of the first
  std::optional<ReplicationResult> replications;
  std::vector<std::uint64_t> held;
};

Outcome run(const Job& job, const Outputs& outputs) {
  RunOptions options;
  options.outage_list_limit = job.output.outages;
  options.fingerprint = job.output.fingerprint || job.output.replications;  // these are compared by it
  std::optional<TimelineWriter> writer;
  if (OutputFile* file = outputs.timeline()) {
    writer.emplace(file->stream());
    options.extra_timeline_step = job.output.timeline_step.value_or(Duration{});
  }
  Outcome outcome;
  outcome.held.resize(job.output.fail_if.size());
  const auto judge = [&](const Result& result) {
    for (std::size_t index = 0; index < outcome.held.size(); ++index) {
      outcome.held[index] += holds(job.output.fail_if[index], result) ? 1 : 0;
    }
  };
  if (!job.output.replications) {
    RunProgress progress(*job.scenario, writer ? &*writer : nullptr);
    options.extra_timeline = &progress;
    if (!writer) {
      options.extra_timeline_step = watched_step(job.scenario);
    }
    outcome.result = simulate(job.scenario, options);
    judge(outcome.result);
    return outcome;
  }
  options.extra_timeline = writer ? &*writer : nullptr;
  Progress progress(job.output.replications->most, "replications");
  std::uint64_t made = 0;
  Replicated replicated = replicate(job.scenario, options, *job.output.replications, job.output.threads(),
                                    [&](const Result& result) {
                                      judge(result);
                                      progress.show(++made);
                                    });
  progress.clear();
  outcome.result = std::move(replicated.first);
  outcome.replications = replicated.all;
  if (!replicated.is_precise) {
    print_message("warning: --until is not reached after " + counted(replicated.all.count, "replication"));
  }
  return outcome;
}

/// The options of the log with which the run can be repeated: whose connections, and by which rules.
std::vector<std::pair<std::string, std::string>> log_options(const Job& job) {
  if (!job.replay) {
    return {};
  }
  std::vector<std::pair<std::string, std::string>> options = job.replay->options;
  const bool is_chosen = job.replay->log && !job.replay->is_host_given && job.replay->log->hosts().size() > 1;
  if (is_chosen && !shares_translator(job)) {
    options.emplace_back("host", job.replay->log->hosts()[job.replay->host]);
  }
  return options;
}

void write_result(const Job& job, const Report& report, OutputFile& file) {
  switch (job.output.format) {
    case Format::text:
      write_text(report, job.output.output ? plain_style() : standard_output_style(job.output.color),
                 file.stream());
      break;
    case Format::json: write_json(report, file.stream()); break;
    case Format::csv: write_csv(report, file.stream()); break;
  }
}

/// The text report holds the warnings about the run itself.
void warn(const Job& job, const Report& report) {
  if (job.replay && job.replay->log) {
    for (const std::string& warning : log_warnings(*job.replay->log)) {
      print_message("warning: " + warning);
    }
  }
  if (job.output.format == Format::text && job.output.writes_result()) {
    return;
  }
  for (const std::string& warning : warnings(report)) {
    print_message("warning: " + warning);
  }
}

/// The change that --emit asks for; null if there is none.
const Advice* chosen_advice(const EmitWish& wish, const std::vector<Advice>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Advice& advice) {
    const std::vector<MachineSetting>& settings = advice.settings;
    return !settings.empty() &&
           std::all_of(settings.begin(), settings.end(),
                       [&](const MachineSetting& setting) { return setting.form == wish.form; }) &&
           (wish.name.empty() ||
            std::any_of(settings.begin(), settings.end(),
                        [&](const MachineSetting& setting) { return setting.name == wish.name; }));
  });
  return found == all.end() ? nullptr : &*found;
}

/// Writes the change that --emit asks for; false, and says why, if there is none.
bool emit_advice(const EmitWish& wish, const Report& report, OutputFile& file) {
  const std::vector<Advice>& all = report.remedies->advice;
  const Advice* const advice = chosen_advice(wish, all);
  if (advice == nullptr) {
    print_message("--emit " + wish.text + ": no such setting of profile " + report.scenario->stack.name +
                  (all.empty() ? " is known to be needed" : " alone fixes it"));
    return false;
  }
  write_settings(wish.form, report.scenario->stack.name, advice->settings, file.stream());
  return true;
}

/// Each condition that held, in how many replications if there are several.
ExitCode judge(const OutputSettings& output, const Outcome& outcome) {
  ExitCode code = ExitCode::done;
  for (std::size_t index = 0; index < outcome.held.size(); ++index) {
    if (outcome.held[index] > 0) {
      print_message("--fail-if " + output.fail_if[index].text + ": holds" +
                    (outcome.replications ? " in " + grouped(outcome.held[index]) + " of " +
                                                counted(outcome.replications->count, "replication")
                                          : ""));
      code = ExitCode::condition_held;
    }
  }
  return code;
}

ExitCode print_to_standard_output(std::string_view text) {
  const std::unique_ptr<OutputFile> output = OutputFile::standard_output();
  output->stream() << text;
  output->finish();
  return ExitCode::done;
}

Report report_on(const Job& job, Outcome outcome) {
  SearchProgress progress;
  std::optional<ReplaySummary> summary = replay_summary(job, outcome.result);
  return make_report(job.scenario, std::move(outcome.result),
                     {.with_remedies = job.output.writes_result() || job.output.plot,
                      .with_fingerprint = job.output.fingerprint,
                      .replications = outcome.replications,
                      .batches = job.output.batches,
                      .log_options = log_options(job),
                      .replay = std::move(summary),
                      .search_watch = &progress});
}

/// `portsim` and `portsim replay`; empty if there are faults.
std::optional<ExitCode> run_scenario(const Arguments& arguments, std::vector<Fault>& faults) {
  std::optional<Job> job = prepare(arguments, faults);
  if (!job) {
    return std::nullopt;
  }
  Outputs outputs(job->output);
  choose_load(*job);
  if (!find_warm_up(*job)) {
    return ExitCode::bad_input;
  }
  Outcome outcome = run(*job, outputs);
  const ExitCode code = judge(job->output, outcome);
  const Report report = report_on(*job, std::move(outcome));
  warn(*job, report);
  if (OutputFile* file = outputs.result()) {
    if (!job->output.emit) {
      write_result(*job, report, *file);
    } else if (!emit_advice(*job->output.emit, report, *file)) {
      return ExitCode::condition_held;
    }
  }
  if (OutputFile* file = outputs.plot()) {
    write_plot(
        *job->output.plot, *file, [&](std::ostream& out) { write_run_svg(report, out); },
        [&](std::ostream& out) { write_run_page(report, out); });
  }
  outputs.publish();
  return code;
}

/// Runs the command; empty if there are faults.
std::optional<ExitCode> run_named(const Arguments& arguments, std::vector<Fault>& faults) {
  limit_memory(default_memory_limit(), "--max-memory (default)");
  switch (*arguments.command) {
    case Command::run:
    case Command::replay: return run_scenario(arguments, faults);
    case Command::solve: return run_solve(arguments, faults);
    case Command::sweep: return run_sweep(arguments, faults);
    case Command::host: return run_host(arguments, faults);
    case Command::check: return run_check(arguments, faults);
    case Command::merge: return run_merge(arguments, faults);
    case Command::profiles:
      return show_profiles(arguments, faults) ? std::optional(ExitCode::done) : std::nullopt;
    case Command::help: break;
  }
  const std::optional<std::string> text = help_on(arguments, faults);
  return text ? std::optional(print_to_standard_output(*text)) : std::nullopt;
}

}  // namespace

ExitCode run_command(const std::vector<std::string>& words) {
  if (words.empty()) {
    print_raw(short_help(Command::run));
    return ExitCode::bad_input;
  }
  std::vector<Fault> faults;
  const Arguments arguments = split_arguments(words, faults);
  if (!arguments.command) {
    print_faults(faults);
    return ExitCode::bad_input;
  }
  switch (arguments.wish) {
    case Wish::short_help: return print_to_standard_output(short_help(*arguments.command));
    case Wish::help: return print_to_standard_output(full_help(*arguments.command));
    case Wish::version: return print_to_standard_output(version_text());
    case Wish::none: break;
  }
  const std::optional<ExitCode> code = run_named(arguments, faults);
  print_faults(faults);
  return code.value_or(ExitCode::bad_input);
}

}  // namespace portsim::cli
