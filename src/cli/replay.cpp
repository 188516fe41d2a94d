#include "cli/replay.hpp"

#include <memory>
#include <utility>
#include <variant>

#include "trace/csv_log.hpp"

namespace portsim::cli {
namespace {

/// One connection, so late that no --warm-up of a sensible length seems too long for the log.
RecordedLoad stand_in() {
  constexpr Duration kLate = kLongestDelay / 10;
  auto connections = std::make_shared<std::vector<RecordedConnection>>(1);
  connections->front().start = TimePoint{kLate};
  return {.paths = {}, .connections = std::move(connections)};
}

}  // namespace

RecordedLoad read_log(const std::vector<std::string>& operands, std::vector<std::string>& inputs,
                      std::vector<Fault>& faults) {
  if (operands.empty()) {
    return stand_in();  // the missing name is a fault already
  }
  const std::string& path = operands.front();
  inputs.push_back(path);
  auto log = read_csv_log(path);
  if (const auto* more = std::get_if<std::vector<Fault>>(&log)) {
    faults.insert(faults.end(), more->begin(), more->end());
    return stand_in();
  }
  return std::get<RecordedLoad>(std::move(log));
}

}  // namespace portsim::cli
