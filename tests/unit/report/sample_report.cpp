#include "sample_report.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

namespace portsim {

using namespace std::chrono_literals;

namespace {

/// The value of each step's end in a load that grows to the capacity, then stays there.
std::vector<TimelineRow> ramp(std::uint64_t capacity, Duration window, std::uint64_t rows) {
  std::vector<TimelineRow> timeline(rows);
  for (std::uint64_t i = 0; i < rows; ++i) {
    TimelineRow& row = timeline[i];
    row.end = TimePoint{window * static_cast<std::int64_t>(i + 1) / static_cast<std::int64_t>(rows)};
    row.ports_in_use_max = std::min(capacity, capacity * 2 * (i + 1) / rows);
    row.failed = row.ports_in_use_max == capacity && i % 10 < 5 ? 1 : 0;
  }
  return timeline;
}

template <typename Write>
std::string written(Write write) {
  std::ostringstream out;
  write(out);
  return out.str();
}

}  // namespace

Report empty_report(const Scenario& scenario) {
  Report report{"1.2.3",
                {{"rate", "20/s"}, {"time-wait-reuse", "1, \"2\""}},
                {{"scope", "host"}, {"fin_waits_s", "[3, 6]"}},
                {},
                valid(scenario),
                {},
                {},
                {},
                false};
  report.result.capacity = report.scenario.capacity();
  report.result.window = scenario.duration - scenario.warm_up;
  report.result.drain = Duration{};
  return report;
}

Report overload_report() {
  Report report = empty_report();
  Result& result = report.result;
  result.attempts = 72'000;
  result.connected = 59'655;
  result.failed = 12'345;
  result.callers = 72'000;
  result.callers_failed = 12'345;
  result.first_failure = FirstFailure{at(198'850ms), 3978, {0, 2, 0, 0, 0, 0, 0, 3975}};
  result.outages = {15, 617'250ms, 41'300ms, {{at(198'850ms), at(240'150ms), 826, false}}, true};
  result.ports_in_use = {3977, Uint128{13'920'215'859'999'999}, 3977};
  result.states[0] = {{1, Uint128{596'550'000'000}, 0}, 59'655};
  result.states[7] = {{3975, Uint128{13'900'000'000'000'000}, 3975}, 59'640};
  result.holds = 59'655;
  result.hold_sum_ns = Uint128{59'655} * 240'120'000'000U;
  result.search_sum = 5'000'000;
  result.search_max = 3977;
  result.reuse_interval_min = 30ms;
  result.server_sessions_peak = 3;
  result.drain = 201'020ms;
  result.fingerprint = 0x0123456789abcdef;
  result.timeline = ramp(3977, 1h, 1000);
  report.theory = {4802.4, 0.17187239713476596, at(198'850ms), std::nullopt};
  report.remedies = Remedies{};
  report.remedies->sustainable = Sustainable{Rate{165'625'520'573, 10, RateUnit::per_second}, 198s, 4803};
  report.remedies->advice = {{.lever = Lever::ports,
                              .subject = "ports",
                              .now = std::uint64_t{3977},
                              .value = std::uint64_t{4803},
                              .option = "--ports 1024-5826",
                              .change = 0.25,
                              .settings = {{SettingForm::registry, "MaxUserPort", "5826"}}},
                             {.lever = Lever::delay,
                              .subject = "TcpTimedWaitDelay",
                              .now = Duration{240s},
                              .value = Duration{198s},
                              .option = "--delay 198s",
                              .change = 0.5,
                              .settings = {{SettingForm::registry, "TcpTimedWaitDelay", "198"}}}};
  return report;
}

Report calm_report() {
  Report report = empty_report();
  Result& result = report.result;
  result.attempts = 72'000;
  result.connected = 72'000;
  result.callers = 72'000;
  result.ports_in_use = {603, Uint128{603} * 3'600'000'000'000U, 603};
  result.holds = 72'000;
  result.hold_sum_ns = Uint128{72'000} * 30'120'000'000U;
  result.search_sum = 72'000;
  result.search_max = 1;
  result.timeline = ramp(603, 1h, 1000);
  for (TimelineRow& row : result.timeline) {
    row.failed = 0;
  }
  report.theory = {602.4, 0.0, std::nullopt, std::nullopt};
  report.remedies = Remedies{};
  report.remedies->sustainable = Sustainable{Rate{132, 0, RateUnit::per_second}, 198s, 603};
  return report;
}

std::string json_of(const Report& report) {
  return written([&](std::ostream& out) { write_json(report, out); });
}

std::string csv_of(const Report& report) {
  return written([&](std::ostream& out) { write_csv(report, out); });
}

std::string text_of(const Report& report, const TextStyle& style) {
  return written([&](std::ostream& out) { write_text(report, style, out); });
}

std::string first_line(const Report& report) {
  const std::string text = text_of(report);
  return text.substr(0, text.find('\n'));
}

}  // namespace portsim
