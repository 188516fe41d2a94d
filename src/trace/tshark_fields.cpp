#include "trace/tshark_fields.hpp"

#include <map>
#include <optional>
#include <string>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

constexpr std::uint64_t kFin = 0x01;
constexpr std::uint64_t kSyn = 0x02;
constexpr std::uint64_t kRst = 0x04;
constexpr std::uint64_t kAck = 0x10;

/// One packet.
struct Packet {
  std::int64_t time_ns = 0;
  std::string_view source;
  std::string_view destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint64_t flags = 0;
  std::uint64_t sequence = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t length = 0;

  [[nodiscard]] bool has(std::uint64_t flag) const { return (flags & flag) != 0; }
};

/// What was seen of a connection.
struct Stream {
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;  ///< of what ends it: the second FIN, or RST; else of the last packet
  std::string client;
  std::string server;
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  bool has_syn = false;
  bool is_answered = false;
  bool is_reset = false;
  bool is_reset_by_server = false;
  std::optional<Closer> first_fin;
  std::uint64_t behind_first_fin = 0;  ///< the sequence number that acknowledges it
  bool has_second_fin = false;
  bool is_simultaneous = false;

  [[nodiscard]] bool is_over() const { return is_reset || has_second_fin; }
};

Ending judge(const Stream& stream) {
  if (!stream.has_syn) {
    return {Closer::reset, CloserRule::no_start, false};
  }
  if (!stream.is_answered && stream.is_reset_by_server) {
    return {Closer::refused, CloserRule::refused, false};
  }
  if (!stream.is_answered && !stream.is_reset && !stream.first_fin) {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  if (stream.is_reset) {
    return {Closer::reset, CloserRule::reset, stream.is_answered};
  }
  if (!stream.has_second_fin) {
    return {Closer::reset, CloserRule::not_closed, stream.is_answered};
  }
  return {stream.is_simultaneous ? Closer::both : stream.first_fin, CloserRule::first_fin,
          stream.is_answered};
}

class TsharkFields final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_tshark_fields(line)) {
      separator_ = line.find('\t') != std::string_view::npos ? '\t' : ',';
      columns_.name(cells_of(line));
    } else if (!line.empty()) {
      columns_.take(cells_of(line));
      const std::optional<Packet> packet = parse_packet();
      const auto stream = parse_unsigned(columns_["tcp.stream"]);
      if (!packet || !stream || !columns_.is_whole()) {
        sink.damaged();
      } else {
        follow(*packet, streams_[*stream]);
      }
    }
  }

  void finish(LogSink& sink) override {
    for (const auto& [number, stream] : streams_) {
      LogRow row{.source = stream.client, .destination = stream.server, .ending = judge(stream)};
      row.start_ns = stream.first_ns;
      row.lifetime = Duration{stream.last_ns - stream.first_ns};
      row.destination_port = stream.server_port;
      sink.add(row);
    }
  }

 private:
  [[nodiscard]] std::vector<std::string_view> cells_of(std::string_view line) const {
    std::vector<std::string_view> cells = split(line, separator_);
    for (std::string_view& cell : cells) {
      if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
        cell = cell.substr(1, cell.size() - 2);
      }
    }
    return cells;
  }

  [[nodiscard]] std::string_view either(std::string_view first, std::string_view second) const {
    return columns_[first].empty() ? columns_[second] : columns_[first];
  }

  [[nodiscard]] std::optional<Packet> parse_packet() const {
    const auto time = parse_log_seconds(either("frame.time_epoch", "frame.time_relative"));
    const auto source_port = parse_port(columns_["tcp.srcport"]);
    const auto destination_port = parse_port(columns_["tcp.dstport"]);
    const auto flags = parse_unsigned(columns_["tcp.flags"]);
    Packet packet{.source = either("ip.src", "ipv6.src"), .destination = either("ip.dst", "ipv6.dst")};
    if (!time || !source_port || !destination_port || !flags || !is_log_address(packet.source) ||
        !is_log_address(packet.destination)) {
      return std::nullopt;
    }
    packet.time_ns = *time;
    packet.source_port = *source_port;
    packet.destination_port = *destination_port;
    packet.flags = *flags;
    packet.sequence = parse_unsigned(columns_["tcp.seq"]).value_or(0);
    packet.acknowledged = parse_unsigned(columns_["tcp.ack"]).value_or(0);
    packet.length = parse_unsigned(columns_["tcp.len"]).value_or(0);
    return packet;
  }

  static void follow(const Packet& packet, Stream& stream) {
    if (stream.client.empty()) {
      begin(packet, stream);
    }
    const bool is_from_client = packet.source_port == stream.client_port && packet.source == stream.client;
    if (!stream.is_over()) {
      stream.last_ns = packet.time_ns;
    }
    stream.has_syn = stream.has_syn || (packet.has(kSyn) && !packet.has(kAck));
    stream.is_answered = stream.is_answered || (packet.has(kSyn) && packet.has(kAck));
    if (packet.has(kRst)) {
      stream.is_reset = true;
      stream.is_reset_by_server = stream.is_reset_by_server || !is_from_client;
    }
    if (packet.has(kFin)) {
      take_fin(packet, is_from_client ? Closer::client : Closer::server, stream);
    }
  }

  /// The first packet is the client's, unless it answers a SYN that was not seen.
  static void begin(const Packet& packet, Stream& stream) {
    const bool is_answer = packet.has(kSyn) && packet.has(kAck);
    stream.first_ns = packet.time_ns;
    stream.client = is_answer ? packet.destination : packet.source;
    stream.server = is_answer ? packet.source : packet.destination;
    stream.client_port = is_answer ? packet.destination_port : packet.source_port;
    stream.server_port = is_answer ? packet.source_port : packet.destination_port;
  }

  static void take_fin(const Packet& packet, Closer sender, Stream& stream) {
    if (!stream.first_fin) {
      stream.first_fin = sender;
      stream.behind_first_fin = packet.sequence + packet.length + 1;
    } else if (*stream.first_fin != sender && !stream.has_second_fin) {
      stream.has_second_fin = true;
      stream.is_simultaneous = packet.has(kAck) && packet.acknowledged < stream.behind_first_fin;
    }
  }

  char separator_ = '\t';
  NamedColumns columns_;
  std::map<std::uint64_t, Stream> streams_;
};

}  // namespace

bool is_tshark_fields(std::string_view line) {
  return line.find("frame.time_") != std::string_view::npos &&
         line.find("tcp.flags") != std::string_view::npos;
}

std::unique_ptr<LogReader> make_tshark_reader() { return std::make_unique<TsharkFields>(); }

}  // namespace portsim
