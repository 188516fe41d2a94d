#include "cli/solve.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/input.hpp"
#include "cli/make_report.hpp"
#include "cli/memory_limit.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/progress.hpp"
#include "cli/replay.hpp"
#include "cli/setting_reader.hpp"
#include "cli/terminal.hpp"
#include "portsim/solve.hpp"
#include "report/solution.hpp"
#include "study/run_cost.hpp"
#include "study/target_runs.hpp"

namespace portsim::cli {
namespace {

constexpr double kMostEffort = 1e15;

/// A question that is free of faults.
struct Job {
  Lever lever;
  ValidScenario scenario;
  SolveOptions options;
  OutputSettings output;
  std::vector<std::pair<std::string, std::string>> log_options;
  bool has_present_value = true;  ///< false: the rate was left out
};

std::optional<Lever> read_question(const Arguments& arguments, std::vector<Fault>& faults) {
  if (arguments.operands.empty()) {
    return std::nullopt;  // which is a fault already
  }
  const std::string& word = arguments.operands.front();
  std::vector<std::string_view> names;
  for (const Lever lever : kLevers) {
    if (question(lever) == word) {
      return lever;
    }
    names.push_back(question(lever));
  }
  const std::string_view near = nearest(word, names);
  std::string all;
  for (const std::string_view name : names) {
    all.append(all.empty() ? "" : ", ").append(name);
  }
  faults.push_back(
      {quoted(word), "is no question",
       near.empty() ? "ask for one of " + all : "did you mean portsim solve " + std::string(near) + "?"});
  return std::nullopt;
}

SolveOptions read_options(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults) {
  SettingReader reader(levels, faults);
  SolveOptions options;
  if (const auto setting = reader.one("effort")) {
    const auto effort = reader.value(*setting, parse_number(setting->value, "1e8"));
    if (effort && (*effort < 1 || *effort > kMostEffort)) {
      reader.fault(*setting, "must be 1 to 1e15 attempts", "try --effort 1e8");
    } else if (effort) {
      options.effort = static_cast<std::uint64_t>(*effort);
    }
  }
  if (const auto setting = reader.one("means")) {
    options.by_runs = setting->value == "runs";
    if (setting->value != "runs" && setting->value != "auto") {
      reader.fault(*setting, quoted(setting->value) + " is neither auto nor runs", "try --means runs");
    }
  }
  return options;
}

bool is_given(const std::vector<std::vector<Setting>>& levels, std::string_view name) {
  return std::any_of(levels.begin(), levels.end(), [&](const std::vector<Setting>& level) {
    return std::any_of(level.begin(), level.end(),
                       [&](const Setting& setting) { return setting.name == name; });
  });
}

/// What only the whole scenario tells about the question.
void check_question(const ValidScenario& scenario, Lever lever, std::vector<Fault>& faults) {
  const std::string where = "solve " + std::string(question(lever));
  if (lever == Lever::nat_addresses && !scenario->nat) {
    faults.push_back({where, "there is no translator", "name one: --nat azure-nat"});
  } else if (std::holds_alternative<RecordedLoad>(scenario->load) && lever != Lever::delay &&
             lever != Lever::ports && lever != Lever::nat_addresses) {
    faults.push_back({where, "a log says itself when its connections are opened, from where and to where",
                      "ask for max-delay or min-ports"});
  } else if (lever == Lever::rate && steady_load(*scenario) == nullptr) {
    faults.push_back({where, "a schedule says itself at which rate connections are opened",
                      "ask for max-delay or min-ports"});
  } else if (!scenario->target && needs_target(scenario)) {
    faults.push_back({where, "the load is random, so that no value is free of failures for certain",
                      "name a target: --target 'failure_ratio<1e-3'"});
  }
}

/// Everything that can be wrong with the input is found here, before anything runs.
std::optional<Job> prepare(const Arguments& arguments, std::vector<Fault>& faults) {
  const std::optional<Lever> lever = read_question(arguments, faults);
  std::vector<std::string> inputs;
  const std::vector<std::vector<Setting>> levels = setting_levels(arguments, inputs, faults);
  const std::optional<Replay> replay = read_named_log(levels, inputs, faults);
  const OutputSettings output = read_output_settings(levels, inputs, faults);
  const SolveOptions options = read_options(levels, faults);
  std::vector<std::vector<Setting>> for_scenario = scenario_levels(levels);
  if (replay && replay->log) {
    for_scenario.insert(for_scenario.begin(), log_defaults());
  }
  const bool rate_is_free = lever == Lever::rate && !replay && !is_given(levels, "rate");
  if (rate_is_free) {
    for_scenario.insert(for_scenario.begin(), {{"rate", "1/s", "the rate that is asked for"}});
  }
  auto built = build_scenario(for_scenario, replay ? std::optional(replay->load) : std::nullopt);
  if (const auto* more = std::get_if<std::vector<Fault>>(&built)) {
    const bool rate_was_meant = mentions_rate(faults) || !lever;
    std::copy_if(more->begin(), more->end(), std::back_inserter(faults),
                 [&](const Fault& fault) { return fault.where != "--rate" || !rate_was_meant; });
  } else if (lever) {
    const auto& scenario = std::get<ValidScenario>(built);
    check_question(scenario, *lever, faults);
    if (auto excess =
            find_excess(scenario, {.bytes = memory_limit().bytes, .memory_place = memory_limit().place})) {
      faults.push_back(*std::move(excess));
    }
  }
  if (!faults.empty()) {
    return std::nullopt;
  }
  return Job{.lever = *lever,
             .scenario = std::get<ValidScenario>(std::move(built)),
             .options = options,
             .output = output,
             .log_options = replay ? replay->options : std::vector<std::pair<std::string, std::string>>(),
             .has_present_value = !rate_is_free};
}

Answer find_answer(const Job& job) {
  SearchProgress progress;
  SolveOptions options = job.options;
  options.watch = &progress;
  return solve(job.scenario, job.lever, options);
}

void write(const Job& job, const Solution& solution, OutputFile& file) {
  switch (job.output.format) {
    case Format::text:
      write_solution_text(solution,
                          job.output.output ? plain_style() : standard_output_style(job.output.color),
                          file.stream());
      break;
    case Format::json: write_solution_json(solution, file.stream()); break;
    case Format::csv: write_solution_csv(solution, file.stream()); break;
  }
}

/// With --quiet standard output gets the number alone.
void write_number(const Solution& solution) {
  const std::unique_ptr<OutputFile> output = OutputFile::standard_output();
  output->stream() << lever_digits(*solution.answer.value) << '\n';
  output->finish();
}

}  // namespace

std::optional<ExitCode> run_solve(const Arguments& arguments, std::vector<Fault>& faults) {
  const std::optional<Job> job = prepare(arguments, faults);
  if (!job) {
    return std::nullopt;
  }
  std::unique_ptr<OutputFile> file;
  if (job->output.output) {
    file = std::make_unique<OutputFile>(*job->output.output);
  } else if (!job->output.quiet) {
    file = OutputFile::standard_output();
  }
  const Solution solution =
      make_solution(job->scenario, find_answer(*job),
                    {.has_present_value = job->has_present_value, .log_options = job->log_options});
  if (file) {
    write(*job, solution, *file);
    file->finish();
    file->publish();
  }
  if (!solution.answer.value) {
    if (job->output.format != Format::text || !file) {
      print_message("no answer: " + solution.answer.reason);
    }
    return ExitCode::condition_held;
  }
  if (job->output.quiet) {
    write_number(solution);
  }
  return ExitCode::done;
}

}  // namespace portsim::cli
