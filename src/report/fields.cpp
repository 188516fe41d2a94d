#include "report/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/answer.hpp"
#include "report/field_values.hpp"
#include "report/replication_fields.hpp"
#include "report/solution.hpp"

namespace portsim {
namespace {

/// The log that was replayed, or the file of the schedule.
void visit_inputs(const Load& load, FieldSink& sink) {
  const auto* recorded = std::get_if<RecordedLoad>(&load);
  const auto* made_up = std::get_if<GeneratedLoad>(&load);
  const auto* scheduled = made_up == nullptr ? nullptr : std::get_if<ScheduledArrivals>(&made_up->arrivals);
  if (recorded == nullptr && scheduled == nullptr) {
    return;
  }
  sink.begin(recorded != nullptr ? "replay" : "schedule", Group::array);
  for (const InputFile& file :
       recorded != nullptr ? recorded->files : std::vector<InputFile>{scheduled->schedule->file}) {
    sink.begin("", Group::object);
    sink.value("path", text(file.path));
    sink.value("size", count(file.size));
    sink.value("sha256", text(file.sha256));
    sink.end();
  }
  sink.end();
}

void visit_first_failure(const Result& result, FieldSink& sink) {
  const std::optional<FirstFailure>& failure = result.first_failure;
  const Group group = failure ? Group::object : Group::absent_object;
  sink.begin("first_failure", group);
  sink.value("time_s", or_null(failure, [](const FirstFailure& at) { return seconds(at.time); }));
  sink.value("attempt", or_null(failure, [](const FirstFailure& at) { return count(at.attempt); }));
  sink.begin("states", group);
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    sink.value(name(kClientStates[i]),
               or_null(failure, [i](const FirstFailure& at) { return count(at.states[i]); }));
  }
  sink.end();
  sink.end();
}

void visit_attempts(const Result& result, FieldSink& sink) {
  sink.value("attempts", count(result.attempts));
  sink.value("connected", count(result.connected));
  sink.value("refused", count(result.refused));
  sink.value("timed_out", count(result.timed_out));
  sink.value("failed", count(result.failed));
  sink.value("failure_ratio", result.attempts == 0 ? count(0) : quotient(result.failed, result.attempts));
  sink.value("callers", count(result.callers));
  sink.value("callers_failed", count(result.callers_failed));
}

void visit_outages(const OutageResult& outages, FieldSink& sink) {
  sink.begin("outages", Group::object);
  sink.value("count", count(outages.count));
  sink.value("total_s", seconds(outages.total));
  sink.value("longest_s", seconds(outages.longest));
  sink.begin("list", Group::array);
  for (const Outage& outage : outages.list) {
    sink.begin("", Group::object);
    sink.value("start_s", seconds(outage.start));
    sink.value("end_s", seconds(outage.end));
    sink.value("failed", count(outage.failed));
    if (outage.open) {
      sink.value("open", flag(true));
    }
    sink.end();
  }
  sink.end();
  sink.value("list_truncated", flag(outages.list_truncated));
  sink.end();
}

/// The fields of a gauge; the group around them is the caller's.
void visit_gauge(const GaugeResult& gauge, Duration window, FieldSink& sink) {
  sink.value("peak", count(gauge.peak));
  sink.value("mean", quotient(gauge.area, static_cast<Uint128>(window.count())));
  sink.value("at_end", count(gauge.at_end));
}

void visit_gauges(const Result& result, FieldSink& sink) {
  sink.begin("ports_in_use", Group::object);
  visit_gauge(result.ports_in_use, result.window, sink);
  sink.end();
  sink.begin("states", Group::object);
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    sink.begin(name(kClientStates[i]), Group::object);
    visit_gauge(result.states[i].gauge, result.window, sink);
    sink.value("entered", count(result.states[i].entered));
    sink.end();
  }
  sink.end();
}

void visit_connections(const Result& result, FieldSink& sink) {
  const Uint128 holds_in_seconds = Uint128{result.holds} * static_cast<Uint128>(kNanosecondsPerSecond);
  sink.value("hold_mean_s",
             or_null(result.hold_sum_ns, [&](Uint128 sum) { return quotient(sum, holds_in_seconds); }));
  sink.value("early_releases", count(result.early_releases.total()));
  sink.value("fin_wait_2_timeouts", count(result.fin_wait_2_timeouts));
  sink.value("fin_timeouts", count(result.fin_timeouts));
  sink.value("draws_capped", count(result.draws_capped));
  sink.begin("search", Group::object);
  sink.value("mean", quotient(result.search_sum, result.attempts));
  sink.value("max", result.attempts == 0 ? FieldValue{} : count(result.search_max));
  sink.end();
  sink.value("reuse_interval_min_s",
             or_null(result.reuse_interval_min, [](Duration value) { return seconds(value); }));
}

void visit_sessions(const Report& report, FieldSink& sink) {
  sink.begin("server_sessions", Group::object);
  sink.value("peak", count(report.result.server_sessions_peak));
  sink.value("limit", or_null(report.scenario->session_limit, count));
  sink.value("event_2009_s", or_null(report.result.event_2009, [](TimePoint at) { return seconds(at); }));
  sink.end();
}

void visit_pool_failures(std::string_view name, const PoolFailures& failures, FieldSink& sink) {
  sink.begin(name, Group::object);
  sink.value("failed", count(failures.failed));
  sink.value("first_failure_s", or_null(failures.first, [](TimePoint at) { return seconds(at); }));
  sink.end();
}

void visit_nat(const NatResult& nat, Duration window, FieldSink& sink) {
  sink.begin("nat", Group::object);
  sink.value("capacity", count(nat.capacity));
  sink.value("busiest_peak", count(nat.key_peak));
  sink.begin("translations", Group::object);
  visit_gauge(nat.in_use, window, sink);
  sink.end();
  visit_pool_failures("at_hosts", nat.at_hosts, sink);
  visit_pool_failures("at_nat", nat.at_nat, sink);
  sink.end();
}

void visit_sustainable(const Sustainable& sustainable, FieldSink& sink) {
  sink.begin("sustainable", Group::object);
  sink.value("max_rate_per_s", or_null(sustainable.max_rate, rate));
  sink.value("max_delay_s", or_null(sustainable.max_delay, [](Duration value) { return seconds(value); }));
  sink.value("min_ports", or_null(sustainable.min_ports, count));
  sink.end();
}

std::string_view form_name(SettingForm form) {
  switch (form) {
    case SettingForm::registry: return "registry";
    case SettingForm::netsh: return "netsh";
    case SettingForm::sysctl: return "sysctl";
    case SettingForm::other: return "other";
  }
  return "";
}

FieldValue lever_value(const std::optional<LeverValue>& value) {
  return or_null(value, [](const LeverValue& known) { return number(lever_digits(known)); });
}

/// One list: what was tried and does, or the commands that would find it.
void visit_advice(const Remedies& remedies, FieldSink& sink) {
  sink.begin("advice", Group::array);
  for (const Advice& advice : remedies.advice) {
    sink.begin("", Group::object);
    sink.value("subject", text(advice.subject));
    sink.value("now", lever_value(advice.now));
    sink.value("value", lever_value(advice.value));
    sink.value("unit", or_null(advice.lever, [](Lever lever) { return text(lever_unit(lever)); }));
    sink.value("option", text(advice.option));
    sink.value("change", real(advice.change));
    sink.begin("settings", Group::array);
    for (const MachineSetting& setting : advice.settings) {
      sink.begin("", Group::object);
      sink.value("form", text(form_name(setting.form)));
      sink.value("name", text(setting.name));
      sink.value("value", text(setting.value));
      sink.end();
    }
    sink.end();
    sink.value("command", FieldValue{});
    sink.end();
  }
  for (const OpenQuestion& open : remedies.questions) {
    sink.begin("", Group::object);
    sink.value("subject", text(open.subject));
    sink.value("now", lever_value(open.now));
    sink.value("value", FieldValue{});
    sink.value("unit", text(lever_unit(open.lever)));
    sink.value("option", FieldValue{});
    sink.value("change", FieldValue{});
    sink.begin("settings", Group::array);
    sink.end();
    sink.value("command", text(open.command));
    sink.end();
  }
  sink.end();
  sink.value("best_advice",  // for rows, which have no lists
             remedies.advice.empty() ? FieldValue{} : text(remedies.advice.front().option));
}

void visit_theory(const Theory& theory, FieldSink& sink) {
  sink.begin("theory", Group::object);
  sink.value("offered_load", or_null(theory.offered_load, real));
  sink.value("fluid_failure_ratio", or_null(theory.fluid_failure_ratio, real));
  sink.value("first_failure_s", or_null(theory.first_failure, [](TimePoint at) { return seconds(at); }));
  sink.value("erlang_b", or_null(theory.erlang_b, real));
  sink.end();
}

void visit_replay(const ReplaySummary& replay, FieldSink& sink) {
  sink.begin("log", Group::object);
  sink.value("format", text(replay.format));
  sink.value("host", replay.host.empty() ? FieldValue{} : text(replay.host));
  sink.value("skipped_rows", count(replay.skipped_rows));
  sink.value("damaged_lines", count(replay.damaged_lines));
  if (replay.lost_rows > 0) {
    sink.value("lost_rows", count(replay.lost_rows));
  }
  sink.begin("observed_exhaustion", Group::object);
  sink.value("count", count(replay.observed));
  sink.value("first", replay.observed_first.empty() ? FieldValue{} : text(replay.observed_first));
  sink.end();
  sink.begin("closer_decided_by", Group::object);
  for (const auto& [rule, connections] : replay.closer_rules) {
    sink.value(rule, count(connections));
  }
  sink.end();
  sink.end();
  sink.begin("hosts", Group::array);
  for (const ReplayedHost& host : replay.hosts) {
    sink.begin("", Group::object);
    sink.value("host", text(host.address));
    sink.value("connections", count(host.connections));
    sink.value("peak", or_null(host.peak, count));
    sink.value("failed", count(host.failed));
    sink.value("first_failure_s", or_null(host.first_failure, [](TimePoint at) { return seconds(at); }));
    sink.end();
  }
  sink.end();
}

/// Joins names by dots, drops arrays and what is in them.
class Flattener final : public FieldSink {
 public:
  void begin(std::string_view name, Group group) override {
    prefix_ends_.push_back(prefix_.size());
    prefix_.append(name).push_back('.');
    if (skipped_depth_ > 0 || group == Group::array) {
      ++skipped_depth_;
    }
  }

  void end() override {
    prefix_.resize(prefix_ends_.back());
    prefix_ends_.pop_back();
    if (skipped_depth_ > 0) {
      --skipped_depth_;
    }
  }

  void value(std::string_view name, const FieldValue& value) override {
    if (skipped_depth_ == 0) {
      scalars_.push_back({prefix_ + std::string(name), value});
    }
  }

  std::vector<Scalar> take() { return std::move(scalars_); }

 private:
  std::vector<Scalar> scalars_;
  std::string prefix_;
  std::vector<std::size_t> prefix_ends_;
  int skipped_depth_ = 0;
};

}  // namespace

void visit_scenario(const Load& load, const std::vector<std::pair<std::string, std::string>>& scenario_echo,
                    const std::vector<std::pair<std::string, std::string>>& stack_echo,
                    const std::vector<std::pair<std::string, std::string>>& nat_echo, FieldSink& sink) {
  sink.begin("scenario", Group::object);
  visit_inputs(load, sink);
  for (const auto& [option, value] : scenario_echo) {
    std::string name = option;
    std::replace(name.begin(), name.end(), '-', '_');
    sink.value(name, text(value));
  }
  sink.begin("stack", Group::object);
  for (const auto& [name, value] : stack_echo) {
    sink.value(name, text(value));
  }
  sink.end();
  if (!nat_echo.empty()) {
    sink.begin("nat_stack", Group::object);
    for (const auto& [name, value] : nat_echo) {
      sink.value(name, text(value));
    }
    sink.end();
  }
  sink.end();
}

void visit_fields(const Report& report, FieldSet set, FieldSink& sink) {
  const Result& result = report.result;
  sink.value("schema", text("portsim.run/1"));
  sink.value("version", text(report.version));
  if (set == FieldSet::all) {
    visit_scenario(report.scenario->load, report.scenario_echo, report.stack_echo, report.nat_echo, sink);
  }
  sink.value("capacity", count(result.capacity));
  sink.value("exhausted", flag(result.exhausted()));
  sink.value("application_error", result.exhausted() ? text(application_error(report)) : FieldValue{});
  visit_first_failure(result, sink);
  visit_attempts(result, sink);
  visit_outages(result.outages, sink);
  visit_gauges(result, sink);
  visit_connections(result, sink);
  visit_sessions(report, sink);
  if (result.nat) {
    visit_nat(*result.nat, result.window, sink);
  }
  sink.value("drain_s", or_null(result.drain, [](Duration value) { return seconds(value); }));
  if (report.with_fingerprint) {
    sink.value("fingerprint", text(fmt::format("{:016x}", result.fingerprint)));
  }
  if (report.remedies) {
    visit_sustainable(report.remedies->sustainable, sink);
  }
  visit_theory(report.theory, sink);
  if (report.remedies) {
    visit_advice(*report.remedies, sink);
  }
  if (report.replications) {
    visit_replications(*report.replications, sink);
  }
  if (report.batches) {
    visit_batches(*report.batches, sink);
  }
  if (report.replay) {
    visit_replay(*report.replay, sink);
  }
}

std::vector<Scalar> scalars(const Report& report, FieldSet set) {
  return scalars_of([&](FieldSink& sink) { visit_fields(report, set, sink); });
}

std::vector<Scalar> scalars_of(const FieldVisit& visit) {
  Flattener flattener;
  visit(flattener);
  return flattener.take();
}

}  // namespace portsim
