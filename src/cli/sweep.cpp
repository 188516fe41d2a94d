#include "cli/sweep.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/number_text.hpp"
#include "cli/input.hpp"
#include "cli/make_report.hpp"
#include "cli/memory_limit.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/plot_file.hpp"
#include "cli/progress.hpp"
#include "cli/replay.hpp"
#include "cli/signals.hpp"
#include "cli/sweep_resume.hpp"
#include "cli/terminal.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"
#include "report/plot/heat_map.hpp"
#include "report/report.hpp"
#include "report/sweep_table.hpp"
#include "scenario/condition.hpp"
#include "scenario/settings.hpp"
#include "study/ordered_work.hpp"
#include "study/replications.hpp"
#include "study/shard.hpp"
#include "study/sweep_plan.hpp"

namespace portsim::cli {
namespace {

constexpr std::size_t kMostFaultsShown = 20;

/// A report with every field that a row can have; nothing was run for it.
Report make_model(const ValidScenario& scenario, const OutputSettings& output) {
  Result result;
  if (scenario->nat) {
    result.nat.emplace();
  }
  return {.version = PORTSIM_VERSION,
          .scenario_echo = {},
          .stack_echo = {},
          .nat_echo = {},
          .scenario = scenario,
          .result = std::move(result),
          .theory = {},
          .remedies = output.advice ? std::optional<Remedies>(Remedies{}) : std::nullopt,
          .with_fingerprint = output.fingerprint,
          .replications = output.replications ? std::optional(ReplicationResult{}) : std::nullopt};
}

std::vector<SweepColumn> columns_of(const SweepPlan& plan, const std::optional<Shard>& shard) {
  std::vector<SweepColumn> columns;
  if (shard) {
    columns.push_back({std::string(kShardColumn), 0});
  }
  for (const Axis& axis : plan.axes()) {
    SweepColumn& column = columns.emplace_back(SweepColumn{axis.column, 0});
    for (const PlainValue& value : axis.cells) {
      column.width = std::max(column.width, display_width(value.text));
    }
  }
  return columns;
}

void append_settings(const SweepPlan& plan, std::uint64_t cell, std::vector<FieldValue>& values) {
  const std::vector<std::size_t> at = plan.position(cell);
  for (std::size_t index = 0; index < at.size(); ++index) {
    const PlainValue& value = plan.axes()[index].cells[at[index]];
    values.push_back({value.is_number ? FieldValue::Kind::number : FieldValue::Kind::text, value.text});
  }
}

/// Where nothing else is asked for, people get a table and programs CSV.
SweepForm form_of(const OutputSettings& output) {
  const bool for_people = !output.output && !output.resume && isatty(STDOUT_FILENO) == 1;
  if (!output.is_format_given) {
    return for_people && !output.shard ? SweepForm::table : SweepForm::csv;
  }
  switch (output.format) {
    case Format::text: return SweepForm::table;
    case Format::json: return SweepForm::json_lines;
    case Format::csv: return SweepForm::csv;
  }
  return SweepForm::csv;
}

/// A row, and which of the conditions of --fail-if hold for it.
struct Row {
  std::string text;
  std::vector<bool> held;
  HeatCell heat;  ///< for --plot
};

HeatCell heat_of(const Report& report) {
  HeatCell cell{.failed = report.result.failed,
                .attempts = report.result.attempts,
                .first_failure = std::nullopt,
                .fails_by_theory = std::nullopt};
  if (report.result.first_failure) {
    cell.first_failure = report.result.first_failure->time;
  }
  if (report.theory.fluid_failure_ratio) {
    cell.fails_by_theory = *report.theory.fluid_failure_ratio > 0;
  }
  return cell;
}

/// A sweep that is free of faults.
class Sweep {
 public:
  Sweep(SweepPlan plan, std::optional<RecordedLoad> recorded, OutputSettings output,
        const ValidScenario& fullest)
      : plan_(std::move(plan)),
        recorded_(std::move(recorded)),
        output_(std::move(output)),
        form_(form_of(output_)),
        table_(form_, columns_of(plan_, output_.shard), make_model(fullest, output_),
               !output_.output && standard_output_style(output_.color).color),
        fingerprint_(output_.shard ? sweep_fingerprint(plan_, recorded_, decisive_texts()) : 0) {}

  [[nodiscard]] const SweepPlan& plan() const { return plan_; }
  [[nodiscard]] const OutputSettings& output() const { return output_; }
  [[nodiscard]] const SweepTable& table() const { return table_; }
  [[nodiscard]] SweepForm form() const { return form_; }

  /// How many rows it has; those of a shard are not all cells.
  [[nodiscard]] std::uint64_t rows() const { return shard().cells(plan_.cells()); }

  /// The options of a row as those of a single run.
  [[nodiscard]] std::string name(std::uint64_t row) const { return plan_.name(shard().cell(row)); }

  [[nodiscard]] std::string row_start(std::uint64_t row) const {
    return table_.row_start(leading_values(shard().cell(row)));
  }

  /// Runs the cell of a row; several threads may at once.
  [[nodiscard]] Row run(std::uint64_t row) const {
    const std::uint64_t cell = shard().cell(row);
    const auto built = plan_.build(cell, recorded_);
    const auto& scenario = std::get<ValidScenario>(built);
    ReportParts parts{.with_remedies = output_.advice, .with_fingerprint = output_.fingerprint};
    RunOptions options;
    options.fingerprint = output_.fingerprint;
    Result result = output_.replications ? replicate_cell(scenario, parts) : simulate(scenario, options);
    std::vector<bool> held = judge(result);
    const Report report = make_report(scenario, std::move(result), parts);
    return {table_.row(leading_values(cell), report), std::move(held), heat_of(report)};
  }

  /// The options that all cells share, for the page of --plot, and the logs.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> shared_options() const {
    std::vector<std::pair<std::string, std::string>> shared;
    for (const InputFile& file : recorded_ ? recorded_->files : std::vector<InputFile>{}) {
      shared.emplace_back("replay", file.path);
    }
    const auto first = describe(*std::get<ValidScenario>(plan_.build(0, recorded_)));
    const auto last = describe(*std::get<ValidScenario>(plan_.build(plan_.cells() - 1, recorded_)));
    std::copy_if(first.begin(), first.end(), std::back_inserter(shared), [&](const auto& option) {
      return std::find(last.begin(), last.end(), option) != last.end();
    });
    return shared;
  }

  [[nodiscard]] std::vector<bool> judge(const Result& result) const {
    std::vector<bool> held;
    for (const Condition& condition : output_.fail_if) {
      held.push_back(holds(condition, result));
    }
    return held;
  }

 private:
  /// The cells share the cores; replications of one run one by one.
  [[nodiscard]] Result replicate_cell(const ValidScenario& scenario, ReportParts& parts) const {
    Replicated replicated = replicate(scenario, {}, *output_.replications, 1, [](const Result&) {});
    parts.replications = replicated.all;
    return std::move(replicated.first);
  }

  [[nodiscard]] Shard shard() const { return output_.shard.value_or(Shard{}); }

  /// What decides the rows beside the cells themselves.
  [[nodiscard]] std::vector<std::string> decisive_texts() const {
    std::vector<std::string> texts = table_.columns();
    if (const auto& goal = output_.replications) {
      texts.push_back(std::to_string(goal->most));
      if (goal->until) {
        texts.emplace_back(kMeasureNames[static_cast<std::size_t>(goal->until->measure)]);
        texts.push_back(number_text(goal->until->half_width));
      }
    }
    return texts;
  }

  /// What stands before the result: in a shard the mark, then the values of the options.
  [[nodiscard]] std::vector<FieldValue> leading_values(std::uint64_t cell) const {
    std::vector<FieldValue> values;
    if (output_.shard) {
      const ShardMark mark{fingerprint_, *output_.shard, cell, plan_.cells()};
      values.push_back({FieldValue::Kind::text, to_text(mark)});
    }
    append_settings(plan_, cell, values);
    return values;
  }

  SweepPlan plan_;
  std::optional<RecordedLoad> recorded_;
  OutputSettings output_;
  SweepForm form_;
  SweepTable table_;
  std::uint64_t fingerprint_;  // of a sweep that is shared out
};

/// In how many cells each condition of --fail-if held.
class Tally {
 public:
  explicit Tally(const Sweep& sweep) : sweep_(sweep), counts_(sweep.output().fail_if.size()) {}

  void add(const std::vector<bool>& held) {
    for (std::size_t index = 0; index < counts_.size(); ++index) {
      if (held[index] && counts_[index].cells++ == 0) {
        counts_[index].first = cells_;
      }
    }
    ++cells_;
  }

  [[nodiscard]] ExitCode report() const {
    ExitCode code = ExitCode::done;
    for (std::size_t index = 0; index < counts_.size(); ++index) {
      if (counts_[index].cells > 0) {
        const std::string name = sweep_.name(counts_[index].first);
        print_message("--fail-if " + sweep_.output().fail_if[index].text + ": holds in " +
                      grouped(counts_[index].cells) + " of " + counted(cells_, "cell") +
                      (name.empty() ? "" : ", the first: " + name));
        code = ExitCode::condition_held;
      }
    }
    return code;
  }

 private:
  struct Count {
    std::uint64_t cells = 0;
    std::uint64_t first = 0;
  };
  const Sweep& sweep_;
  std::vector<Count> counts_;
  std::uint64_t cells_ = 0;
};

/// Where a fault stands: `--rate 1, --rate 2 and 3 more`.
std::string places(const CellFault& found) {
  constexpr std::size_t kMostPlaces = 3;
  std::string text = found.fault.where;
  for (std::size_t index = 0; index < std::min(found.elsewhere.size(), kMostPlaces - 1); ++index) {
    text += ", " + found.elsewhere[index];
  }
  const std::size_t more = found.elsewhere.size() + 1 - std::min(found.elsewhere.size() + 1, kMostPlaces);
  return more == 0 ? text : text + " and " + grouped(more) + " more";
}

/// The faults of the cells, each with where it occurs.
void add_cell_faults(const SweepPlan& plan, const SweepCheck& check, std::vector<Fault>& faults) {
  const bool rate_was_meant = mentions_rate(faults);
  std::size_t shown = 0;
  for (const CellFault& found : check.faults) {
    if (found.fault.where == "--rate" && rate_was_meant) {
      continue;
    }
    if (++shown > kMostFaultsShown) {
      faults.push_back({"sweep",
                        grouped(check.faults.size() - kMostFaultsShown) + " more faults are not shown",
                        "each of the above may show in others too"});
      return;
    }
    Fault fault = found.fault;
    fault.where = places(found);
    if (plan.cells() > 1) {
      fault.what += found.cells == plan.cells()
                        ? std::string(" (in all cells)")
                        : " (in " + grouped(found.cells) + " of " + grouped(plan.cells()) +
                              " cells, the first: " + plan.name(found.first_cell) + ")";
    }
    faults.push_back(std::move(fault));
  }
}

/// A map has two sides, and every cell of it is run now.
void check_plot(const SweepPlan& plan, const OutputSettings& output, std::vector<Fault>& faults) {
  if (!output.plot) {
    return;
  }
  const std::string where = "--plot " + *output.plot;
  const bool has_two_sides =
      plan.axes().size() == 2 && plan.axes()[0].cells.size() > 1 && plan.axes()[1].cells.size() > 1;
  if (!has_two_sides) {
    faults.push_back({where, "a sweep is drawn over two options with several values each",
                      "for example --rate 5..50:5/s --delay 30,60,120,240"});
  }
  if (output.resume || output.shard) {
    faults.push_back({where, "draws a sweep that runs whole", "leave out --resume and --shard"});
  }
}

HeatMap empty_map(const Sweep& sweep) {
  const SweepPlan& plan = sweep.plan();
  HeatMap map{.across = plan.axes()[1].column,
              .upward = plan.axes()[0].column,
              .across_values = {},
              .upward_values = {},
              .cells = {},
              .scenario = sweep.shared_options(),
              .version = PORTSIM_VERSION};
  for (const PlainValue& value : plan.axes()[1].cells) {
    map.across_values.push_back(value.text);
  }
  for (const PlainValue& value : plan.axes()[0].cells) {
    map.upward_values.push_back(value.text);
  }
  return map;
}

/// Everything that can be wrong with the input is found here, before anything runs.
std::unique_ptr<Sweep> prepare(const Arguments& arguments, std::vector<Fault>& faults) {
  std::vector<std::string> inputs;
  const std::vector<std::vector<Setting>> levels = setting_levels(arguments, inputs, faults);
  const std::optional<Replay> replay = read_named_log(levels, inputs, faults);
  std::optional<RecordedLoad> recorded = replay ? std::optional(replay->load) : std::nullopt;
  OutputSettings output = read_output_settings(levels, inputs, faults);
  if (output.replications && !output.fail_if.empty()) {
    faults.push_back({"--fail-if " + output.fail_if.front().text,
                      "is not judged over --replications in a sweep",
                      "leave it out, and read the columns replications.*"});
  }
  const std::size_t faults_before = faults.size();
  std::vector<std::vector<Setting>> for_scenario = scenario_levels(levels);
  if (replay && replay->log) {
    for_scenario.insert(for_scenario.begin(), log_defaults());
  }
  SweepPlan plan(for_scenario, faults);
  if (faults.size() > faults_before) {
    return nullptr;  // the cells are not known
  }
  if (plan.cells() > kMostCells) {
    faults.push_back({"sweep", "these values make more than " + grouped(kMostCells) + " combinations",
                      "give fewer values, or run parts of the sweep one by one"});
    return nullptr;
  }
  check_plot(plan, output, faults);
  const RunLimits limits{
      .bytes = memory_limit().bytes,
      .memory_place = memory_limit().place,
      .runs = output.replications && !output.replications->until ? output.replications->most : 1,
      .at_once = std::min<std::uint64_t>(output.threads(), plan.cells())};
  const std::uint64_t cells_run = output.shard.value_or(Shard{}).cells(plan.cells());
  if (auto excess = find_excess_of_runs(static_cast<double>(limits.runs) * static_cast<double>(cells_run))) {
    faults.push_back(*std::move(excess));
    return nullptr;
  }
  Progress progress(plan.cells(), "cells looked at");
  const SweepCheck check = check_cells(plan, recorded, output.threads(), limits, [&](std::uint64_t cells) {
    progress.show(std::min(cells, plan.cells()));
  });
  progress.clear();
  add_cell_faults(plan, check, faults);
  if (!faults.empty()) {
    return nullptr;
  }
  const auto fullest = plan.build(check.fullest, recorded);
  return std::make_unique<Sweep>(std::move(plan), std::move(recorded), std::move(output),
                                 std::get<ValidScenario>(fullest));
}

/// What the file of --resume holds already. Says what is wrong with it.
std::optional<Fault> resume(const Sweep& sweep, RowsOnFile& found, Tally& tally) {
  const std::string& path = *sweep.output().resume;
  const std::vector<std::string> columns = sweep.table().columns();
  const ExpectedRows expected{.rows = sweep.rows(),
                              .start = [&](std::uint64_t row) { return sweep.row_start(row); },
                              .whole = [&](std::uint64_t row) { return sweep.run(row).text; }};
  std::optional<std::uint64_t> damaged;
  std::uint64_t row = 0;
  auto fault = read_rows(
      path, sweep.table(), expected,
      [&](const std::string& line) {
        ++row;
        if (sweep.output().fail_if.empty()) {
          tally.add({});
        } else if (const auto result = judged_part(sweep.form(), columns, line)) {
          tally.add(sweep.judge(*result));
        } else {
          damaged = damaged.value_or(row);
        }
      },
      found);
  if (!fault && damaged) {
    fault = Fault{"--resume " + path, "its row " + grouped(*damaged) + " is damaged",
                  "remove it and all behind it"};
  }
  return fault;
}

std::unique_ptr<OutputFile> open_output(const OutputSettings& output, std::uint64_t kept_bytes) {
  if (output.resume) {
    return OutputFile::in_place(*output.resume, kept_bytes);
  }
  if (output.output) {
    return OutputFile::in_place(*output.output, 0);
  }
  return output.quiet ? nullptr : OutputFile::standard_output();
}

/// Runs the cells of the rows from `first` on and writes their rows in order. Only this thread takes signals,
/// and none while a row is being written.
void run_cells(const Sweep& sweep, std::uint64_t first, OutputFile* file, Tally& tally,
               std::vector<HeatCell>& heat) {
  constexpr std::chrono::milliseconds kPatience{250};
  const std::uint64_t rows = sweep.rows();
  std::optional<OrderedWork<Row>> work;
  {
    const SignalBlock block;
    work.emplace(first, rows, sweep.output().threads(),
                 [&sweep](std::uint64_t row) { return sweep.run(row); });
  }
  Progress progress(rows - first, "rows");
  while (!work->is_done()) {
    if (const std::optional<Row> row = work->next(kPatience)) {
      tally.add(row->held);
      if (sweep.output().plot) {
        heat.push_back(row->heat);
      }
      if (file != nullptr) {
        progress.clear();
        file->write_whole(row->text);
        if (file->is_reader_gone()) {
          return;
        }
      }
    }
    progress.show(work->made());
  }
}

}  // namespace

std::optional<ExitCode> run_sweep(const Arguments& arguments, std::vector<Fault>& faults) {
  const std::unique_ptr<Sweep> sweep = prepare(arguments, faults);
  if (!sweep) {
    return std::nullopt;
  }
  Tally tally(*sweep);
  RowsOnFile found;
  if (sweep->output().resume) {
    if (auto fault = resume(*sweep, found, tally)) {
      faults.push_back(*std::move(fault));
      return std::nullopt;
    }
  }
  const std::unique_ptr<OutputFile> file = open_output(sweep->output(), found.bytes);
  if (file && found.bytes == 0) {
    file->write_whole(sweep->table().head());
  }
  const auto plot = sweep->output().plot ? std::make_unique<OutputFile>(*sweep->output().plot) : nullptr;
  std::vector<HeatCell> heat;
  run_cells(*sweep, found.rows, file.get(), tally, heat);
  if (file) {
    file->finish();
  }
  if (plot && heat.size() == sweep->rows()) {  // else the reader of a pipe is gone
    HeatMap map = empty_map(*sweep);
    map.cells = std::move(heat);
    write_plot(
        *sweep->output().plot, *plot, [&](std::ostream& out) { write_heat_map(map, out); },
        [&](std::ostream& out) { write_sweep_page(map, out); });
    plot->finish();
    plot->publish();
  }
  return tally.report();
}

}  // namespace portsim::cli
