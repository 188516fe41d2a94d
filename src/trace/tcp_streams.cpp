#include "trace/tcp_streams.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "trace/middle_time.hpp"

namespace portsim {

namespace {

constexpr std::int64_t kRepeatedWithin = kNanosecondsPerSecond;
constexpr std::int64_t kLongestSynWait = 128 * kNanosecondsPerSecond;  // twice that of Linux's seventh SYN
constexpr std::int64_t kOldAfter = 60 * kNanosecondsPerSecond;
constexpr std::uint64_t kPacketsBetweenLooks = 1U << 18U;

}  // namespace

void write_key(const TcpPacket& packet, std::string& key) {
  const auto add = [&key](std::string_view address, std::uint16_t port) {
    key.append(address).push_back(' ');
    key.push_back(static_cast<char>(port >> 8U));
    key.push_back(static_cast<char>(port & 0xFFU));
  };
  key.clear();
  const bool is_in_order =
      std::pair(packet.source, packet.source_port) < std::pair(packet.destination, packet.destination_port);
  if (is_in_order) {
    add(packet.source, packet.source_port);
  }
  add(packet.destination, packet.destination_port);
  if (!is_in_order) {
    add(packet.source, packet.source_port);
  }
}

Ending TcpStreams::judge(const Stream& stream) {
  if (!stream.syn) {
    return {Closer::reset, CloserRule::no_start, false};
  }
  if (stream.is_refused()) {
    return {Closer::refused, CloserRule::refused, false};
  }
  if (!stream.is_answered && !stream.is_reset && !stream.first_fin) {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  const std::optional<Closer> closer = stream.is_simultaneous ? Closer::both : stream.first_fin;
  if (stream.is_reset) {
    const bool is_late = stream.is_answered && stream.is_reset_late && closer != Closer::server;
    if (!is_late || stream.is_reset_by_client) {
      return {Closer::reset, is_late ? CloserRule::late_reset : CloserRule::reset, stream.is_answered};
    }
    return {closer, CloserRule::late_reset, true, true};
  }
  if (!stream.has_second_fin) {
    return {Closer::reset, CloserRule::not_closed, stream.is_answered};
  }
  return {closer, CloserRule::first_fin, stream.is_answered};
}

void TcpStreams::give(const Stream& stream, LogSink& sink) {
  LogRow row{.source = stream.client, .destination = stream.server, .ending = judge(stream)};
  row.start_ns = stream.first_ns;
  if (stream.last_ns >= stream.first_ns) {  // else the clock was set back: nobody knows
    row.lifetime = Duration{stream.last_ns - stream.first_ns};
  }
  row.destination_port = stream.server_port;
  sink.add(row);
}

TcpStreams::Stream TcpStreams::begin(const TcpPacket& packet) {
  const bool is_answer = packet.has(TcpPacket::kSyn) && packet.has(TcpPacket::kAck);
  Stream stream;
  stream.first_ns = packet.time_ns;
  stream.client = is_answer ? packet.destination : packet.source;
  stream.server = is_answer ? packet.source : packet.destination;
  stream.client_port = is_answer ? packet.destination_port : packet.source_port;
  stream.server_port = is_answer ? packet.source_port : packet.destination_port;
  return stream;
}

/// Sequence numbers may be counted from the first one, so that those of all SYNs are equal: then a SYN is a
/// repetition as long as the connection is open, and comes in time for one.
bool TcpStreams::is_reused(const Stream& stream, const TcpPacket& packet) {
  if (!packet.has(TcpPacket::kSyn) || packet.has(TcpPacket::kAck)) {
    return false;
  }
  const std::int64_t silence = packet.time_ns - stream.seen_ns;
  if (stream.syn == packet.sequence && !stream.is_over() && silence <= kLongestSynWait) {
    return false;
  }
  return !stream.is_refused() || silence > kRepeatedWithin;
}

void TcpStreams::follow(std::string_view key, const TcpPacket& packet, LogSink& sink) {
  if (++packets_ % kPacketsBetweenLooks == 0) {
    give_those(
        [&](const Stream& stream) { return stream.is_over() && packet.time_ns - stream.seen_ns > kOldAfter; },
        sink);
  }
  auto found = streams_.find(key);
  if (found == streams_.end()) {
    if (streams_.size() >= most_open_) {
      give_silent_half(sink);
    }
    found = streams_.emplace(std::string(key), begin(packet)).first;
    found->second.ordinal = begun_++;
  } else if (is_reused(found->second, packet)) {
    give(found->second, sink);
    found->second = begin(packet);
    found->second.ordinal = begun_++;
  }
  take(packet, found->second);
}

void TcpStreams::take(const TcpPacket& packet, Stream& stream) {
  const bool is_from_client = packet.source_port == stream.client_port && packet.source == stream.client;
  stream.seen_ns = packet.time_ns;
  if (packet.has(TcpPacket::kSyn)) {
    if (packet.has(TcpPacket::kAck)) {
      stream.is_answered = true;
    } else {
      stream.syn = packet.sequence;
      stream.is_reset = stream.is_reset && !stream.is_refused();  // it is tried once more
      stream.is_reset_by_server = stream.is_reset;
    }
  }
  if (!stream.is_over()) {
    stream.last_ns = packet.time_ns;
  }
  if (packet.has(TcpPacket::kRst)) {
    stream.is_reset_late = stream.is_reset ? stream.is_reset_late : stream.has_second_fin;
    stream.is_reset = true;
    bool& is_sender = is_from_client ? stream.is_reset_by_client : stream.is_reset_by_server;
    is_sender = true;
  }
  if (packet.has(TcpPacket::kFin)) {
    take_fin(packet, is_from_client ? Closer::client : Closer::server, stream);
  }
}

void TcpStreams::take_fin(const TcpPacket& packet, Closer sender, Stream& stream) {
  if (!stream.first_fin) {
    stream.first_fin = sender;
    stream.behind_first_fin = packet.sequence + packet.length + 1;
  } else if (*stream.first_fin != sender && !stream.has_second_fin) {
    constexpr std::uint32_t kHalf = 1U << 31U;  // sequence numbers wrap: what is less than half behind is old
    stream.has_second_fin = true;
    stream.is_simultaneous = packet.has_numbers && packet.has(TcpPacket::kAck) &&
                             packet.acknowledged - stream.behind_first_fin >= kHalf;
  }
}

/// Gives the streams for which `is_wanted` is true, in the order of their first packets.
template <class IsWanted>
void TcpStreams::give_those(IsWanted is_wanted, LogSink& sink) {
  std::vector<Stream> wanted;
  for (auto at = streams_.begin(); at != streams_.end();) {
    if (is_wanted(at->second)) {
      wanted.push_back(std::move(at->second));
      at = streams_.erase(at);
    } else {
      ++at;
    }
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const Stream& a, const Stream& b) { return a.ordinal < b.ordinal; });
  for (const Stream& stream : wanted) {
    give(stream, sink);
  }
}

/// Gives the half that has been silent for longest.
void TcpStreams::give_silent_half(LogSink& sink) {
  const std::int64_t limit = middle_time(streams_, [](const Stream& stream) { return stream.seen_ns; });
  give_those([limit](const Stream& stream) { return stream.seen_ns <= limit; }, sink);
}

void TcpStreams::finish(LogSink& sink) {
  give_those([](const Stream&) { return true; }, sink);
}

}  // namespace portsim
