#include "trace/archive_log.hpp"

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

std::optional<std::int64_t> time_of(std::string_view text) {
  return text.find('.') == std::string_view::npos ? std::nullopt : parse_log_seconds(text);
}

bool is_count_or_unknown(std::string_view text) {
  return text == "?" || (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos);
}

/// Beside SF, S0 ... REJ there are RSTO and RSTR with the state in which the reset came (RSTO1), SS and SH
/// with one, and OOS for out of sequence.
bool is_state(std::string_view text) {
  return text.size() >= 2 && text.size() <= 6 &&
         text.find_first_not_of("SFREJTOH01234") == std::string_view::npos &&
         (text.front() == 'S' || text.front() == 'R' || text.front() == 'O');
}

Ending judge_state(std::string_view state) {
  if (state == "SF") {
    return {};
  }
  if (state == "REJ") {
    return {Closer::refused, CloserRule::refused, false};
  }
  if (state == "S0") {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  if (state == "S1" || state == "S2" || state == "S3") {
    return {Closer::reset, CloserRule::not_closed, true};
  }
  if (state.starts_with("RST")) {
    return {Closer::reset, CloserRule::reset, !state.ends_with('0')};
  }
  return {Closer::reset, CloserRule::no_start, false};
}

/// The words of a row of connections; empty if it is none.
std::vector<std::string_view> connection_words(std::string_view line) {
  constexpr std::size_t kLeastWords = 8;
  std::vector<std::string_view> words = split_words(line);
  const bool is_one =
      words.size() >= kLeastWords && words.size() <= kLeastWords + 2 && time_of(words[0]) &&
      (words[1] == "?" || time_of(words[1])) && is_count_or_unknown(words[3]) &&
      is_count_or_unknown(words[4]) && is_state(words[7]) &&
      (words.size() == kLeastWords || words[8].find_first_not_of("LN,") == std::string_view::npos);
  return is_one ? words : std::vector<std::string_view>();
}

class ArchiveConnections final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    const std::vector<std::string_view> words = connection_words(line);
    const bool is_sound = !words.empty() && is_log_address(words[5]) && is_log_address(words[6]);
    if (!is_sound) {
      if (line.find_first_not_of(" \t") != std::string_view::npos) {
        sink.damaged();
      }
      return;
    }
    bool is_local_first = false;
    for (std::size_t flags = 8; flags < words.size(); ++flags) {
      is_local_first = is_local_first || words[flags].find('L') != std::string_view::npos;
    }
    server_.assign(words[is_local_first ? 6 : 5]).append(":").append(words[2]);
    LogRow row{
        .source = words[is_local_first ? 5 : 6], .destination = server_, .ending = judge_state(words[7])};
    row.start_ns = time_of(words[0]).value_or(0);
    row.lifetime = Duration{time_of(words[1]).value_or(0)};
    sink.add(row);
  }

 private:
  std::string server_;  // with the service, as there is no port
};

/// Letters of tcpdump; an acknowledgement is told by its number.
std::optional<std::uint32_t> flags_of(std::string_view text) {
  std::uint32_t flags = 0;
  for (const char letter : text) {
    switch (letter) {
      case 'S': flags |= TcpPacket::kSyn; break;
      case 'F': flags |= TcpPacket::kFin; break;
      case 'R': flags |= TcpPacket::kRst; break;
      case 'A':
      case '.': flags |= TcpPacket::kAck; break;
      case 'P':
      case 'U': break;
      default: return std::nullopt;
    }
  }
  return text.empty() ? std::nullopt : std::optional(flags);
}

/// `1385344001`, `1385344001:1385344005` or with `(4)` behind it: the first number, and how many bytes
/// follow.
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_sequence(std::string_view text) {
  text = text.substr(0, text.find('('));
  const std::size_t colon = text.find(':');
  const auto begin = parse_unsigned(text.substr(0, colon));
  const auto end = colon == std::string_view::npos ? begin : parse_unsigned(text.substr(colon + 1));
  if (!begin || !end) {
    return std::nullopt;
  }
  const auto first = static_cast<std::uint32_t>(*begin);
  return std::pair(first, static_cast<std::uint32_t>(*end) - first);
}

std::optional<TcpPacket> parse_packet(std::string_view line) {
  constexpr std::size_t kLeastWords = 7;
  const std::vector<std::string_view> words = split_words(line);
  if (words.size() != kLeastWords && words.size() != kLeastWords + 1) {
    return std::nullopt;
  }
  const auto time = time_of(words[0]);
  const auto source_port = parse_port(words[3]);
  const auto destination_port = parse_port(words[4]);
  const auto flags = flags_of(words[5]);
  const auto sequence = parse_sequence(words[6]);
  const auto acknowledged =
      words.size() == kLeastWords ? std::optional<std::uint64_t>(0) : parse_unsigned(words[7]);
  if (!time || !source_port || !destination_port || !flags || !sequence || !acknowledged ||
      !is_log_address(words[1]) || !is_log_address(words[2])) {
    return std::nullopt;
  }
  TcpPacket packet{.time_ns = *time, .source = words[1], .destination = words[2]};
  packet.source_port = *source_port;
  packet.destination_port = *destination_port;
  packet.flags = *flags | (*acknowledged != 0 ? TcpPacket::kAck : 0);
  packet.sequence = sequence->first;
  packet.length = sequence->second;
  packet.acknowledged = static_cast<std::uint32_t>(*acknowledged);
  return packet;
}

class ArchivePackets final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (const std::optional<TcpPacket> packet = parse_packet(line)) {
      write_key(*packet, key_);
      streams_.follow(key_, *packet, sink);
    } else if (line.find_first_not_of(" \t") != std::string_view::npos) {
      sink.damaged();
    }
  }

  void finish(LogSink& sink) override { streams_.finish(sink); }

 private:
  TcpStreams streams_;
  std::string key_;
};

}  // namespace

bool is_archive_connection(std::string_view line) { return !connection_words(line).empty(); }

std::unique_ptr<LogReader> make_archive_connection_reader() { return std::make_unique<ArchiveConnections>(); }

bool is_archive_packet(std::string_view line) { return parse_packet(line).has_value(); }

std::unique_ptr<LogReader> make_archive_packet_reader() { return std::make_unique<ArchivePackets>(); }

}  // namespace portsim
