#include "cli/host.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

#include "base/exact_ratio.hpp"
#include "cli/host_advice.hpp"
#include "cli/input.hpp"
#include "cli/messages.hpp"
#include "cli/option_table.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/setting_reader.hpp"
#include "cli/terminal.hpp"
#include "report/host_report.hpp"
#include "report/layout.hpp"
#include "scenario/condition.hpp"
#include "scenario/knob_settings.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/value_text.hpp"
#include "study/port_forecast.hpp"
#include "trace/port_use.hpp"
#include "trace/proc_files.hpp"

namespace portsim::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMostPools = 1'000'000;
constexpr Duration kLongestInterval = 24h;
constexpr Duration kLookBack = 10s;  // along the timers, where there is one list only

/// The options that mean something here.
constexpr std::array<std::string_view, 23> kOptions{"config",       "settings",
                                                    "set",          "format",
                                                    "output",       "quiet",
                                                    "fail-if",      "sockets",
                                                    "interval",     "top",
                                                    "proc",         "rate",
                                                    "profile",      "delay",
                                                    "ports",        "reserved-ports",
                                                    "scope",        "time-wait-reuse",
                                                    "timestamps",   "max-time-wait",
                                                    "timer-offset", "timer-hz",
                                                    "age-tick"};

/// What the user asked for.
struct Wishes {
  std::vector<std::string> lists;  ///< files of --sockets
  std::string proc = "/proc";
  Duration interval = 1s;
  std::optional<Rate> rate;
  std::uint64_t top = 10;
};

/// The sockets of a machine, once or twice.
struct Snapshots {
  SocketTable now;
  std::optional<SocketTable> before;
  Duration interval{};  ///< between the two
  std::optional<double> active_opens_per_s;
  std::string from;
  bool is_live = false;
};

void check_options(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults) {
  for (const std::vector<Setting>& level : levels) {
    for (const Setting& setting : level) {
      const bool is_known = is_scenario_option(setting.name) || find_output_option(setting.name) != nullptr;
      const OutputOption* const output = find_output_option(setting.name);
      const bool was_told = output != nullptr && !has_meaning(*output, Command::host);
      if (is_known && !was_told &&
          std::find(kOptions.begin(), kOptions.end(), setting.name) == kOptions.end()) {
        faults.push_back({setting.where, "has no meaning for portsim host",
                          "leave it out: portsim host --help shows the options"});
      }
    }
  }
}

void read_lists(SettingReader& reader, Wishes& wishes, bool is_interval_given) {
  const std::vector<Setting> lists = reader.all("sockets");
  for (const Setting& setting : lists) {
    wishes.lists.push_back(setting.value);
  }
  if (lists.size() > 2) {
    reader.fault(lists[2], "a third list of sockets", "two of them give the rate");
  } else if (lists.size() == 2 && (!is_interval_given || wishes.interval == Duration{})) {
    reader.fault(lists[1], "the time between the two lists is missing", "add --interval 10s");
  } else if (lists.size() == 2 && lists[0].value == "-" && lists[1].value == "-") {
    reader.fault(lists[1], "standard input can be read once", "name a file");
  } else if (lists.size() == 1 && is_interval_given) {
    reader.fault(reader.all("interval").front(), "has no effect with one list of sockets",
                 "give two, or leave it out");
  }
}

Wishes read_wishes(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults) {
  SettingReader reader(levels, faults);
  Wishes wishes;
  const std::optional<Setting> interval = reader.one("interval");
  if (interval) {
    wishes.interval = reader.value(*interval, parse_duration(interval->value)).value_or(1s);
    if (wishes.interval > kLongestInterval) {
      reader.fault(*interval, "an interval is at most 24 h", "try --interval 1min");
    }
  }
  read_lists(reader, wishes, interval.has_value());
  if (const auto setting = reader.one("top")) {
    wishes.top = reader.value(*setting, parse_count(setting->value, 1, kMostPools)).value_or(1);
  }
  if (const auto path = reader.file_name("proc")) {
    wishes.proc = *path;
    if (!wishes.lists.empty()) {
      reader.fault(reader.all("proc").front(), "has no effect beside --sockets", "leave out one of the two");
    }
  }
  if (const auto setting = reader.one("rate")) {
    wishes.rate = reader.value(*setting, parse_rate(setting->value));
    if (wishes.rate &&
        (wishes.rate->mantissa == 0 ||
         per_second(*wishes.rate).numerator > per_second(*wishes.rate).denominator * 1'000'000'000)) {
      reader.fault(*setting, "a rate must be above 0 and at most 10^9 per second", "try --rate 20/s");
    }
  }
  return wishes;
}

/// Unpacks what was read; false where there are faults.
bool take(std::variant<SocketTable, std::vector<Fault>> read, SocketTable& table,
          std::vector<Fault>& faults) {
  if (auto* const sockets = std::get_if<SocketTable>(&read)) {
    table = std::move(*sockets);
    return true;
  }
  const auto& more = std::get<std::vector<Fault>>(read);
  faults.insert(faults.end(), more.begin(), more.end());
  return false;
}

std::optional<Snapshots> read_lists(const Wishes& wishes, std::vector<Fault>& faults) {
  Snapshots snapshots;
  SocketTable first;
  bool is_whole = take(read_sockets(wishes.lists.front()), first, faults);
  snapshots.now = first;
  if (wishes.lists.size() == 2) {
    snapshots.before = std::move(first);
    snapshots.interval = wishes.interval;
    is_whole = take(read_sockets(wishes.lists.back()), snapshots.now, faults) && is_whole;
  }
  snapshots.from = name_of(snapshots.now.form);
  return is_whole ? std::optional(std::move(snapshots)) : std::nullopt;
}

/// Reads the machine twice, or once if the interval is 0.
std::optional<Snapshots> read_machine(const Wishes& wishes, std::vector<Fault>& faults) {
  using Clock = std::chrono::steady_clock;
  Snapshots snapshots;
  snapshots.is_live = true;
  snapshots.from = wishes.proc + "/net/tcp";
  SocketTable first;
  const Clock::time_point start = Clock::now();
  const std::optional<std::uint64_t> opens_before = read_active_opens(wishes.proc);
  if (!take(read_proc_sockets(wishes.proc), first, faults)) {
    faults.back().remedy = "elsewhere than on Linux: netstat -an | portsim host --sockets -";
    return std::nullopt;
  }
  if (wishes.interval == Duration{}) {
    snapshots.now = std::move(first);
    return snapshots;
  }
  std::this_thread::sleep_until(start + wishes.interval);
  const Clock::time_point end = Clock::now();
  const std::optional<std::uint64_t> opens = read_active_opens(wishes.proc);
  if (!take(read_proc_sockets(wishes.proc), snapshots.now, faults)) {
    return std::nullopt;
  }
  snapshots.before = std::move(first);
  snapshots.interval = std::chrono::duration_cast<Duration>(end - start);
  if (opens && opens_before && *opens >= *opens_before) {
    snapshots.active_opens_per_s = nearest_double(Uint128{*opens - *opens_before} * kNanosecondsPerSecond,
                                                  static_cast<Uint128>(snapshots.interval.count()));
  }
  return snapshots;
}

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
                                                 const Snapshots& snapshots, const Wishes& wishes) {
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

// Rates

/// Connections that came to a pool.
struct Coming {
  std::uint64_t through_time_wait = 0;
  std::uint64_t growth = 0;
};

/// Growth is told from coming and going by chance: twice the root of the number of changes.
Coming coming_to(const PoolChange& change) {
  const std::uint64_t changes = change.appeared + change.disappeared;
  const std::uint64_t growth =
      change.appeared > change.disappeared ? change.appeared - change.disappeared : 0;
  return {change.into_time_wait, growth * growth > 4 * changes ? growth : 0};
}

/// Those that entered TIME_WAIT within the time looked back.
Coming coming_by_timers(const PortPool& pool, Duration time_wait, Duration look_back) {
  const auto entered = std::count_if(pool.time_wait_left.begin(), pool.time_wait_left.end(),
                                     [&](Duration left) { return left > time_wait - look_back; });
  return {static_cast<std::uint64_t>(entered), 0};
}

double per_second(std::uint64_t count, Duration time) {
  return nearest_double(Uint128{count} * kNanosecondsPerSecond, static_cast<Uint128>(time.count()));
}

/// A machine, understood.
class Machine {
 public:
  Machine(const Wishes& wishes, const Snapshots& snapshots, std::vector<std::vector<Setting>> levels,
          const ValidScenario& scenario)
      : wishes_(wishes),
        levels_(std::move(levels)),
        scenario_(scenario),
        use_(port_use(snapshots.now, snapshots.before ? &*snapshots.before : nullptr, scenario.pool(),
                      scenario->scope)) {
    // Only Linux shows timers, and there the delay is a constant, whatever --delay asks for.
    has_timers_ = snapshots.now.form == SocketForm::proc;
    bool lacks_timers = false;
    for (const PortPool& pool : use_.pools) {
      has_timers_ = has_timers_ || !pool.time_wait_left.empty();
      lacks_timers = lacks_timers || pool.time_wait_untimed > 0;
      in_use_ += pool.in_use();
    }
    has_timers_ = has_timers_ && !lacks_timers;
    time_wait_ = has_timers_ ? scenario->stack.time_wait : scenario->time_wait;
    choose_source(snapshots);
    if (use_.pools.empty() && wishes_.rate) {
      use_.pools.emplace_back();  // the first destination is still to come
    }
  }

  HostReport report(const Snapshots& snapshots) {
    HostReport report;
    describe(report, snapshots);
    std::vector<std::pair<HostPool, PoolState>> pools;
    for (const PortPool& pool : use_.pools) {
      pools.emplace_back(shown(pool), state_of(pool));
      auto& [host_pool, state] = pools.back();
      if (report.rate_source != RateSource::unknown) {
        const PortForecast forecast = forecast_ports(levels_, state);
        host_pool.exhausted_after = rounded(forecast.exhausted_after);
        report.horizon = std::max(report.horizon, forecast.horizon);
      }
    }
    std::stable_sort(pools.begin(), pools.end(),
                     [](const auto& a, const auto& b) { return is_tighter(a.first, b.first); });
    report.pools_in_all = pools.size();
    if (!pools.empty() && pools.front().first.exhausted_after) {
      report.advice = host_advice(levels_, scenario_, pools.front().second,
                                  {.exhausted_after = pools.front().first.exhausted_after, .horizon = {}});
      for (HostAdvice& advice : report.advice) {
        advice.exhausted_after = rounded(advice.exhausted_after);
      }
    }
    pools.resize(std::min<std::size_t>(pools.size(), wishes_.top));
    for (auto& [pool, state] : pools) {
      report.pools.push_back(std::move(pool));
    }
    return report;
  }

 private:
  /// To the millisecond: it is an estimate.
  static std::optional<Duration> rounded(std::optional<Duration> time) {
    return time ? std::optional<Duration>(std::chrono::floor<std::chrono::milliseconds>(*time))
                : std::nullopt;
  }

  static bool is_tighter(const HostPool& a, const HostPool& b) {
    if (a.exhausted_after.has_value() != b.exhausted_after.has_value()) {
      return a.exhausted_after.has_value();
    }
    if (a.exhausted_after != b.exhausted_after) {
      return *a.exhausted_after < *b.exhausted_after;
    }
    return a.in_use > b.in_use;
  }

  void choose_source(const Snapshots& snapshots) {
    if (wishes_.rate) {
      source_ = RateSource::given;
    } else if (snapshots.before) {
      source_ = RateSource::snapshots;
      interval_ = snapshots.interval;
    } else if (has_timers_) {
      source_ = RateSource::timers;
      interval_ = std::min(kLookBack, time_wait_);
    }
  }

  [[nodiscard]] Coming coming(const PortPool& pool) const {
    return source_ == RateSource::snapshots ? coming_to(pool.change)
                                            : coming_by_timers(pool, time_wait_, interval_);
  }

  /// Of --rate, the share that the pool's ports are of all that are held.
  [[nodiscard]] PortFlow given_flow(const PortPool& pool) const {
    const Fraction gap = nanoseconds_between(*wishes_.rate);
    const Uint128 gap_ps = multiply_divide(1000, gap.numerator, gap.denominator);
    if (in_use_ == 0) {
      return {gap_ps};
    }
    return {pool.in_use() == 0 ? 0 : multiply_divide(in_use_, gap_ps, pool.in_use())};
  }

  [[nodiscard]] PoolState state_of(const PortPool& pool) const {
    PoolState state{.staying = pool.staying + use_.listening_ports,
                    .time_wait_left = pool.time_wait_left,
                    .time_wait = time_wait_,
                    .closing_left = pool.closing_left,
                    .is_loopback = pool.is_loopback,
                    .through_time_wait = {},
                    .growth = {}};
    const auto untimed = static_cast<std::int64_t>(pool.time_wait_untimed);
    for (std::int64_t i = 0; i < untimed; ++i) {
      state.time_wait_left.push_back(time_wait_ / untimed * i + time_wait_ / (2 * untimed));
    }
    if (source_ == RateSource::given) {
      state.through_time_wait = given_flow(pool);
    } else if (source_ != RateSource::unknown) {
      state.through_time_wait = PortFlow::of(coming(pool).through_time_wait, interval_);
      state.growth = PortFlow::of(coming(pool).growth, interval_);
    }
    return state;
  }

  static std::string endpoint(const std::string& address, std::uint16_t port) {
    return (address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" +
           std::to_string(port);
  }

  [[nodiscard]] HostPool shown(const PortPool& pool) const {
    HostPool result;
    result.from = pool.local_address;
    result.to = pool.remote_address.empty() ? "" : endpoint(pool.remote_address, pool.remote_port);
    result.in_use = pool.in_use();
    for (const DestinationUse& use : pool.destinations) {
      HostDestination& destination = result.destinations.emplace_back();
      destination.from = use.local_address;
      destination.to = endpoint(use.remote_address, use.remote_port);
      destination.states = use.states;
      for (std::size_t i = 0; i < use.states.size(); ++i) {
        destination.in_use += use.states[i];
        result.states[i] += use.states[i];
      }
    }
    std::stable_sort(result.destinations.begin(), result.destinations.end(),
                     [](const HostDestination& a, const HostDestination& b) { return a.in_use > b.in_use; });
    result.destinations.resize(std::min<std::size_t>(result.destinations.size(), wishes_.top));
    if (source_ == RateSource::given) {
      const PortFlow flow = given_flow(pool);
      constexpr Uint128 kPerSecond = 1'000'000'000'000;
      result.opens_per_s = flow.gap_ps == 0 ? 0 : nearest_double(kPerSecond, flow.gap_ps);
      result.growth_per_s = 0;
    } else if (source_ != RateSource::unknown) {
      const Coming now = coming(pool);
      result.opens_per_s = per_second(now.through_time_wait + now.growth, interval_);
      result.growth_per_s = per_second(now.growth, interval_);
    }
    return result;
  }

  void describe(HostReport& report, const Snapshots& snapshots) const {
    report.version = PORTSIM_VERSION;
    report.sockets_from = snapshots.from;
    for (const std::vector<Setting>& level : levels_) {
      for (const Setting& setting : level) {
        if (setting.name == kKnobLine || setting.name == kKnobSetting) {
          const std::size_t sign = setting.value.find('=');
          const std::string name = setting.value.substr(0, sign);
          std::erase_if(report.settings, [&](const auto& known) { return known.first == name; });
          report.settings.emplace_back(name, setting.value.substr(sign + 1));
        }
      }
    }
    report.profile = scenario_->stack.name;
    report.scope = scenario_->scope;
    report.scope_name = scope_text(scenario_->scope);
    report.ports = ranges_text(scenario_->ports);
    report.pool_size = scenario_.pool().size();
    report.listening_ports = use_.listening_ports;
    report.time_wait = scenario_->time_wait;
    report.application_error = scenario_->stack.application_error;
    report.sockets = snapshots.now.sockets.size();
    report.listening = use_.listening;
    report.accepted = use_.accepted;
    report.outside_range = use_.outside_range;
    report.not_connected = use_.not_connected;
    report.rate_source = source_;
    report.interval = interval_;
    report.active_opens_per_s = snapshots.active_opens_per_s;
  }

  const Wishes& wishes_;
  std::vector<std::vector<Setting>> levels_;
  const ValidScenario& scenario_;
  PortUse use_;
  std::uint64_t in_use_ = 0;  // over all pools
  bool has_timers_ = false;
  Duration time_wait_{};
  RateSource source_ = RateSource::unknown;
  Duration interval_{};
};

/// The files that the settings are from.
std::string settings_source(const std::vector<std::vector<Setting>>& levels, bool has_sysctls,
                            const Wishes& wishes) {
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

}  // namespace

std::optional<ExitCode> run_host(const Arguments& arguments, std::vector<Fault>& faults) {
  std::vector<std::string> inputs;
  const std::vector<std::vector<Setting>> levels = setting_levels(arguments, inputs, faults);
  check_options(levels, faults);
  const Wishes wishes = read_wishes(levels, faults);
  std::copy_if(wishes.lists.begin(), wishes.lists.end(), std::back_inserter(inputs),
               [](const std::string& path) { return path != "-"; });
  const OutputSettings output = read_output_settings(levels, inputs, faults);
  check_conditions(output.fail_if, faults);
  if (!faults.empty()) {
    return std::nullopt;
  }
  const std::optional<Snapshots> snapshots =
      wishes.lists.empty() ? read_machine(wishes, faults) : read_lists(wishes, faults);
  if (!snapshots) {
    return std::nullopt;
  }
  const std::vector<std::vector<Setting>> all = machine_levels(levels, *snapshots, wishes);
  auto scenario = host_scenario(all);
  if (const auto* more = std::get_if<std::vector<Fault>>(&scenario)) {
    faults.insert(faults.end(), more->begin(), more->end());
    return std::nullopt;
  }
  Machine machine(wishes, *snapshots, all, std::get<ValidScenario>(scenario));
  HostReport report = machine.report(*snapshots);
  const bool has_sysctls = all.size() > levels.size() + 1 && !all[1].empty();
  report.settings_from = settings_source(levels, has_sysctls, wishes);
  write(report, output);
  return judge(output.fail_if, report);
}

}  // namespace portsim::cli
