#include "trace/tshark_fields.hpp"

#include <optional>
#include <string>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"
#include "trace/tcp_streams.hpp"

namespace portsim {

namespace {

class TsharkFields final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_tshark_fields(line)) {
      separator_ = line.find('\t') != std::string_view::npos ? '\t' : ',';
      columns_.name(cells_of(line));
    } else if (!line.empty()) {
      columns_.take(cells_of(line));
      const std::optional<TcpPacket> packet = parse_packet();
      const std::string_view stream = columns_["tcp.stream"];
      if (!packet || !parse_unsigned(stream) || !columns_.is_whole()) {
        sink.damaged();
      } else {
        streams_.follow(stream, *packet, sink);
      }
    }
  }

  void finish(LogSink& sink) override { streams_.finish(sink); }

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

  [[nodiscard]] std::uint32_t number(std::string_view column) const {
    return static_cast<std::uint32_t>(parse_unsigned(columns_[column]).value_or(0));
  }

  [[nodiscard]] std::optional<TcpPacket> parse_packet() const {
    const auto time = parse_log_seconds(either("frame.time_epoch", "frame.time_relative"));
    const auto source_port = parse_port(columns_["tcp.srcport"]);
    const auto destination_port = parse_port(columns_["tcp.dstport"]);
    const auto flags = parse_unsigned(columns_["tcp.flags"]);
    TcpPacket packet{.source = either("ip.src", "ipv6.src"), .destination = either("ip.dst", "ipv6.dst")};
    if (!time || !source_port || !destination_port || !flags || !is_log_address(packet.source) ||
        !is_log_address(packet.destination)) {
      return std::nullopt;
    }
    packet.time_ns = *time;
    packet.source_port = *source_port;
    packet.destination_port = *destination_port;
    packet.flags = static_cast<std::uint32_t>(*flags);
    packet.sequence = number("tcp.seq");
    packet.acknowledged = number("tcp.ack");
    packet.length = number("tcp.len");
    return packet;
  }

  char separator_ = '\t';
  NamedColumns columns_;
  TcpStreams streams_;
};

}  // namespace

bool is_tshark_fields(std::string_view line) {
  return line.find("frame.time_") != std::string_view::npos &&
         line.find("tcp.flags") != std::string_view::npos;
}

std::unique_ptr<LogReader> make_tshark_reader() { return std::make_unique<TsharkFields>(); }

}  // namespace portsim
