#include "trace/tshark_fields.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"
#include "trace/tcp_streams.hpp"

namespace portsim {

namespace {

/// What `-E separator` may be: /t, a comma, a blank ...
char separator_of(std::string_view header) {
  for (const char separator : {'\t', '|', ';', ',', ' '}) {
    if (header.find(separator) != std::string_view::npos) {
      return separator;
    }
  }
  return '\t';
}

/// `Feb  2, 2026 04:05:24.385000000 CET`, as frame.time is printed: the zone's name tells nothing.
std::optional<std::int64_t> parse_frame_time(std::string_view text) {
  const std::vector<std::string_view> words = split_words(text);
  if (words.size() < 4 || words[0].size() != 3 || !words[1].ends_with(',')) {
    return parse_iso_time(text);
  }
  const std::string_view day = words[1].substr(0, words[1].size() - 1);
  std::string web_time = (day.size() == 1 ? "0" : "") + std::string(day);
  web_time.append("/").append(words[0]).append("/").append(words[2]).append(":").append(words[3]);
  return parse_web_time(web_time);
}

bool is_header(std::string_view line) {
  return line.find("frame.time") != std::string_view::npos &&
         line.find("tcp.srcport") != std::string_view::npos &&
         line.find("tcp.flags") != std::string_view::npos;
}

/// The fields as the manual of portsim asks for them, which tshark prints without a header unless told to.
constexpr std::string_view kUsualFields =
    "frame.time_epoch ip.src tcp.srcport ip.dst tcp.dstport tcp.flags tcp.stream tcp.seq tcp.ack tcp.len";

bool is_row_of_usual_fields(std::string_view line) {
  const std::vector<std::string_view> cells = split(line, '\t');
  constexpr std::size_t kLeast = 6;
  return cells.size() >= kLeast && cells.size() <= split_words(kUsualFields).size() &&
         cells[0].find('.') != std::string_view::npos && parse_log_seconds(cells[0]) &&
         parse_port(cells[2]) && parse_port(cells[4]) && cells[5].starts_with("0x") &&
         parse_unsigned(cells[5]);
}

class TsharkFields final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_header(line)) {
      separator_ = separator_of(line);
      columns_.name(cells_of(line));
      return;
    }
    if (line.empty()) {
      return;
    }
    if (columns_.is_unnamed()) {
      std::vector<std::string_view> names = split_words(kUsualFields);
      names.resize(std::min(names.size(), cells_of(line).size()));
      columns_.name(names);
    }
    columns_.take(cells_of(line));
    if (columns_.is_whole() && last_of("tcp.srcport").empty() && last_of("tcp.dstport").empty()) {
      sink.skip();  // no TCP
      return;
    }
    const std::optional<TcpPacket> packet = parse_packet();
    const std::string_view stream = columns_["tcp.stream"];
    if (!packet || !columns_.is_whole() ||
        (columns_.has("tcp.stream") && !parse_unsigned(last_of("tcp.stream")))) {
      sink.damaged();
    } else if (stream.empty()) {
      write_key(*packet, key_);
      streams_.follow(key_, *packet, sink);
    } else {
      streams_.follow(stream, *packet, sink);
    }
  }

  void finish(LogSink& sink) override { streams_.finish(sink); }

 private:
  [[nodiscard]] std::vector<std::string_view> cells_of(std::string_view line) const {
    std::vector<std::string_view> cells;
    for (bool more = true; more;) {
      const bool is_quoted = line.starts_with('"');
      const std::size_t quote = is_quoted ? line.find('"', 1) : 0;
      const std::size_t end = quote == std::string_view::npos ? quote : line.find(separator_, quote);
      more = end != std::string_view::npos;
      std::string_view cell = line.substr(0, end);
      if (is_quoted && cell.size() >= 2 && cell.ends_with('"')) {
        cell = cell.substr(1, cell.size() - 2);
      }
      cells.push_back(cell);
      line.remove_prefix(more ? end + 1 : line.size());
    }
    return cells;
  }

  /// Of a field that a packet has several times (`-E occurrence=a`, tunnels) the innermost.
  [[nodiscard]] std::string_view last_of(std::string_view name) const {
    const std::string_view cell = columns_[name];
    return cell.substr(cell.rfind(',') + 1);  // npos + 1 is 0
  }

  [[nodiscard]] std::string_view either(std::string_view first, std::string_view second) const {
    return columns_[first].empty() ? last_of(second) : last_of(first);
  }

  [[nodiscard]] std::uint32_t number(std::string_view column) const {
    return static_cast<std::uint32_t>(parse_unsigned(last_of(column)).value_or(0));
  }

  [[nodiscard]] std::optional<std::int64_t> time() const {
    for (const std::string_view name : {"frame.time_epoch", "frame.time_relative"}) {
      if (columns_.has(name)) {
        const auto seconds = parse_log_seconds(columns_[name]);
        return seconds ? seconds : parse_iso_time(columns_[name]);
      }
    }
    return parse_frame_time(columns_[columns_.has("frame.time") ? "frame.time" : "frame.time_utc"]);
  }

  /// The flags as one number, or one by one: `1` or `True`.
  [[nodiscard]] std::optional<std::uint32_t> flags() const {
    if (columns_.has("tcp.flags")) {
      const auto flags = parse_unsigned(last_of("tcp.flags"));
      return flags ? std::optional(static_cast<std::uint32_t>(*flags)) : std::nullopt;
    }
    constexpr std::array<std::pair<std::string_view, std::uint32_t>, 4> kFlags{
        {{"tcp.flags.fin", TcpPacket::kFin},
         {"tcp.flags.syn", TcpPacket::kSyn},
         {"tcp.flags.reset", TcpPacket::kRst},
         {"tcp.flags.ack", TcpPacket::kAck}}};
    std::uint32_t flags = 0;
    for (const auto& [name, flag] : kFlags) {
      const std::string_view value = last_of(name);
      flags |= value == "1" || value == "True" || value == "true" ? flag : 0;
    }
    return flags;
  }

  [[nodiscard]] std::optional<TcpPacket> parse_packet() const {
    const auto time_ns = time();
    const auto source_port = parse_port(last_of("tcp.srcport"));
    const auto destination_port = parse_port(last_of("tcp.dstport"));
    const auto all_flags = flags();
    TcpPacket packet{.source = either("ip.src", "ipv6.src"), .destination = either("ip.dst", "ipv6.dst")};
    if (!time_ns || !source_port || !destination_port || !all_flags || !is_log_address(packet.source) ||
        !is_log_address(packet.destination)) {
      return std::nullopt;
    }
    packet.time_ns = *time_ns;
    packet.source_port = *source_port;
    packet.destination_port = *destination_port;
    packet.flags = *all_flags;
    packet.sequence = number(columns_.has("tcp.seq") ? "tcp.seq" : "tcp.seq_raw");
    packet.acknowledged = number(columns_.has("tcp.ack") ? "tcp.ack" : "tcp.ack_raw");
    packet.length = number("tcp.len");
    packet.has_numbers = columns_.has("tcp.seq") || columns_.has("tcp.seq_raw");
    packet.has_numbers = packet.has_numbers && (columns_.has("tcp.ack") || columns_.has("tcp.ack_raw"));
    return packet;
  }

  char separator_ = '\t';
  NamedColumns columns_;
  TcpStreams streams_;
  std::string key_;
};

}  // namespace

bool is_tshark_fields(std::string_view line) { return is_header(line) || is_row_of_usual_fields(line); }

std::unique_ptr<LogReader> make_tshark_reader() { return std::make_unique<TsharkFields>(); }

}  // namespace portsim
