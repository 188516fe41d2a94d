#include "trace/connection_log.hpp"

#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace portsim {

namespace {

/// A time that is too long becomes the longest one; it holds its port for the whole run in either case.
Duration capped(std::int64_t nanoseconds) {
  return std::clamp(Duration{nanoseconds}, Duration{}, kLongestDelay);
}

}  // namespace

ConnectionLog::ConnectionLog(std::vector<std::string> paths, std::string format,
                             std::vector<std::string> hosts, std::vector<LoggedConnection> connections)
    : paths_(std::move(paths)),
      format_(std::move(format)),
      hosts_(std::move(hosts)),
      connections_(std::move(connections)),
      begins_(hosts_.size() + 1) {
  const auto is_before = [](const LoggedConnection& a, const LoggedConnection& b) {
    return std::tie(a.host, a.start_ns) < std::tie(b.host, b.start_ns);
  };
  if (!std::is_sorted(connections_.begin(), connections_.end(), is_before)) {
    std::stable_sort(connections_.begin(), connections_.end(), is_before);
  }
  for (const LoggedConnection& connection : connections_) {
    ++begins_[connection.host + 1];
  }
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    begins_[host + 1] += begins_[host];
  }
}

std::span<const LoggedConnection> ConnectionLog::of(std::size_t host) const {
  return std::span(connections_).subspan(begins_[host], begins_[host + 1] - begins_[host]);
}

RecordedLoad ConnectionLog::load(std::vector<LoggedConnection> connections, bool has_sources) const {
  auto rows = std::make_shared<std::vector<RecordedConnection>>();
  rows->reserve(connections.size());
  std::unordered_map<std::uint32_t, std::uint32_t> destinations;
  for (const LoggedConnection& logged : connections) {
    RecordedConnection& row = rows->emplace_back();
    row.start = TimePoint{capped(logged.start_ns - connections.front().start_ns)};
    row.closer = logged.closer;
    if (logged.lifetime_ns >= 0) {
      row.lifetime = capped(logged.lifetime_ns);
    }
    row.source = has_sources ? logged.host : 0;
    row.destination =
        destinations.try_emplace(logged.destination, static_cast<std::uint32_t>(destinations.size()))
            .first->second;
    row.is_loopback = logged.is_loopback;
  }
  return {.paths = paths_, .connections = std::move(rows)};
}

RecordedLoad ConnectionLog::load_of(std::size_t host) const {
  const std::span<const LoggedConnection> part = of(host);
  return load({part.begin(), part.end()}, false);
}

RecordedLoad ConnectionLog::load_of_all() const {
  std::vector<LoggedConnection> all = connections_;
  std::stable_sort(all.begin(), all.end(), [](const LoggedConnection& a, const LoggedConnection& b) {
    return a.start_ns < b.start_ns;
  });
  return load(std::move(all), true);
}

RuleCounts ConnectionLog::rules_of(std::size_t host) const {
  RuleCounts counts{};
  for (const LoggedConnection& connection : of(host)) {
    ++counts[static_cast<std::size_t>(connection.rule)];
  }
  return counts;
}

}  // namespace portsim
