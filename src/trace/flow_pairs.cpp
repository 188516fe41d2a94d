#include "trace/flow_pairs.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "trace/flow_flags.hpp"

namespace portsim {

namespace {

constexpr std::int64_t kMinute = 60 * kNanosecondsPerSecond;
constexpr std::int64_t kLongestWindow = 10 * kMinute;  // over which a flow log adds up
constexpr std::int64_t kLongestSilence = 60 * kMinute;
constexpr std::uint64_t kFlowsBetweenLooks = 1U << 18U;

bool has(std::string_view flags, char letter) { return flags.find(letter) != std::string_view::npos; }

/// What both sides sent, of a row that tells their flags together: `SRA` without data is a refusal.
std::string_view flags_of_answer(std::string_view flags) {
  return has(flags, 'R') && !has(flags, 'P') && !has(flags, 'F') ? "R" : flags;
}

}  // namespace

bool FlowPairs::Connection::is_over() const {
  const std::string_view first = sides[0].flags;
  const std::string_view second = sides[1].flags;
  return has(first, 'R') || has(second, 'R') || (has(first, 'F') && has(second, 'F'));
}

/// The same for both directions: the lesser endpoint first.
void FlowPairs::write_key(const FlowRecord& flow, bool is_in_order, std::string& key) {
  const auto append = [&key](std::string_view address, std::uint16_t port) {
    key.append(address).push_back(' ');
    key.push_back(static_cast<char>(port >> 8U));
    key.push_back(static_cast<char>(port & 0xFFU));
  };
  key.clear();
  if (is_in_order) {
    append(flow.source, flow.source_port);
  }
  append(flow.destination, flow.destination_port);
  if (!is_in_order) {
    append(flow.source, flow.source_port);
  }
}

/// The connection that a flow belongs to; null if it begins one.
FlowPairs::Connection* FlowPairs::find(std::vector<Connection>& connections, const FlowRecord& flow,
                                       std::size_t sender) {
  Connection* best = nullptr;
  std::int64_t least = 0;
  for (Connection& connection : connections) {
    const Side& side = connection.sides[sender];
    const bool is_another_start =
        has(flow.flags, 'S') && side.sent && (has(side.flags, 'S') || side.begin_ns < flow.begin_ns);
    const std::int64_t distance =
        std::max({std::int64_t{0}, flow.begin_ns - connection.end_ns, connection.begin_ns - flow.end_ns});
    const std::int64_t most = connection.has_flags && flow.has_flags ? kLongestSilence : kLongestWindow;
    if (!is_another_start && distance <= most && (best == nullptr || distance < least)) {
      best = &connection;
      least = distance;
    }
  }
  return best;
}

void FlowPairs::take(const FlowRecord& flow, std::size_t sender, Connection& connection) {
  connection.begin_ns = std::min(connection.begin_ns, flow.begin_ns);
  connection.end_ns = std::max(connection.end_ns, flow.end_ns);
  connection.has_flags = connection.has_flags || flow.has_flags;
  Side& side = connection.sides[sender];
  side.begin_ns = side.sent ? std::min(side.begin_ns, flow.begin_ns) : flow.begin_ns;
  side.sent = true;
  side.is_server = side.is_server || flow.is_answer;
  for (const char letter : flow.flags) {
    if (letter != '.' && !has(side.flags, letter)) {
      side.flags.push_back(letter);
    }
  }
  if (flow.has_answer) {
    Side& other = connection.sides[1 - sender];
    other.sent = true;
    other.is_server = true;
    other.flags = flags_of_answer(side.flags);
    other.begin_ns = flow.begin_ns;
  }
}

void FlowPairs::add(const FlowRecord& flow, LogSink& sink) {
  const bool is_in_order =
      std::tie(flow.source, flow.source_port) < std::tie(flow.destination, flow.destination_port);
  const std::size_t sender = is_in_order ? 0 : 1;
  now_ns_ = std::max(now_ns_, flow.begin_ns);
  if (++flows_ % kFlowsBetweenLooks == 0) {
    give_those(
        [this](const Connection& connection) {
          return connection.end_ns < now_ns_ - (connection.is_over() ? kLongestWindow : kLongestSilence);
        },
        sink);
  }
  if (open_count_ >= most_open_) {
    give_older_half(sink);
  }
  write_key(flow, is_in_order, key_);
  std::vector<Connection>& connections = open_[key_];
  Connection* connection = find(connections, flow, sender);
  if (connection == nullptr) {
    connection = &connections.emplace_back();
    ++open_count_;
    connection->ordinal = begun_++;
    connection->begin_ns = flow.begin_ns;
    connection->end_ns = flow.end_ns;
    connection->sides[sender].address = flow.source;
    connection->sides[sender].port = flow.source_port;
    connection->sides[1 - sender].address = flow.destination;
    connection->sides[1 - sender].port = flow.destination_port;
  }
  take(flow, sender, *connection);
}

std::size_t FlowPairs::client_of(const Connection& connection) {
  const Side& first = connection.sides[0];
  const Side& second = connection.sides[1];
  if (first.is_server != second.is_server) {
    return first.is_server ? 1 : 0;
  }
  if (has(first.flags, 'S') != has(second.flags, 'S')) {
    return has(first.flags, 'S') ? 0 : 1;
  }
  if (first.sent && second.sent && first.begin_ns != second.begin_ns) {
    return first.begin_ns < second.begin_ns ? 0 : 1;
  }
  return first.port >= second.port ? 0 : 1;
}

void FlowPairs::give(const Connection& connection, LogSink& sink) {
  const std::size_t index = client_of(connection);
  const Side& client = connection.sides[index];
  const Side& server = connection.sides[1 - index];
  LogRow row{.source = client.address, .destination = server.address, .ending = {}};
  row.start_ns = connection.begin_ns;
  row.lifetime = Duration{connection.end_ns - connection.begin_ns};
  row.destination_port = server.port;
  if (connection.has_flags) {
    row.ending = judge_flags(client.flags, server.sent && server.flags.empty() ? "A" : server.flags);
  }
  sink.add(row);
}

/// Gives the connections for which `is_old` is true, in the order in which they began.
template <class IsOld>
void FlowPairs::give_those(IsOld is_old, LogSink& sink) {
  std::vector<Connection> old;
  for (auto at = open_.begin(); at != open_.end();) {
    std::vector<Connection>& connections = at->second;
    const auto kept = std::stable_partition(connections.begin(), connections.end(),
                                            [&](const Connection& c) { return !is_old(c); });
    std::move(kept, connections.end(), std::back_inserter(old));
    connections.erase(kept, connections.end());
    at = connections.empty() ? open_.erase(at) : std::next(at);
  }
  open_count_ -= old.size();
  std::sort(old.begin(), old.end(),
            [](const Connection& a, const Connection& b) { return a.ordinal < b.ordinal; });
  for (const Connection& connection : old) {
    give(connection, sink);
  }
}

void FlowPairs::give_older_half(LogSink& sink) {
  std::vector<std::int64_t> ends;
  ends.reserve(open_count_);
  for (const auto& [key, connections] : open_) {
    for (const Connection& connection : connections) {
      ends.push_back(connection.end_ns);
    }
  }
  const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
  std::nth_element(ends.begin(), middle, ends.end());
  give_those([limit = *middle](const Connection& connection) { return connection.end_ns <= limit; }, sink);
}

void FlowPairs::finish(LogSink& sink) {
  give_those([](const Connection&) { return true; }, sink);
}

}  // namespace portsim
