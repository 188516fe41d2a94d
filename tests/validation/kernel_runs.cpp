#include "kernel_runs.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "scenario/load_text.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/value_text.hpp"
#include "trace/line_reader.hpp"

namespace portsim {
namespace {

using Json = rapidjson::Value;

std::string text(const Json& object, const char* key) { return object[key].GetString(); }

template <class T>
T parsed(Parsed<T> value) {
  if (const auto* wrong = std::get_if<Wrong>(&value)) {
    throw std::runtime_error(wrong->what);
  }
  return std::get<T>(std::move(value));
}

Duration seconds(const Json& object, const char* key) { return parsed(parse_duration(text(object, key))); }

/// The running sums of an array of differences, in units of `unit`.
std::vector<TimePoint> instants(const Json& differences, Duration unit) {
  std::vector<TimePoint> result;
  TimePoint time{};
  for (const Json& difference : differences.GetArray()) {
    time += difference.GetInt64() * unit;
    result.push_back(time);
  }
  return result;
}

/// The column `bind` of a run, `fixed` apart: the program then asks for the pool's first port.
RecordedConnection common_part(const Json& run) {
  RecordedConnection connection;
  connection.closer = find_closer(text(run, "closer"));
  connection.peer_close_delay = seconds(run, "peer_close_delay_s");
  if (const Duration timeout = seconds(run, "connect_timeout_s"); timeout > Duration{}) {
    connection.connect_timeout = timeout;
  }
  connection.is_loopback = run["loopback"].GetBool();
  connection.reuse_address = run["reuse_address"].GetBool();
  if (text(run, "bind") == "fixed") {
    connection.local_port = parsed(parse_ranges(text(run, "ports"))).front().first;
  } else {
    connection.bind = parsed(parse_bind(text(run, "bind")));
  }
  return connection;
}

/// Attempt i goes to destination i mod D, from source (i div D) mod S, or i mod S where there is one
/// destination; which of several lifetimes it has is a digit of `lifetime_of`.
RecordedLoad load_of(const Json& run) {
  std::vector<Duration> lifetimes;
  for (const Json& lifetime : run["lifetimes_s"].GetArray()) {
    lifetimes.push_back(parsed(parse_duration(lifetime.GetString())));
  }
  const std::string lifetime_of = text(run, "lifetime_of");
  const std::uint64_t sources = run["sources"].GetUint();
  const std::uint64_t destinations = run["destinations"].GetUint();
  RecordedConnection connection = common_part(run);
  auto connections = std::make_shared<std::vector<RecordedConnection>>();
  for (const TimePoint start : instants(run["gaps_us"], std::chrono::microseconds(1))) {
    const std::size_t index = connections->size();
    connection.start = start;
    connection.destination = static_cast<std::uint32_t>(index % destinations);
    connection.source = static_cast<std::uint32_t>(index / destinations % sources);
    connection.lifetime = lifetimes.at(
        lifetime_of.empty() ? 0 : static_cast<std::size_t>(lifetime_of.at(index)) - std::size_t{'0'});
    connections->push_back(connection);
  }
  return {{{.path = text(run, "run")}}, std::move(connections)};
}

/// Lengths of alternating runs of attempts that got a port and attempts that did not.
std::vector<bool> failures_of(const Json& run) {
  std::vector<bool> failed;
  bool is_failing = false;
  for (const Json& length : run["outcomes"].GetArray()) {
    failed.insert(failed.end(), length.GetUint64(), is_failing);
    is_failing = !is_failing;
  }
  return failed;
}

std::vector<TimeWaitSample> samples_of(const Json& run) {
  std::vector<TimeWaitSample> samples;
  for (const TimePoint time : instants(run["sample_gaps_ms"], std::chrono::milliseconds(1))) {
    samples.push_back({time, run["time_wait"][static_cast<unsigned>(samples.size())].GetUint64()});
  }
  return samples;
}

KernelRun run_of(const Json& json) {
  KernelRun run;
  run.name = text(json, "run");
  const auto option = [&](const std::string& name, const std::string& value) {
    run.options.push_back({name, value, run.name + ": " + name});
  };
  option("ports", text(json, "ports"));
  option("timer-offset", text(json, "timer_offset_s"));
  option("duration", text(json, "watched_s"));
  option("rtt", "0");
  for (auto knob = json["knobs"].MemberBegin(); knob != json["knobs"].MemberEnd(); ++knob) {
    const std::string name = knob->name.GetString();
    run.knobs.push_back({name, std::to_string(knob->value.GetInt64()), run.name + ": " + name});
  }
  run.load = load_of(json);
  run.failed = failures_of(json);
  if (run.failed.size() != run.load.connections->size()) {
    throw std::runtime_error(run.name + ": outcomes and attempts differ in number");
  }
  run.samples = samples_of(json);
  if (!text(json, "last_release_s").empty()) {
    run.last_release = TimePoint{seconds(json, "last_release_s")};
  }
  return run;
}

void read_file(const std::string& path, std::vector<KernelRun>& runs) {
  LineReader reader(path);
  while (reader.next()) {
    rapidjson::Document json;
    json.Parse(reader.line().data(), reader.line().size());
    if (json.HasParseError() || reader.is_cut()) {
      throw std::runtime_error(path + ": a line is not JSON");
    }
    runs.push_back(run_of(json));
  }
  if (!reader.error().empty()) {
    throw std::runtime_error(path + ": " + reader.error());
  }
}

}  // namespace

std::vector<KernelRun> read_kernel_runs(const std::string& directory) {
  std::vector<KernelRun> runs;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    read_file(entry.path().string(), runs);
  }
  std::sort(runs.begin(), runs.end(), [](const KernelRun& a, const KernelRun& b) { return a.name < b.name; });
  return runs;
}

}  // namespace portsim
