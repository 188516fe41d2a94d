#include "cli/replay.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "base/number_text.hpp"
#include "cli/progress.hpp"
#include "cli/setting_reader.hpp"
#include "report/phrases.hpp"
#include "trace/log_time.hpp"

namespace portsim::cli {
namespace {

/// One connection, so late that no --warm-up of a sensible length seems too long for the log.
RecordedLoad stand_in() {
  constexpr Duration kLate = kLongestDelay / 10;
  auto connections = std::make_shared<std::vector<RecordedConnection>>(1);
  connections->front().start = TimePoint{kLate};
  return {.files = {}, .connections = std::move(connections)};
}

Parsed<Closer> parse_unknown_closer(std::string_view text) {
  if (text == "client") {
    return Closer::client;
  }
  if (text == "server") {
    return Closer::server;
  }
  return Wrong{quoted(text) + " is neither client nor server", "client"};
}

/// `2x`, `0.5x` or a bare number.
Parsed<Fraction> parse_speed(std::string_view text) {
  constexpr std::uint64_t kMost = 1'000'000;
  const std::string_view number = text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
  NumberFault ignored{};
  const std::optional<Decimal> decimal = parse_decimal(number, ignored);
  Uint128 denominator = 1;
  for (int i = 0; decimal && i < decimal->decimals; ++i) {
    denominator *= 10;
  }
  if (!decimal || decimal->mantissa > kMost * denominator ||
      Uint128{decimal->mantissa} * kMost < denominator) {
    return Wrong{quoted(text) + " is no speed: 0.000001x to 1000000x", "2x"};
  }
  return Fraction{decimal->mantissa, denominator};
}

/// --speed and --scale, which a plain CSV obeys too. Of several seeds in a sweep the first one counts.
void read_change(SettingReader& reader, Replay& replay) {
  constexpr std::uint64_t kMostCopies = 1'000;
  if (const auto setting = reader.one("speed")) {
    replay.change.speed = reader.value(*setting, parse_speed(setting->value)).value_or(Fraction{1, 1});
    replay.options.emplace_back("speed", setting->value);
  }
  if (const auto setting = reader.one("scale")) {
    auto parsed = parse_count(setting->value, 1, kMostCopies);
    if (auto* wrong = std::get_if<Wrong>(&parsed)) {
      wrong->example = "3";
    }
    replay.change.scale = static_cast<std::uint32_t>(reader.value(*setting, parsed).value_or(1));
    replay.options.emplace_back("scale", setting->value);
  }
  if (const auto seeds = reader.all("seed"); !seeds.empty()) {
    replay.change.seed = parse_unsigned(seeds.front().value).value_or(1);
  }
}

std::size_t busiest_host(const ConnectionLog& log) {
  std::size_t best = 0;
  for (std::size_t host = 1; host < log.hosts().size(); ++host) {
    best = log.count_of(host) > log.count_of(best) ? host : best;
  }
  return best;
}

std::string damage_text(const DamagedLines& damaged) {
  std::string text = std::to_string(damaged.count) +
                     (damaged.count == 1 ? " line cannot be read: " : " lines cannot be read: ");
  for (const std::string& place : damaged.first) {
    text += (place == damaged.first.front() ? "" : ", ") + place;
  }
  return text + (damaged.count > damaged.first.size() ? ", ..." : "");
}

/// Chooses whose connections are replayed.
void choose_host(Replay& replay, const std::optional<Setting>& wish, std::vector<Fault>& faults) {
  const Numbering& hosts = replay.log->hosts();
  replay.host = busiest_host(*replay.log);
  if (wish) {
    const auto found = hosts.find(wish->value);
    if (!found) {
      const std::string busiest(hosts[replay.host]);
      faults.push_back({wish->where, "the log has no connection from that host",
                        "most come from " + busiest + ": try --host " + busiest});
    } else {
      replay.host = *found;
      replay.is_host_given = true;
      replay.options.emplace_back("host", wish->value);
    }
  }
  replay.load = replay.load_of(replay.host);
}

/// Those that mean nothing without any recorded load; the first of them nothing beside a plain CSV either,
/// which has one host and says itself who closes.
constexpr std::array<std::string_view, 6> kReplayOptions{"host",   "unknown-closer", "worst-case",
                                                         "strict", "speed",          "scale"};
constexpr std::size_t kOptionsOfLogs = 4;

void check_no_options(std::span<const std::string_view> names,
                      const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults) {
  for (const std::vector<Setting>& level : levels) {
    for (const Setting& setting : level) {
      if (std::find(names.begin(), names.end(), setting.name) != names.end()) {
        faults.push_back({setting.where, "has no meaning without a log", "name one, or leave it out"});
      }
    }
  }
}

/// A log that is named twice would count every connection twice.
void check_named_once(const std::vector<std::string>& paths, std::vector<Fault>& faults) {
  std::map<std::pair<dev_t, ino_t>, std::string> names;  // the first one of each file
  for (const std::string& path : paths) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) {
      continue;  // its reader says why
    }
    const auto [known, is_new] = names.try_emplace({file.st_dev, file.st_ino}, path);
    if (!is_new) {
      faults.push_back({path, "is given already, as " + known->second + ": each connection would count twice",
                        "name each log once; --scale copies the connections of a log"});
    }
  }
}

}  // namespace

Replay read_replay(const std::vector<std::string>& operands, const std::vector<std::vector<Setting>>& levels,
                   std::vector<std::string>& inputs, std::vector<Fault>& faults) {
  Replay replay{.load = stand_in(), .log = nullptr, .change = {}, .options = {}};
  if (operands.empty()) {
    return replay;  // the missing name is a fault already
  }
  inputs.insert(inputs.end(), operands.begin(), operands.end());
  const std::size_t faults_before = faults.size();
  check_named_once(operands, faults);
  if (faults.size() > faults_before) {
    return replay;
  }
  SettingReader reader(levels, faults);
  const std::optional<Setting> host = reader.one("host");
  const bool is_strict = reader.one("strict").has_value();
  LogChoices choices;
  if (const auto setting = reader.one("unknown-closer")) {
    choices.unknown_closer =
        reader.value(*setting, parse_unknown_closer(setting->value)).value_or(Closer::client);
    replay.options.emplace_back("unknown-closer", setting->value);
  }
  choices.worst_case = reader.one("worst-case").has_value();
  if (choices.worst_case) {
    replay.options.emplace_back("worst-case", "true");
  }
  read_change(reader, replay);
  ReadingProgress progress(operands);
  auto logs = read_logs(operands, choices, [&](std::uint64_t bytes) { progress.add(bytes); });
  progress.clear();
  if (const auto* more = std::get_if<std::vector<Fault>>(&logs)) {
    faults.insert(faults.end(), more->begin(), more->end());
  } else if (auto* csv = std::get_if<RecordedLoad>(&logs)) {
    replay.load = changed(*csv, replay.change);
    check_no_options(std::span(kReplayOptions).first(kOptionsOfLogs), levels, faults);
  } else {
    replay.log = std::make_shared<const ConnectionLog>(std::get<ConnectionLog>(std::move(logs)));
    choose_host(replay, host, faults);
    if (is_strict && replay.log->damaged.count > 0) {
      faults.push_back(
          {"--strict", damage_text(replay.log->damaged), "mend or remove them, or leave out --strict"});
    }
  }
  return replay;
}

std::optional<Replay> read_named_log(const std::vector<std::vector<Setting>>& levels,
                                     std::vector<std::string>& inputs, std::vector<Fault>& faults) {
  std::optional<Setting> log;
  for (const std::vector<Setting>& level : levels) {
    std::optional<Setting> of_level;
    for (const Setting& setting : level) {
      if (setting.name == "replay" && of_level) {
        faults.push_back({setting.where, "a log is given already, as " + of_level->where, "keep one"});
      } else if (setting.name == "replay") {
        of_level = setting;
      }
    }
    log = of_level ? of_level : log;
  }
  if (!log) {
    check_no_options(kReplayOptions, levels, faults);
    return std::nullopt;
  }
  return read_replay({log->value}, levels, inputs, faults);
}

std::vector<Setting> log_defaults() {
  return {{"rtt", "0", "the log's --rtt 0"}, {"lifetime", "0", "the log's --lifetime 0"}};
}

ReplayedHost replayed_host(const Replay& replay, std::size_t host, const Result& result) {
  ReplayedHost replayed;
  replayed.address = replay.log->hosts()[host];
  replayed.number = host;
  replayed.connections = replay.log->count_of(host) * replay.change.scale;
  replayed.peak = result.ports_in_use.peak;
  replayed.failed = result.failed;
  replayed.first_failure = result.first_failure ? std::optional(result.first_failure->time) : std::nullopt;
  return replayed;
}

ReplaySummary summary_of(const Replay& replay, bool with_all_hosts) {
  const ConnectionLog& log = *replay.log;
  ReplaySummary summary{.format = log.format(),
                        .host = std::string(with_all_hosts ? "" : log.hosts()[replay.host]),
                        .closer_rules = {},
                        .skipped_rows = log.skipped,
                        .damaged_lines = log.damaged.count,
                        .lost_rows = log.lost,
                        .observed = log.observed.count,
                        .observed_first = log.observed.first_ns ? iso_time_text(*log.observed.first_ns) : "",
                        .hosts = {}};
  RuleCounts counts{};
  for (std::size_t host = 0; host < log.hosts().size(); ++host) {
    if (with_all_hosts || host == replay.host) {
      const RuleCounts part = log.rules_of(host);
      std::transform(counts.begin(), counts.end(), part.begin(), counts.begin(), std::plus<>());
    }
  }
  for (std::size_t rule = 0; rule < counts.size(); ++rule) {
    summary.closer_rules.emplace_back(kCloserRuleNames[rule], counts[rule]);
  }
  return summary;
}

std::vector<std::string> log_warnings(const ConnectionLog& log) {
  std::vector<std::string> warnings;
  if (log.damaged.count > 0) {
    warnings.push_back(damage_text(log.damaged));
  }
  for (const std::string& path : log.empty_files) {
    warnings.push_back(path + " is empty");
  }
  if (log.lost > 0) {
    warnings.push_back("the log itself tells of " + counted(log.lost, "lost row") +
                       ": there were more connections than it shows");
  }
  return warnings;
}

}  // namespace portsim::cli
