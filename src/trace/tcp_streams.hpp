// Connections out of packets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "trace/log_reader.hpp"

namespace portsim {

/// What the header of one TCP segment tells.
struct TcpPacket {
  static constexpr std::uint32_t kFin = 0x01;  ///< flags: RFC 9293, section 3.1
  static constexpr std::uint32_t kSyn = 0x02;
  static constexpr std::uint32_t kRst = 0x04;
  static constexpr std::uint32_t kAck = 0x10;

  std::int64_t time_ns = 0;
  std::string_view source;
  std::string_view destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t flags = 0;
  std::uint32_t sequence = 0;  ///< from the connection's first one, or as sent
  std::uint32_t acknowledged = 0;
  std::uint32_t length = 0;  ///< bytes of data
  bool has_numbers = true;   ///< sequence and acknowledged are known

  [[nodiscard]] bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
};

/// Writes the addresses and ports of a packet to `key`, the same for both directions: the lesser endpoint
/// first.
void write_key(const TcpPacket& packet, std::string& key);

/// Follows the packets of many connections, told apart by a key (their addresses and ports, or the number
/// that another program gave them). A SYN with another sequence number than the one before, or behind the
/// end, begins a new connection (the port is used again); so does none that repeats one, nor one that follows
/// the refusal of the last within a second, as Windows tries again. The first packet is the client's, unless
/// it answers a SYN.
class TcpStreams {
 public:
  static constexpr std::size_t kMostOpen = std::size_t{1} << 20U;

  explicit TcpStreams(std::size_t most_open = kMostOpen) : most_open_(most_open) {}

  /// Connections that are over for a minute go to the sink now and then; of `most_open` that are open the
  /// half that has been silent for longest, whose later packets are connections without a start.
  void follow(std::string_view key, const TcpPacket& packet, LogSink& sink);

  /// Gives what is left, in the order of their first packets.
  void finish(LogSink& sink);

 private:
  struct Stream {
    std::uint64_t ordinal = 0;
    std::int64_t first_ns = 0;
    std::int64_t last_ns = 0;  ///< of what ends it: the second FIN, or RST; else of the last packet
    std::int64_t seen_ns = 0;  ///< of the last packet, whatever it was
    std::string client;
    std::string server;
    std::uint16_t client_port = 0;
    std::uint16_t server_port = 0;
    std::optional<std::uint32_t> syn;  ///< the sequence number of the client's
    bool is_answered = false;
    bool is_reset = false;
    bool is_reset_by_server = false;
    std::optional<Closer> first_fin;
    std::uint32_t behind_first_fin = 0;  ///< the sequence number that acknowledges it
    bool has_second_fin = false;
    bool is_simultaneous = false;
    bool is_reset_late = false;  // the first RST came after the second FIN
    bool is_reset_by_client = false;

    [[nodiscard]] bool is_over() const { return is_reset || has_second_fin; }
    [[nodiscard]] bool is_refused() const { return is_reset_by_server && !is_answered; }
  };

  static Stream begin(const TcpPacket& packet);
  static bool is_reused(const Stream& stream, const TcpPacket& packet);
  static void take(const TcpPacket& packet, Stream& stream);
  static void take_fin(const TcpPacket& packet, Closer sender, Stream& stream);
  static Ending judge(const Stream& stream);
  static void give(const Stream& stream, LogSink& sink);
  template <class IsWanted>
  void give_those(IsWanted is_wanted, LogSink& sink);
  void give_silent_half(LogSink& sink);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, Stream, Hash, std::equal_to<>> streams_;
  std::size_t most_open_;
  std::uint64_t begun_ = 0;
  std::uint64_t packets_ = 0;
};

}  // namespace portsim
