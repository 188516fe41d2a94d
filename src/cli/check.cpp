#include "cli/check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/host_ranking.hpp"
#include "cli/make_report.hpp"
#include "cli/memory_limit.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/progress.hpp"
#include "cli/replay.hpp"
#include "portsim/simulate.hpp"
#include "report/phrases.hpp"
#include "report/saved_run.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/toml_file.hpp"
#include "scenario/value_text.hpp"
#include "study/batches.hpp"
#include "study/ordered_work.hpp"
#include "study/replications.hpp"
#include "study/run_cost.hpp"

namespace portsim::cli {
namespace {

constexpr std::array<std::string_view, 4> kOptions{"tolerance", "update", "jobs", "quiet"};
constexpr std::size_t kMostBytes = 1'000'000'000;
constexpr std::uint64_t kLeastMemory = 12;  // bytes for each byte of a result; some take twice as many
constexpr std::chrono::milliseconds kPatience{250};

/// A recorded result, and what it was made from.
struct Recorded {
  std::string path;
  SavedRun run;
  ValidScenario scenario;
  std::optional<ReplicationGoal> replications;
  std::uint64_t batches = 0;  ///< 0: none
  std::vector<std::pair<std::string, std::string>> log_options;
  std::optional<ReplaySummary> replay;
};

/// The files to check: those that are named, and every .json file below a directory.
std::vector<std::string> find_files(const std::vector<std::string>& operands, std::vector<Fault>& faults) {
  std::vector<std::string> files;
  for (const std::string& operand : operands) {
    std::error_code error;
    if (!std::filesystem::is_directory(operand, error)) {
      files.push_back(operand);
      continue;
    }
    std::vector<std::string> found;
    for (std::filesystem::recursive_directory_iterator entry(operand, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".json" && entry->is_regular_file(error)) {
        found.push_back(entry->path().string());
      }
    }
    if (error) {
      faults.push_back({operand, "cannot be read: " + error.message(), ""});
    } else if (found.empty()) {
      faults.push_back(
          {operand, "holds no .json file", "write one: portsim --rate 20/s --format json -o FILE"});
    }
    std::sort(found.begin(), found.end());  // a directory has no order of its own
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// The options of a recorded scenario that are about its log.
constexpr std::array<std::string_view, 5> kLogOptions{"host", "unknown-closer", "worst-case", "speed",
                                                      "scale"};

/// A result is compared with the same input or not at all.
void check_same(const std::string& path, const InputFile& was, const InputFile& is,
                std::vector<Fault>& faults) {
  if (!was.sha256.empty() && was.sha256 != is.sha256) {
    faults.push_back({path,
                      "is the result of another content of " + was.path + ": its SHA-256 was " + was.sha256 +
                          " and is " + is.sha256,
                      "bring back the file as it was, or make the result anew"});
  }
}

/// The stack that the result describes; `option` names it. Empty if it describes none.
std::optional<Stack> read_stack(const std::string& path, const SavedRun& run, const std::string& option,
                                const std::vector<std::pair<std::string, std::string>>& description,
                                std::vector<Fault>& faults) {
  if (description.empty()) {
    return std::nullopt;
  }
  const FieldValue* name = run.find("scenario." + option);
  auto described = described_stack(name == nullptr ? "" : name->text, description);
  if (const auto* more = std::get_if<std::vector<Fault>>(&described)) {
    for (const Fault& fault : *more) {
      faults.push_back({path + ": " + fault.where, fault.what, fault.remedy});
    }
    return std::nullopt;
  }
  return std::get<Stack>(std::move(described));
}

/// The log of a result, if it has one.
std::optional<Replay> read_log(const std::string& path, const SavedRun& run,
                               const std::vector<Setting>& options, std::vector<Fault>& faults) {
  if (run.logs.empty()) {
    return std::nullopt;
  }
  std::vector<std::string> paths;
  for (const InputFile& file : run.logs) {
    paths.push_back(file.path);
  }
  std::vector<std::string> inputs;
  Replay replay = read_replay(paths, {options}, inputs, faults);
  for (std::size_t i = 0; i < replay.load.files.size() && i < run.logs.size(); ++i) {
    check_same(path, run.logs[i], replay.load.files[i], faults);
  }
  const FieldValue* nat = run.find("scenario.nat");
  if (replay.log && !replay.is_host_given && nat != nullptr && nat->text != "none") {
    replay.load = replay.load_of_all();
  }
  return replay;
}

/// Each host ran for as long as its own load, unless a duration was given.
std::vector<ReplayedHost> rank_again(const Replay& replay, std::vector<Setting> settings,
                                     const ValidScenario& scenario, const std::optional<Stack>& stack) {
  const TimePoint last = replay.load.connections->back().start;
  if (scenario->duration == last.time_since_epoch() + Duration{1}) {
    std::erase_if(settings, [](const Setting& setting) { return setting.name == "duration"; });
  }
  return rank_hosts(replay, {std::move(settings)}, 1, stack);
}

/// What a result was made from; its faults name the file.
std::optional<Recorded> rebuild(const std::string& path, SavedRun run, std::vector<Fault>& faults) {
  const std::size_t faults_before = faults.size();
  std::vector<Setting> settings;
  std::vector<Setting> log_options;
  for (const auto& [key, value] : run.scenario) {
    std::string name = key;
    std::replace(name.begin(), name.end(), '_', '-');
    const Setting setting{name, value, path + ": " + key + " = " + value};
    const bool is_log_option = std::find(kLogOptions.begin(), kLogOptions.end(), name) != kLogOptions.end();
    if (is_log_option || name == "seed") {
      log_options.push_back(setting);
    }
    if (!is_log_option && name != "replay" && name != "replications" && name != "batches" &&
        (name != "nat" || run.nat.empty()) && (name != "profile" || run.stack.empty())) {
      settings.push_back(setting);
    }
  }
  const std::optional<Stack> stack = read_stack(path, run, "profile", run.stack, faults);
  const std::optional<Stack> translator = read_stack(path, run, "nat", run.nat, faults);
  if (translator && !translator->nat) {
    faults.push_back({path + ": nat_stack", "holds no timers of a translator", ""});
  }
  std::optional<Replay> replay = read_log(path, run, log_options, faults);
  if (faults.size() > faults_before) {
    return std::nullopt;
  }
  auto built = build_scenario({settings}, replay ? std::optional<RecordedLoad>(replay->load) : std::nullopt,
                              stack, translator);
  if (const auto* more = std::get_if<std::vector<Fault>>(&built)) {
    for (const Fault& fault : *more) {
      faults.push_back(
          {fault.where.starts_with(path) ? fault.where : path + ": " + fault.where, fault.what, ""});
    }
    return std::nullopt;
  }
  Recorded recorded{path, std::move(run), std::get<ValidScenario>(std::move(built)), {}, 0, {}, {}};
  if (const auto* made_up = std::get_if<GeneratedLoad>(&recorded.scenario->load)) {
    const auto* scheduled = std::get_if<ScheduledArrivals>(&made_up->arrivals);
    if (scheduled != nullptr && recorded.run.schedule) {
      check_same(path, *recorded.run.schedule, scheduled->schedule->file, faults);
    }
  }
  if (replay) {
    recorded.log_options = replay->options;
  }
  if (replay && replay->log && recorded.run.holds("log")) {
    const bool with_all_hosts = recorded.scenario->nat && !replay->is_host_given;
    recorded.replay = summary_of(*replay, with_all_hosts);
    if (!with_all_hosts) {
      recorded.replay->hosts = rank_again(*replay, settings, recorded.scenario, stack);
    }
  }
  return faults.size() > faults_before ? std::nullopt : std::optional(std::move(recorded));
}

/// A number that the scenario of a result has beside the options of a scenario; 0 if it has none.
std::uint64_t count_of(const Recorded& recorded, const std::string& name, std::uint64_t most,
                       std::vector<Fault>& faults) {
  const FieldValue* count = recorded.run.find("scenario." + name);
  if (count == nullptr) {
    return 0;
  }
  const Parsed<std::uint64_t> parsed = parse_count(count->text, 1, most);
  if (const Wrong* wrong = std::get_if<Wrong>(&parsed)) {
    faults.push_back({recorded.path + ": " + name, wrong->what, ""});
    return 0;
  }
  return std::get<std::uint64_t>(parsed);
}

/// Why a result is too large, and what to do.
std::string memory_text() {
  return "takes more memory than the " + size_text(static_cast<double>(memory_limit().bytes)) +
         " that are free: a result takes " + std::to_string(kLeastMemory) +
         " to 26 bytes for each of its own";
}
constexpr std::string_view kMemoryRemedy =
    "check fewer files at once with --jobs 1, or make the result anew with fewer --outages";

/// Fills `content` with a file for which there is memory.
bool read_content(const std::string& path, std::string& content, std::vector<Fault>& faults) {
  const std::uint64_t room = memory_limit().bytes / kLeastMemory;
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  if (is_file && std::filesystem::file_size(path, error) > room && !error) {
    faults.push_back({path, memory_text(), std::string(kMemoryRemedy)});
    return false;
  }
  const std::string problem = read_whole(path, content, std::min<std::uint64_t>(kMostBytes, room));
  if (!problem.empty()) {
    faults.push_back({path, "cannot be read: " + problem, ""});
  }
  return problem.empty();
}

std::optional<Recorded> read_recorded(const std::string& path, std::vector<Fault>& faults) {
  std::string content;
  if (!read_content(path, content, faults)) {
    return std::nullopt;
  }
  auto read = read_saved_run(content);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    faults.push_back({path, *problem, "a result is what portsim --format json writes"});
    return std::nullopt;
  }
  auto recorded = rebuild(path, std::get<SavedRun>(std::move(read)), faults);
  if (!recorded) {
    return std::nullopt;
  }
  if (const std::uint64_t most = count_of(*recorded, "replications", kMostReplications, faults); most > 0) {
    recorded->replications = ReplicationGoal{.most = most, .until = {}};
  }
  recorded->batches = count_of(*recorded, "batches", kMostBatches, faults);
  return recorded;
}

/// What a run gives now, as JSON; with the parts that the recorded result has.
std::string run_again(const Recorded& recorded) {
  RunOptions options;
  if (const FieldValue* cut = recorded.run.find("outages.list_truncated");
      cut != nullptr && cut->text == "true") {
    options.outage_list_limit = recorded.run.listed_outages();
  } else {
    options.outage_list_limit = std::max(options.outage_list_limit, recorded.run.listed_outages());
  }
  ReportParts parts{.with_remedies = recorded.run.holds("sustainable"),
                    .with_fingerprint = recorded.run.holds("fingerprint")};
  parts.log_options = recorded.log_options;
  parts.replay = recorded.replay;
  parts.batches = recorded.batches;
  Result result;
  if (recorded.replications) {
    Replicated replicated =
        replicate(recorded.scenario, options, *recorded.replications, 1, [](const Result&) {});
    result = std::move(replicated.first);
    parts.replications = replicated.all;
  } else {
    result = simulate(recorded.scenario, options);
  }
  const Report report = make_report(recorded.scenario, std::move(result), parts);
  std::ostringstream out;
  write_json(report, out);
  return out.str();
}

/// A file that was run again.
struct Checked {
  std::string json;
  std::vector<Difference> differences;
};

std::string text_of(const std::string& path, const Checked& checked) {
  std::string text = path + ": " + counted(checked.differences.size(), "difference") + "\n";
  for (const Difference& difference : checked.differences) {
    text += "  " + difference_text(difference) + "\n";
  }
  return text;
}

void update(const std::string& path, const std::string& json) {
  OutputFile file(path);
  file.stream() << json;
  file.finish();
  file.publish();
}

/// The options that mean something here; the others are faults.
void check_options(const std::vector<Setting>& settings, std::vector<Fault>& faults) {
  for (const Setting& setting : settings) {
    if (std::find(kOptions.begin(), kOptions.end(), setting.name) == kOptions.end()) {
      faults.push_back({setting.where, "has no meaning for portsim check",
                        "leave it out: a result holds its whole scenario"});
    }
  }
}

/// Runs a result again; where memory ends, that is said of its file.
Checked check_one(const Recorded& recorded, double tolerance) {
  try {
    Checked checked{run_again(recorded), {}};
    const auto now = read_saved_run(checked.json);
    checked.differences = differences(recorded.run, std::get<SavedRun>(now), tolerance);
    return checked;
  } catch (const std::bad_alloc&) {
    throw OutputError(recorded.path + ": " + memory_text() + "; " + std::string(kMemoryRemedy));
  }
}

ExitCode compare(const std::vector<Recorded>& results, const OutputSettings& settings) {
  OrderedWork<Checked> work(0, results.size(), settings.threads(), [&](std::uint64_t index) {
    return check_one(results[index], settings.tolerance);
  });
  const auto out = settings.quiet ? nullptr : OutputFile::standard_output();
  Progress progress(results.size(), "results");
  std::uint64_t done = 0;
  std::uint64_t different = 0;
  for (const Recorded& recorded : results) {
    std::optional<Checked> checked;
    while (!checked) {
      checked = work.next(kPatience);
      progress.show(done);
    }
    ++done;
    if (checked->differences.empty()) {
      continue;
    }
    ++different;
    progress.clear();
    if (out) {
      out->stream() << text_of(recorded.path, *checked);
    }
    if (settings.update) {
      update(recorded.path, checked->json);
    }
  }
  progress.clear();
  if (out) {
    out->stream() << counted(results.size(), "result") << " checked, " << grouped(different)
                  << (settings.update ? " updated\n" : " with differences\n");
    out->finish();
  }
  return different > 0 && !settings.update ? ExitCode::condition_held : ExitCode::done;
}

}  // namespace

std::optional<ExitCode> run_check(const Arguments& arguments, std::vector<Fault>& faults) {
  check_options(arguments.settings, faults);
  const OutputSettings settings = read_output_settings({arguments.settings}, {}, faults);
  std::vector<Recorded> results;
  for (const std::string& path : find_files(arguments.operands, faults)) {
    try {
      if (auto recorded = read_recorded(path, faults)) {
        results.push_back(*std::move(recorded));
      }
    } catch (const std::bad_alloc&) {
      faults.push_back({path, memory_text(), std::string(kMemoryRemedy)});
      break;  // those before it fill the memory
    }
  }
  return faults.empty() ? std::optional(compare(results, settings)) : std::nullopt;
}

}  // namespace portsim::cli
