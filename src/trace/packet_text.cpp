#include "trace/packet_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/number_text.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/tcp_streams.hpp"

namespace portsim {

namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t kMostWordsBefore = 12;  // of an arrow: number, time, interface, direction, tos ...

bool is_arrow(std::string_view word) { return word == "\xE2\x86\x92" || word == "->"; }

/// When a packet was seen; a time of day is without its day.
struct Stamp {
  std::int64_t time_ns = 0;
  bool is_time_of_day = false;
};

/// Takes the time off the words; empty if they begin with none.
std::optional<Stamp> take_time(Words& words) {
  std::optional<Stamp> stamp;
  std::size_t taken = 1;
  if (words.empty()) {
    return stamp;
  }
  if (const auto clock = parse_time_of_day(words[0])) {
    stamp = Stamp{*clock, true};
  } else if (words.size() > 1 && words[0].find('-') == 4) {
    const auto date = parse_iso_time(std::string(words[0]) + " " + std::string(words[1]));
    stamp = date ? std::optional(Stamp{*date, false}) : std::nullopt;
    taken = 2;
  } else if (words[0].find('.') != std::string_view::npos) {
    const auto seconds = parse_log_seconds(words[0]);
    stamp = seconds ? std::optional(Stamp{*seconds, false}) : std::nullopt;
  }
  if (stamp) {
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  return stamp;
}

/// The number behind `name`, as a word of its own or (`Seq=5`) within it.
std::uint32_t number_behind(const Words& words, std::string_view name) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view text = words[i];
    if (text == name && i + 1 < words.size()) {
      text = words[i + 1];
    } else if (name.ends_with('=') && text.starts_with(name)) {
      text.remove_prefix(name.size());
    } else {
      continue;
    }
    text = text.substr(0, text.find_first_not_of("0123456789"));
    return static_cast<std::uint32_t>(parse_unsigned(text).value_or(0));
  }
  return 0;
}

/// `S.`, `FP` and the like.
std::optional<std::uint32_t> flags_of_letters(std::string_view letters) {
  constexpr std::string_view kLetters = "SFR.PUEWAaeu";
  std::uint32_t flags = 0;
  if (letters.empty() || letters.find_first_not_of(kLetters) != std::string_view::npos) {
    return letters == "none" ? std::optional(flags) : std::nullopt;
  }
  const auto has = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
  flags |= has('S') ? TcpPacket::kSyn : 0;
  flags |= has('F') ? TcpPacket::kFin : 0;
  flags |= has('R') ? TcpPacket::kRst : 0;
  return flags | (has('.') ? TcpPacket::kAck : 0);
}

/// `ADDRESS.PORT`.
std::optional<std::pair<std::string_view, std::uint16_t>> parse_dotted(std::string_view text) {
  const std::size_t point = text.rfind('.');
  const auto port = point == std::string_view::npos ? std::nullopt : parse_port(text.substr(point + 1));
  return port && is_log_address(text.substr(0, point))
             ? std::optional(std::pair(text.substr(0, point), *port))
             : std::nullopt;
}

/// `[IP] A.P > B.P: Flags [S.], seq 1:5, ack 2, ... length 4`, or `A.P > B.P: S 1:5(4) ack 2 ...`.
std::optional<TcpPacket> parse_tcpdump(const Words& words) {
  const auto arrow =
      std::find(words.begin(),
                words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), kMostWordsBefore)), ">");
  const std::size_t at = static_cast<std::size_t>(arrow - words.begin());
  if (at == 0 || at + 3 > words.size() || !words[at + 1].ends_with(':')) {
    return std::nullopt;
  }
  const auto source = parse_dotted(words[at - 1]);
  const auto destination = parse_dotted(words[at + 1].substr(0, words[at + 1].size() - 1));
  const Words rest(words.begin() + static_cast<std::ptrdiff_t>(at) + 2, words.end());
  const bool is_new = rest[0] == "Flags" && rest.size() > 1 && rest[1].starts_with('[');
  const auto flags = flags_of_letters(is_new ? rest[1].substr(1, rest[1].find(']') - 1) : rest[0]);
  const bool is_old = !is_new && rest.size() > 1 && flags;
  if (!source || !destination || !flags || (!is_new && !is_old)) {
    return std::nullopt;
  }
  TcpPacket packet{.source = source->first, .destination = destination->first};
  packet.source_port = source->second;
  packet.destination_port = destination->second;
  const bool has_ack = std::find(rest.begin(), rest.end(), "ack") != rest.end();
  packet.flags = *flags | (has_ack ? TcpPacket::kAck : 0);
  packet.acknowledged = number_behind(rest, "ack");
  packet.sequence = is_new ? number_behind(rest, "seq") : number_behind(rest, rest[0]);
  const std::size_t open = is_old ? rest[1].find('(') : std::string_view::npos;
  packet.length =
      is_new ? number_behind(rest, "length")
             : static_cast<std::uint32_t>(
                   open == std::string_view::npos
                       ? 0
                       : parse_unsigned(rest[1].substr(open + 1, rest[1].find(')') - open - 1)).value_or(0));
  return packet;
}

/// `[SYN, ACK]` as words.
std::uint32_t flags_of_names(const Words& words, std::size_t from) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 4> kNames{{{"SYN", TcpPacket::kSyn},
                                                                              {"FIN", TcpPacket::kFin},
                                                                              {"RST", TcpPacket::kRst},
                                                                              {"ACK", TcpPacket::kAck}}};
  std::uint32_t flags = 0;
  for (std::size_t i = from; i < words.size(); ++i) {
    for (const auto& [name, flag] : kNames) {
      flags |= words[i].find(name) != std::string_view::npos ? flag : 0;
    }
    if (words[i].ends_with(']')) {
      break;
    }
  }
  return flags;
}

/// `A → B TCP LENGTH [remarks] SPORT → DPORT [FLAGS] Seq= Ack= Len=`; `is_other` for another protocol.
std::optional<TcpPacket> parse_tshark(const Words& words, bool& is_other) {
  const auto first = std::find_if(words.begin(), words.end(), is_arrow);
  if (first == words.begin() || words.end() - first < 4) {
    return std::nullopt;
  }
  is_other = *(first + 2) != "TCP" && is_log_address(*(first - 1)) && is_log_address(*(first + 1));
  const auto second = std::find_if(first + 1, words.end(), is_arrow);
  if (is_other || words.end() - second < 3) {
    return std::nullopt;
  }
  const auto source_port = parse_port(*(second - 1));
  const auto destination_port = parse_port(*(second + 1));
  TcpPacket packet{.source = *(first - 1), .destination = *(first + 1)};
  if (!source_port || !destination_port || !is_log_address(packet.source) ||
      !is_log_address(packet.destination) || !(second + 2)->starts_with('[')) {
    return std::nullopt;
  }
  packet.source_port = *source_port;
  packet.destination_port = *destination_port;
  packet.flags = flags_of_names(words, static_cast<std::size_t>(second + 2 - words.begin()));
  packet.sequence = number_behind(words, "Seq=");
  packet.acknowledged = number_behind(words, "Ack=");
  packet.length = number_behind(words, "Len=");
  return packet;
}

/// What a line tells.
struct Line {
  std::optional<Stamp> stamp;
  std::optional<TcpPacket> packet;
  bool is_other = false;  ///< about a packet that is none of TCP, or shown as one of a protocol above it
};

Line parse_line(std::string_view text) {
  Line line;
  Words words = split_words(text);
  const bool has_number =
      words.size() > 1 && words[0].find_first_not_of("0123456789") == std::string_view::npos;
  if (has_number) {
    words.erase(words.begin());
  }
  line.stamp = take_time(words);
  if (std::find(words.begin(), words.end(), ">") != words.end()) {
    line.packet = parse_tcpdump(words);
    line.is_other =
        line.stamp && !line.packet && std::find(words.begin(), words.end(), "Flags") == words.end();
  } else {
    line.packet = parse_tshark(words, line.is_other);
  }
  line.is_other = line.is_other || (line.stamp && !words.empty() && words[0] == "ARP,");
  return line;
}

/// With -v the line of IP, whose packet stands on the next one.
bool is_header_of_ip(std::string_view text) {
  return text.find(" IP (tos ") != std::string_view::npos || text.find(" IP6 (") != std::string_view::npos;
}

class PacketText final : public LogReader {
 public:
  void read(std::string_view text, LogSink& sink) override {
    if (text.find_first_not_of(" \t") == std::string_view::npos) {
      return;
    }
    Line line = parse_line(text);
    if (line.stamp) {
      now_ns_ = line.stamp->is_time_of_day ? with_day(line.stamp->time_ns) : line.stamp->time_ns;
    }
    const bool goes_on = text.front() == ' ' || text.front() == '\t';
    if (line.packet && (line.stamp || goes_on)) {
      line.packet->time_ns = now_ns_;
      write_key(*line.packet, key_);
      streams_.follow(key_, *line.packet, sink);
    } else if (line.is_other) {
      sink.skip();
    } else if (!goes_on && !is_header_of_ip(text)) {
      sink.damaged();
    }
  }

  void finish(LogSink& sink) override { streams_.finish(sink); }

 private:
  /// A time of day that is half a day earlier than the last one is of the next day.
  std::int64_t with_day(std::int64_t time_ns) {
    constexpr std::int64_t kDay = 86'400 * kNanosecondsPerSecond;
    constexpr std::int64_t kMostDays = 100'000;
    days_ += time_ns + kDay / 2 < last_time_ && days_ < kMostDays ? 1 : 0;
    last_time_ = time_ns;
    return time_ns + days_ * kDay;
  }

  TcpStreams streams_;
  std::string key_;
  std::int64_t now_ns_ = 0;
  std::int64_t last_time_ = 0;
  std::int64_t days_ = 0;
};

}  // namespace

bool is_packet_text(std::string_view line) {
  const Line found = parse_line(line);
  return (found.packet || is_header_of_ip(line)) && (found.stamp || line.starts_with(' '));
}

std::unique_ptr<LogReader> make_packet_text_reader() { return std::make_unique<PacketText>(); }

}  // namespace portsim
