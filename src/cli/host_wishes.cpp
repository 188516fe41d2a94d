#include "cli/host_wishes.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "base/exact_ratio.hpp"
#include "cli/option_table.hpp"
#include "cli/output_settings.hpp"
#include "cli/setting_reader.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMostPools = 1'000'000;
constexpr Duration kLongestInterval = 24h;

/// The options that mean something here.
constexpr std::array<std::string_view, 24> kOptions{"config",       "settings",
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
                                                    "color",        "age-tick"};
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

void read_lists(SettingReader& reader, HostWishes& wishes, bool is_interval_given) {
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

}  // namespace

HostWishes read_host_wishes(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults) {
  check_options(levels, faults);
  SettingReader reader(levels, faults);
  HostWishes wishes;
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
}  // namespace portsim::cli
