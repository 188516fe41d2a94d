#include "trace/flow_pairs.hpp"

#include <algorithm>

#include "trace/flow_flags.hpp"

namespace portsim {

namespace {

bool has_syn(std::string_view flags) { return flags.find('S') != std::string_view::npos; }

}  // namespace

void FlowPairs::add(const Flow& flow) {
  Endpoint source{std::string(flow.source), flow.source_port};
  Endpoint destination{std::string(flow.destination), flow.destination_port};
  const std::size_t sender = source < destination ? 0 : 1;
  const auto key = sender == 0 ? std::pair(source, destination) : std::pair(destination, source);
  const auto found = open_.find(key);
  const bool is_new = found == open_.end() ||
                      (has_syn(flow.flags) && has_syn(connections_[found->second].sides[sender].flags));
  if (is_new) {
    open_[key] = connections_.size();
    Connection& fresh = connections_.emplace_back();
    fresh.begin_ns = flow.begin_ns;
    fresh.end_ns = flow.end_ns;
    fresh.sides[0].address = key.first.first;
    fresh.sides[0].port = key.first.second;
    fresh.sides[1].address = key.second.first;
    fresh.sides[1].port = key.second.second;
  }
  Connection& connection = connections_[open_[key]];
  connection.begin_ns = std::min(connection.begin_ns, flow.begin_ns);
  connection.end_ns = std::max(connection.end_ns, flow.end_ns);
  connection.has_flags = connection.has_flags || flow.has_flags;
  Side& side = connection.sides[sender];
  side.begin_ns = side.sent ? std::min(side.begin_ns, flow.begin_ns) : flow.begin_ns;
  side.sent = true;
  side.is_server = side.is_server || flow.is_answer;
  side.flags += flow.flags;
}

std::size_t FlowPairs::client_of(const Connection& connection) {
  const Side& first = connection.sides[0];
  const Side& second = connection.sides[1];
  if (first.is_server != second.is_server) {
    return first.is_server ? 1 : 0;
  }
  if (has_syn(first.flags) != has_syn(second.flags)) {
    return has_syn(first.flags) ? 0 : 1;
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

void FlowPairs::finish(LogSink& sink) {
  for (const Connection& connection : connections_) {
    give(connection, sink);
  }
}

}  // namespace portsim
