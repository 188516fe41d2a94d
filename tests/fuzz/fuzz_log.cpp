// A log of any format, recognised by its content, and the loads of its hosts.
#include <numeric>

#include "memory_file.hpp"
#include "trace/connection_log.hpp"

namespace portsim::fuzz {
namespace {

void check_rows(const RecordedLoad& load) {
  require(load.connections && !load.connections->empty(), "a load has a connection");
  TimePoint last{};
  load.connections->for_each([&](const RecordedConnection& row) {
    require(row.start >= last, "rows are in the order of their starts");
    require(!row.lifetime || *row.lifetime >= Duration{}, "no connection lasts less than nothing");
    last = row.start;
  });
}

void check_log(const ConnectionLog& log) {
  require(!log.hosts().empty(), "a log has a host");
  for (std::size_t host = 0; host < log.hosts().size() && host < 3; ++host) {
    const RecordedLoad load = log.load_of(host);
    check_rows(load);
    require(load.connections->size() == log.count_of(host), "a host has the connections that were counted");
    require(load.connections->front().start == TimePoint{}, "a host's first connection is at 0");
    const RuleCounts rules = log.rules_of(host);
    require(std::accumulate(rules.begin(), rules.end(), std::uint64_t{0}) == log.count_of(host),
            "one rule decided each connection");
  }
  check_rows(log.load_of_all());
}

}  // namespace
}  // namespace portsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  static const fuzz::MemoryFile file;
  file.hold(fuzz::text_of(data, size));
  LogChoices choices;
  choices.worst_case = size % 2 == 1;
  const auto read = read_logs({file.path()}, choices);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    fuzz::require_readable(*faults);
  } else if (const auto* log = std::get_if<ConnectionLog>(&read)) {
    fuzz::check_log(*log);
  } else {
    fuzz::check_rows(std::get<RecordedLoad>(read));
  }
  return 0;
}
