// Connections out of flows, of which each direction has rows of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trace/log_reader.hpp"

namespace portsim {

/// What one side sent within some time.
struct FlowRecord {
  std::string_view source;
  std::string_view destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::string_view flags;   ///< letters S, F, R and P among others
  bool has_flags = false;   ///< the log tells flags
  bool is_answer = false;   ///< by a SYN with ACK: the sender is the server
  bool has_answer = false;  ///< the row counts what the other side sent too; its flags are those of both
};

/// Joins the flows between two endpoints to connections. A flow joins the connection that is nearest in time,
/// within 10 minutes (an hour, where both tell flags); one with a SYN begins a new one where that has a SYN
/// of its side already, or began earlier without. The client is the side whose SYN is no answer; where that
/// cannot be told the one that sent first, and at one instant the one with the higher port.
///
/// Connections go to the sink as they get old: over for 10 minutes, silent for an hour, or the older half of
/// 2^20 (`most_open`) that are open. A flow that comes later still is a connection of its own.
class FlowPairs {
 public:
  static constexpr std::size_t kMostOpen = std::size_t{1} << 20U;

  explicit FlowPairs(std::size_t most_open = kMostOpen) : most_open_(most_open) {}

  void add(const FlowRecord& flow, LogSink& sink);

  /// Gives the connections that are left to the sink.
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
    std::uint64_t ordinal = 0;
    std::array<Side, 2> sides;
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0;
    bool has_flags = false;

    [[nodiscard]] bool is_over() const;
  };

  static void write_key(const FlowRecord& flow, bool is_in_order, std::string& key);
  static Connection* find(std::vector<Connection>& connections, const FlowRecord& flow, std::size_t sender);
  static void take(const FlowRecord& flow, std::size_t sender, Connection& connection);
  static std::size_t client_of(const Connection& connection);
  static void give(const Connection& connection, LogSink& sink);
  template <class IsOld>
  void give_those(IsOld is_old, LogSink& sink);
  void give_older_half(LogSink& sink);

  std::unordered_map<std::string, std::vector<Connection>> open_;  // of each pair of endpoints
  std::string key_;
  std::size_t most_open_;
  std::uint64_t begun_ = 0;
  std::uint64_t flows_ = 0;
  std::size_t open_count_ = 0;
  std::int64_t now_ns_ = 0;  // the latest start
};

}  // namespace portsim
