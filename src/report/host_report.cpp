#include "report/host_report.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

#include "base/number_text.hpp"
#include "report/csv.hpp"
#include "report/json_fields.hpp"
#include "report/json_writer.hpp"

namespace portsim {
namespace {

FieldValue count(std::uint64_t value) { return {FieldValue::Kind::number, std::to_string(value)}; }
FieldValue text(std::string value) { return {FieldValue::Kind::text, std::move(value)}; }
FieldValue flag(bool value) { return {FieldValue::Kind::flag, value ? "true" : "false"}; }
FieldValue seconds(Duration time) { return {FieldValue::Kind::number, seconds_text(time.count())}; }

FieldValue seconds(const std::optional<Duration>& time) { return time ? seconds(*time) : FieldValue{}; }

FieldValue number(const std::optional<double>& value) {
  return value ? FieldValue{FieldValue::Kind::number, number_text(*value)} : FieldValue{};
}

FieldValue text_or_null(const std::string& value) { return value.empty() ? FieldValue{} : text(value); }

std::string_view name_of(RateSource source) {
  switch (source) {
    case RateSource::unknown: return "unknown";
    case RateSource::given: return "given";
    case RateSource::snapshots: return "snapshots";
    case RateSource::timers: return "timers";
  }
  return "";
}

/// Writes objects of fields.
class HostJson {
 public:
  explicit HostJson(std::ostream& out) : writer_(out) {}

  void field(std::string_view name, const FieldValue& value) {
    writer_.name(name);
    write_value(writer_, value);
  }

  void write(const HostReport& report) {
    writer_.begin_object();
    write_machine(report);
    write_sockets(report);
    write_rate(report);
    field("pools_in_all", count(report.pools_in_all));
    writer_.name("pools");
    writer_.begin_array();
    for (const HostPool& pool : report.pools) {
      write_pool(report, pool);
    }
    writer_.end_array();
    writer_.name("advice");
    writer_.begin_array();
    for (const HostAdvice& advice : report.advice) {
      writer_.begin_object();
      field("setting", text(advice.setting));
      field("value", text(advice.value));
      field("exhausted_after_s", seconds(advice.exhausted_after));
      writer_.end_object();
    }
    writer_.end_array();
    writer_.end_object();
  }

 private:
  void write_machine(const HostReport& report) {
    field("schema", text("portsim.host/1"));
    field("version", text(report.version));
    field("sockets_from", text(report.sockets_from));
    field("settings_from", text_or_null(report.settings_from));
    writer_.name("settings");
    writer_.begin_object();
    for (const auto& [name, value] : report.settings) {
      field(name, text(value));
    }
    writer_.end_object();
    field("profile", text(report.profile));
    field("scope", text(report.scope_name));
    field("ports", text(report.ports));
    field("pool", count(report.pool_size));
    field("listening_ports", count(report.listening_ports));
    field("capacity", count(report.capacity()));
    field("time_wait_s", seconds(report.time_wait));
    field("application_error", text(report.application_error));
  }

  void write_sockets(const HostReport& report) {
    const std::uint64_t left_out =
        report.listening + report.accepted + report.outside_range + report.not_connected;
    writer_.name("sockets");
    writer_.begin_object();
    field("read", count(report.sockets));
    field("hold_a_port", count(report.sockets - left_out));
    field("listening", count(report.listening));
    field("accepted", count(report.accepted));
    field("outside_range", count(report.outside_range));
    field("not_connected", count(report.not_connected));
    const auto counted = [&](std::uint64_t KernelCounts::*member) {
      return report.kernel ? count((*report.kernel).*member) : FieldValue{};
    };
    field("kernel_in_use", counted(&KernelCounts::in_use));
    field("kernel_orphans", counted(&KernelCounts::orphans));
    field("kernel_time_wait", counted(&KernelCounts::time_wait));
    field("time_wait_listed", counted(&KernelCounts::time_wait_listed));
    writer_.end_object();
  }

  void write_rate(const HostReport& report) {
    writer_.name("rate");
    writer_.begin_object();
    field("source", text(std::string(name_of(report.rate_source))));
    field("interval_s", report.interval > Duration{} ? seconds(report.interval) : FieldValue{});
    field("active_opens_per_s", number(report.active_opens_per_s));
    writer_.end_object();
    field("horizon_s", report.rate_source == RateSource::unknown ? FieldValue{} : seconds(report.horizon));
    const bool will_fail = !report.pools.empty() && report.pools.front().exhausted_after;
    field("exhausted", report.rate_source == RateSource::unknown ? FieldValue{} : flag(will_fail));
    field("exhausted_after_s", will_fail ? seconds(report.pools.front().exhausted_after) : FieldValue{});
  }

  void write_states(const StateCounts& states) {
    writer_.name("states");
    writer_.begin_object();
    for (std::size_t i = 0; i < kClientStates.size(); ++i) {
      field(name(kClientStates[i]), count(states[i]));
    }
    writer_.end_object();
  }

  void write_pool(const HostReport& report, const HostPool& pool) {
    writer_.begin_object();
    field("from", text_or_null(pool.from));
    field("to", text_or_null(pool.to));
    field("capacity", count(report.capacity()));
    field("in_use", count(pool.in_use));
    write_states(pool.states);
    field("opens_per_s", number(pool.opens_per_s));
    field("growth_per_s", number(pool.growth_per_s));
    field("exhausted_after_s", seconds(pool.exhausted_after));
    writer_.name("destinations");
    writer_.begin_array();
    for (const HostDestination& destination : pool.destinations) {
      writer_.begin_object();
      field("from", text(destination.from));
      field("to", text(destination.to));
      field("in_use", count(destination.in_use));
      write_states(destination.states);
      writer_.end_object();
    }
    writer_.end_array();
    writer_.end_object();
  }

  JsonWriter writer_;
};

std::vector<Scalar> row_of(const HostReport& report, const HostPool& pool,
                           const HostDestination& destination) {
  std::vector<Scalar> row{
      {"from", text(destination.from)}, {"to", text(destination.to)}, {"in_use", count(destination.in_use)}};
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    row.push_back({"states." + std::string(name(kClientStates[i])), count(destination.states[i])});
  }
  row.push_back({"pool.from", text(pool.from)});
  row.push_back({"pool.to", text(pool.to)});
  row.push_back({"pool.capacity", count(report.capacity())});
  row.push_back({"pool.in_use", count(pool.in_use)});
  row.push_back({"pool.opens_per_s", number(pool.opens_per_s)});
  row.push_back({"pool.growth_per_s", number(pool.growth_per_s)});
  row.push_back({"pool.exhausted_after_s", seconds(pool.exhausted_after)});
  return row;
}

}  // namespace

void write_host_json(const HostReport& report, std::ostream& out) {
  HostJson(out).write(report);
  out << '\n';
}

void write_host_csv(const HostReport& report, std::ostream& out) {
  write_csv_header(row_of(report, {}, {}), out);
  for (const HostPool& pool : report.pools) {
    for (const HostDestination& destination : pool.destinations) {
      write_csv_row(row_of(report, pool, destination), out);
    }
  }
}

}  // namespace portsim
