// Connections out of flows, of which each direction has rows of its own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trace/log_reader.hpp"

namespace portsim {

/// What one side sent within some time.
struct Flow {
  std::string_view source;
  std::string_view destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::string_view flags;  ///< letters S, F and R among others
  bool has_flags = false;  ///< the log tells flags
  bool is_answer = false;  ///< by a SYN with ACK: the sender is the server
};

/// Joins the flows between two endpoints to connections. A flow with a SYN begins a new one where the present
/// one has a SYN of that side already. The client is the side whose SYN is no answer; where that cannot be
/// told the one that sent first, and at one instant the one with the higher port.
class FlowPairs {
 public:
  void add(const Flow& flow);

  /// Gives the connections to the sink.
  void finish(LogSink& sink);

 private:
  struct Side {
    std::string address;
    std::uint16_t port = 0;
    std::string flags;
    bool sent = false;
    bool is_server = false;
    std::int64_t begin_ns = 0;
  };
  struct Connection {
    Side sides[2];
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0;
    bool has_flags = false;
  };

  static std::size_t client_of(const Connection& connection);
  static void give(const Connection& connection, LogSink& sink);

  using Endpoint = std::pair<std::string, std::uint16_t>;
  std::map<std::pair<Endpoint, Endpoint>, std::size_t> open_;  // the last connection of each pair
  std::vector<Connection> connections_;
};

}  // namespace portsim
