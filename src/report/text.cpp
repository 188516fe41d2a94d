#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include "base/exact_ratio.hpp"
#include "base/number_text.hpp"
#include "report/answer.hpp"
#include "report/chart.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"
#include "report/replication_text.hpp"
#include "report/report.hpp"
#include "report/scenario_text.hpp"
#include "report/solution.hpp"

namespace portsim {
namespace {

constexpr std::size_t kOutagesListed = 5;
constexpr std::size_t kHostsListed = 5;
constexpr unsigned kLeastColumns = 40;

std::string exact_seconds(Duration time) { return seconds_text(time.count()) + " s"; }

std::string exact_rate(const Rate& rate) { return to_text(Decimal{rate.mantissa, rate.decimals}) + "/s"; }

void write_answer(const Report& report, const TextStyle& style, TextLayout& text) {
  text.line(painted(answer_line(report), report.result.exhausted() ? Ink::red : Ink::green, style.color));
  text.paragraph(answer_details(report));
  for (const std::string& warning : warnings(report)) {
    text.paragraph("Warning: " + warning, 2);
  }
}

void write_scenario(const Report& report, TextLayout& text) {
  text.heading("Scenario");
  text.row("load", load_text(report));
  text.row("connection", connection_text(report));
  text.row("ports", ports_text(report));
  text.row("stack", stack_text(*report.scenario));
  if (report.scenario->nat) {
    text.row("translator", nat_text(report));
  }
  text.row("window", window_text(*report.scenario));
}

void write_attempts(const Result& result, TextLayout& text) {
  text.heading("Attempts");
  if (result.attempts == 0) {
    text.row("in all", "none");
    return;
  }
  TextTable table;
  const auto add = [&](const char* label, std::uint64_t count) {
    table.add({label, grouped(count), percent(count, result.attempts)});
  };
  table.add({"in all", grouped(result.attempts)});
  add("connected", result.connected);
  if (result.refused > 0) {
    add("refused", result.refused);
  }
  if (result.timed_out > 0) {
    add("timed out", result.timed_out);
  }
  add("found no port", result.failed);
  if (result.callers != result.attempts) {
    table.add({"callers in all", grouped(result.callers)});
    table.add(
        {"callers failed", grouped(result.callers_failed), percent(result.callers_failed, result.callers)});
  }
  text.table(table);
}

/// The states that are not empty, most first: `3,975 TIME_WAIT, 2 ESTABLISHED`.
std::string states_text(const StateCounts& counts) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) {
      order.push_back(i);
    }
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return counts[left] > counts[right]; });
  std::string text;
  for (const std::size_t i : order) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", grouped(counts[i]), name(kClientStates[i]));
  }
  return text;
}

std::string share_of(Duration part, Duration whole) {
  return percent(static_cast<std::uint64_t>(part.count()), static_cast<std::uint64_t>(whole.count()));
}

void write_outages(const Result& result, TextLayout& text) {
  const OutageResult& outages = result.outages;
  if (outages.count == 0 || !result.first_failure) {
    return;
  }
  text.heading("Outages (every attempt fails, from the first until one succeeds again)");
  text.row("first failure", fmt::format("at {}, with {}", human_time(result.first_failure->time),
                                        states_text(result.first_failure->states)));
  text.row("in all", fmt::format("{}, together {} ({} of the window)", grouped(outages.count),
                                 human_time(outages.total), share_of(outages.total, result.window)));
  text.row("the longest", human_time(outages.longest));
  TextTable table;
  table.add({"", "from", "to", "lasts", "failed"});
  const std::size_t shown = std::min(outages.list.size(), kOutagesListed);
  for (std::size_t i = 0; i < shown; ++i) {
    const Outage& outage = outages.list[i];
    table.add({std::to_string(i + 1), human_seconds(outage.start),
               outage.open ? "still open" : human_seconds(outage.end), human_time(outage.end - outage.start),
               grouped(outage.failed)});
  }
  text.table(table);
  if (outages.count > shown) {
    text.line(fmt::format("  and {} more", grouped(outages.count - shown)));
  }
}

double mean_of(const GaugeResult& gauge, Duration window) {
  return window.count() <= 0 ? 0 : nearest_double(gauge.area, static_cast<Uint128>(window.count()));
}

void write_states(const Result& result, TextLayout& text) {
  text.heading(fmt::format("Ports in use, of {}", grouped(result.capacity)));
  TextTable table;
  table.add({"", "peak", "mean", "at the end", "entered"});
  const auto add = [&](std::string_view label, const GaugeResult& gauge, const std::string& entered) {
    table.add({std::string(label), grouped(gauge.peak), decimal(mean_of(gauge, result.window)),
               grouped(gauge.at_end), entered});
  };
  add("all states", result.ports_in_use, "");
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    add(name(kClientStates[i]), result.states[i].gauge, grouped(result.states[i].entered));
  }
  text.table(table);
}

std::string failures_text(const PoolFailures& failures) {
  return failures.first ? fmt::format("{} failed, the first at {}", counted(failures.failed, "attempt"),
                                      human_time(*failures.first))
                        : std::string("none failed");
}

void write_nat(const Report& report, TextLayout& text) {
  const Result& result = report.result;
  if (!result.nat) {
    return;
  }
  const NatResult& nat = *result.nat;
  text.heading("Two pools in a row: hosts behind translator " + report.scenario->nat->stack.name);
  text.row("at the hosts", failures_text(nat.at_hosts));
  text.row("at the translator", failures_text(nat.at_nat));
  text.row("translations", fmt::format("at most {} at once, {} on average", grouped(nat.in_use.peak),
                                       decimal(mean_of(nat.in_use, result.window))));
  text.row("the busiest key", fmt::format("at most {} of {}", grouped(nat.key_peak), grouped(nat.capacity)));
}

std::string hold_text(const Result& result) {
  if (result.holds == 0) {
    return "no connection got a port";
  }
  if (!result.hold_sum_ns) {
    return "some ports are never freed";
  }
  const Uint128 mean = (*result.hold_sum_ns + result.holds / 2) / result.holds;
  return human_time(Duration{static_cast<std::int64_t>(mean)}) +
         " on average, from connect() to the free port";
}

std::string drain_text(const Result& result) {
  if (!result.drain) {
    return "never: a port stays in use";
  }
  return result.drain->count() == 0
             ? "no port is held after the window"
             : "the last port is free " + human_time(*result.drain) + " after the window";
}

std::string sessions_text(const Report& report) {
  std::string text = "at most " + grouped(report.result.server_sessions_peak);
  const std::optional<std::uint64_t>& limit = report.scenario->session_limit;
  if (report.result.event_2009 && limit) {
    text += fmt::format("; above {} from {} on: Event ID 2009", grouped(*limit),
                        human_time(*report.result.event_2009));
  } else if (limit) {
    text += fmt::format(" (Event ID 2009 above {})", grouped(*limit));
  }
  return text;
}

void write_connections(const Report& report, TextLayout& text) {
  const Result& result = report.result;
  text.heading("Connections");
  text.row("a port is held", hold_text(result));
  if (result.reuse_interval_min) {
    text.row("port re-used",
             result.reuse_interval_min->count() == 0
                 ? "at the instant of its release, at the soonest"
                 : human_time(*result.reuse_interval_min) + " after its release, at the soonest");
  }
  if (result.attempts > 0) {
    text.row("port search", fmt::format("{} looked at on average, at most {}",
                                        decimal(nearest_double(result.search_sum, result.attempts)) +
                                            (result.search_sum == result.attempts ? " port" : " ports"),
                                        grouped(result.search_max)));
  }
  text.row("server sessions", sessions_text(report));
  const auto add_count = [&](const char* label, std::uint64_t count, const char* meaning) {
    if (count > 0) {
      text.row(label, grouped(count) + meaning);
    }
  };
  add_count("early releases", result.early_releases.total(),
            " before the TIME_WAIT delay was over (against RFC 9293)");
  add_count("  by reuse", result.early_releases.reused, ": a new connection took the port");
  add_count("  by the cap", result.early_releases.capped, ": too many were in TIME_WAIT");
  add_count("  by RST", result.early_releases.reset, " of the peer");
  add_count("FIN_WAIT_2 ended", result.fin_wait_2_timeouts, " by its timeout, without TIME_WAIT");
  add_count("FIN unanswered", result.fin_timeouts, " at every try");
  text.row("drain", drain_text(result));
}

/// What a rule saw, and what it made of the client's port.
std::string_view rule_text(std::string_view rule) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTexts{{
      {"first_fin", "by the first of two FINs"},
      {"reset", "by an RST: no TIME_WAIT"},
      {"late_reset", "by an RST after both FINs: --rfc1337"},
      {"refused", "refused"},
      {"unanswered", "the SYN was not answered"},
      {"not_closed", "the log does not show the end: no TIME_WAIT"},
      {"no_start", "the log does not show the start: no TIME_WAIT"},
      {"unknown", "the log does not tell: --unknown-closer"},
      {"worst_case", "--worst-case: closed first by the client"},
  }};
  const auto* const found =
      std::find_if(kTexts.begin(), kTexts.end(), [&](const auto& text) { return text.first == rule; });
  return found == kTexts.end() ? rule : found->second;
}

void write_ranking(const ReplaySummary& replay, TextLayout& text) {
  text.heading("Hosts by their peak, each with a pool of its own");
  TextTable table;
  table.add({"", "connections", "peak", "found no port", "first failure"});
  const std::size_t shown = std::min(replay.hosts.size(), kHostsListed);
  for (std::size_t i = 0; i < shown; ++i) {
    const ReplayedHost& host = replay.hosts[i];
    table.add({host.address, grouped(host.connections), host.peak ? grouped(*host.peak) : "none",
               grouped(host.failed), host.first_failure ? human_seconds(*host.first_failure) : ""});
  }
  text.table(table);
  if (replay.hosts.size() > shown) {
    text.line(fmt::format("  and {} more", grouped(replay.hosts.size() - shown)));
  }
}

void write_replay(const Report& report, TextLayout& text) {
  if (!report.replay) {
    return;
  }
  const ReplaySummary& replay = *report.replay;
  text.heading(fmt::format("The log ({}), and how it shows who closed first", replay.format));
  TextTable table;
  for (const auto& [rule, connections] : replay.closer_rules) {
    if (connections > 0) {
      table.add({std::string(rule_text(rule)), grouped(connections)});
    }
  }
  if (replay.skipped_rows > 0) {
    table.add({"rows about something else, left out", grouped(replay.skipped_rows)});
  }
  if (replay.damaged_lines > 0) {
    table.add({"lines that cannot be read", grouped(replay.damaged_lines)});
  }
  if (replay.lost_rows > 0) {
    table.add({"rows that the log says are missing", grouped(replay.lost_rows)});
  }
  text.table(table);
  if (replay.observed > 0) {
    text.line(fmt::format("  The log itself tells of no port: {}{}.", counted(replay.observed, "time"),
                          replay.observed_first.empty() ? "" : ", first at " + replay.observed_first));
  }
  if (replay.hosts.size() > 1) {
    write_ranking(replay, text);
  }
}

/// Callers x mean hold / window: the offered load as it turned out.
std::string simulated_load_text(const Result& result) {
  if (!result.hold_sum_ns || result.holds == 0 || result.window.count() <= 0) {
    return "";
  }
  const double mean_hold = nearest_double(*result.hold_sum_ns, result.holds);
  return decimal(nearest_double(result.callers, static_cast<Uint128>(result.window.count())) * mean_hold);
}

void write_theory(const Report& report, TextLayout& text) {
  const Theory& theory = report.theory;
  const Result& result = report.result;
  const double failure_ratio = result.attempts == 0 ? 0 : nearest_double(result.failed, result.attempts);
  TextTable table;
  table.add({"", "theory", "simulated"});
  if (theory.offered_load) {
    table.add({"offered load, in ports", decimal(*theory.offered_load), simulated_load_text(result)});
  }
  if (theory.fluid_failure_ratio) {
    table.add({"failing, fluid limit", ratio_percent(*theory.fluid_failure_ratio, 2),
               ratio_percent(failure_ratio, 2)});
  }
  if (theory.erlang_b) {
    table.add({"failing, Erlang B", ratio_percent(*theory.erlang_b, 2), ratio_percent(failure_ratio, 2)});
  }
  if (theory.first_failure) {
    table.add({"first failure", human_time(*theory.first_failure),
               result.first_failure ? human_time(result.first_failure->time) : "none"});
  }
  if (table.rows().size() > 1) {
    text.heading("Theory beside the simulation (its limits are those of a run without end)");
    text.table(table);
  }
}

void write_chart(const Report& report, const TextStyle& style, TextLayout& text) {
  const Chart chart = draw_chart(report.result, TimePoint{report.scenario->warm_up}, style);
  if (chart.lines.empty()) {
    return;
  }
  std::string title = "Ports in use over time: the most in each " + human_time(chart.time_per_column);
  if (chart.top < report.result.capacity) {
    title += fmt::format(" (capacity {})", grouped(report.result.capacity));
  }
  text.heading(title);
  for (const std::string& line : chart.lines) {
    text.line(line);
  }
}

/// The pool as `min_ports` counts it: with the ports that other programs hold.
std::uint64_t pool_size(const Report& report) {
  return report.result.capacity + report.scenario->ports_in_use;
}

/// What a machine's settings for a change are called, if the subject does not say it already.
std::string settings_suffix(const Advice& advice) {
  std::string names;
  for (const MachineSetting& setting : advice.settings) {
    if (setting.form == SettingForm::netsh) {
      names += ": netsh int ipv4 set dynamicport tcp " + setting.value;
    } else if (setting.name != advice.subject) {
      names += fmt::format("{}{} = {}", names.empty() ? ": " : ", ", setting.name, setting.value);
    }
  }
  return names;
}

void write_advice(const Advice& advice, TextLayout& text) {
  if (!advice.lever || !advice.now || !advice.value) {
    text.row(advice.subject, advice.option + settings_suffix(advice));
    return;
  }
  const bool is_upper_limit = *advice.lever == Lever::rate || *advice.lever == Lever::delay;
  text.row(advice.subject,
           fmt::format("{} or {} (now {}){}", lever_text(*advice.value), is_upper_limit ? "less" : "more",
                       lever_text(*advice.now), settings_suffix(advice)));
}

/// True when --emit can write one of the changes.
bool can_be_emitted(const std::vector<Advice>& all) {
  return std::any_of(all.begin(), all.end(), [](const Advice& advice) {
    return !advice.settings.empty() && advice.settings.front().form != SettingForm::other;
  });
}

void write_remedies(const Remedies& remedies, TextLayout& text) {
  if (!remedies.advice.empty()) {
    text.heading("What would fix it (any one of these; each was checked by a run)");
  }
  for (const Advice& advice : remedies.advice) {
    write_advice(advice, text);
  }
  if (can_be_emitted(remedies.advice)) {
    text.line("  --emit reg, netsh or sysctl writes a change as a file for the machine.");
  }
  if (!remedies.not_enough.empty()) {
    std::string subjects;
    for (const std::string& subject : remedies.not_enough) {
      subjects.append(subjects.empty() ? "" : ", ").append(subject);
    }
    text.heading("What cannot fix it alone: " + subjects);
  }
}

void write_questions(const std::vector<OpenQuestion>& questions, TextLayout& text) {
  text.heading("What would fix it is not told: the load is random, and no --target says");
  text.line("what is good enough. These find it, for the target that you name:");
  for (const OpenQuestion& open : questions) {
    text.line("  " + open.command);  // not wrapped: it is to be copied
  }
}

void write_headroom(const Report& report, TextLayout& text) {
  const Sustainable& limits = report.remedies->sustainable;
  const Scenario& scenario = *report.scenario;
  text.heading(failure_after_window(report)
                   ? "How far it holds within this window (each was checked by a run)"
                   : "How far it holds (one changed at a time; each was checked by a run)");
  if (limits.max_delay) {
    text.row(delay_name(scenario.stack), fmt::format("up to {} (now {})", exact_seconds(*limits.max_delay),
                                                     exact_seconds(scenario.time_wait)));
  }
  if (limits.max_rate) {
    text.row("rate", fmt::format("up to {} (now {})", exact_rate(*limits.max_rate), rate_text(scenario)));
  }
  if (limits.min_ports) {
    text.row("ports", fmt::format("{} {} enough (now {})", grouped(*limits.min_ports),
                                  *limits.min_ports == 1 ? "is" : "are", grouped(pool_size(report))));
  }
}

void write_limits(const Report& report, TextLayout& text) {
  if (!report.remedies) {
    return;
  }
  const Remedies& remedies = *report.remedies;
  const Sustainable& limits = remedies.sustainable;
  const bool has_limits = limits.max_delay || limits.max_rate || limits.min_ports;
  if (!remedies.questions.empty()) {
    write_questions(remedies.questions, text);
  } else if (!remedies.advice.empty() || !remedies.not_enough.empty()) {
    write_remedies(remedies, text);
  } else if (has_limits) {
    write_headroom(report, text);
  } else if (has_random_draws(*report.scenario)) {
    text.heading("How far it holds is not told: the load is random, and there is no --target.");
  }
}

}  // namespace

void write_limits(const Report& report, const TextStyle& style, std::ostream& out) {
  TextLayout text(out, std::max(style.columns, kLeastColumns));
  write_limits(report, text);
}

void write_text(const Report& report, const TextStyle& style, std::ostream& out) {
  const TextStyle used{std::max(style.columns, kLeastColumns), style.utf8, style.color};
  TextLayout text(out, used.columns);
  write_answer(report, used, text);
  write_scenario(report, text);
  if (report.replications) {
    write_replications(*report.replications, text);
  }
  if (report.batches) {
    write_batches(*report.batches, text);
  }
  write_attempts(report.result, text);
  write_outages(report.result, text);
  write_nat(report, text);
  write_states(report.result, text);
  write_connections(report, text);
  write_replay(report, text);
  write_theory(report, text);
  write_chart(report, used, text);
  write_limits(report, text);
}

}  // namespace portsim
