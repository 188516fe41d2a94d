#include "trace/socket_lines.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "trace/log_text.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

/// The names that Linux, Windows and the BSDs have for the states, without `-`, `_` and what is not
/// ASCII.
constexpr std::array<std::pair<std::string_view, TcpState>, 28> kStates{{
    {"ESTABLISHED", TcpState::established},
    {"ESTAB", TcpState::established},
    {"TIMEWAIT", TcpState::time_wait},
    {"LISTEN", TcpState::listen},
    {"LISTENING", TcpState::listen},
    {"SYNSENT", TcpState::syn_sent},
    {"SYNRECV", TcpState::syn_received},
    {"SYNRCVD", TcpState::syn_received},
    {"SYNRECEIVED", TcpState::syn_received},
    {"NEWSYNRECV", TcpState::syn_received},
    {"FINWAIT1", TcpState::fin_wait_1},
    {"FINWAIT2", TcpState::fin_wait_2},
    {"CLOSEWAIT", TcpState::close_wait},
    {"CLOSING", TcpState::closing},
    {"LASTACK", TcpState::last_ack},
    {"CLOSE", TcpState::closed},
    {"CLOSED", TcpState::closed},
    {"UNCONN", TcpState::closed},
    {"BOUND", TcpState::closed},
    {"BOUNDINACTIVE", TcpState::closed},
    {"UNKNOWN", TcpState::closed},
    {"HERGESTELLT", TcpState::established},  // of German Windows, the only one whose states are translated
    {"WARTEND", TcpState::time_wait},
    {"ABHREN", TcpState::listen},
    {"SYNGESENDET", TcpState::syn_sent},
    {"FINWARTEN1", TcpState::fin_wait_1},
    {"FINWARTEN2", TcpState::fin_wait_2},
    {"SCHLIESSENWARTEN", TcpState::close_wait},
}};

/// The numbers of the states in /proc/net/tcp, from 1 (include/net/tcp_states.h).
constexpr std::array<TcpState, 13> kProcStates{
    TcpState::established, TcpState::syn_sent,  TcpState::syn_received, TcpState::fin_wait_1,
    TcpState::fin_wait_2,  TcpState::time_wait, TcpState::closed,       TcpState::close_wait,
    TcpState::last_ack,    TcpState::listen,    TcpState::closing,      TcpState::syn_received,
    TcpState::closed};

std::optional<TcpState> state_named(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != '-' && c != '_' && static_cast<unsigned char>(c) < 0x80) {
      plain += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  const auto* const found =
      std::find_if(kStates.begin(), kStates.end(), [&](const auto& state) { return state.first == plain; });
  return found == kStates.end() ? std::nullopt : std::optional(found->second);
}

std::string wrong_state(std::string_view text) { return quoted(text) + " is not a state of TCP"; }

// Addresses

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

std::string plain_address(std::string_view text) {
  constexpr std::string_view kMapped = "::ffff:";
  std::string plain(text);
  std::erase_if(plain, [](char c) { return c == '[' || c == ']'; });
  return plain.starts_with(kMapped) && plain.find('.') != std::string::npos ? plain.substr(kMapped.size())
                                                                            : plain;
}

/// `ADDRESS:PORT`, or with another separator; `*` for any port.
std::optional<Endpoint> parse_endpoint(std::string_view text, char separator) {
  const std::size_t mark = text.rfind(separator);
  if (mark == std::string_view::npos || mark == 0 || !is_log_address(text.substr(0, mark))) {
    return std::nullopt;
  }
  const std::string_view port_text = text.substr(mark + 1);
  const std::optional<std::uint16_t> port = port_text == "*" ? 0 : parse_port(port_text);
  return port ? std::optional(Endpoint{plain_address(text.substr(0, mark)), *port}) : std::nullopt;
}

/// A port that has a name was printed without -n.
std::string wrong_endpoint(std::string_view text) {
  return quoted(text) + " is not an address with a port number";
}

std::optional<std::uint32_t> parse_hex(std::string_view text) {
  std::uint32_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() ? std::nullopt
                                                                                       : std::optional(value);
}

/// The bytes of an address, in network order, out of /proc/net/tcp: each word is a number of the machine.
std::vector<unsigned> address_bytes(std::string_view hex) {
  std::vector<unsigned> bytes;
  for (; hex.size() >= 8; hex.remove_prefix(8)) {
    const std::uint32_t word = parse_hex(hex.substr(0, 8)).value_or(0);
    for (unsigned i = 0; i < 4; ++i) {
      const unsigned shift = std::endian::native == std::endian::little ? 8 * i : 24 - 8 * i;
      bytes.push_back((word >> shift) & 0xFFU);
    }
  }
  return bytes;
}

std::string ipv4_text(const std::vector<unsigned>& bytes, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < first + 4; ++i) {
    text += (i == first ? "" : ".") + std::to_string(bytes[i]);
  }
  return text;
}

/// RFC 5952: the longest run of zeros, of two or more groups, as `::`.
std::string ipv6_text(const std::vector<unsigned>& bytes) {
  constexpr std::size_t kGroups = 8;
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = bytes[2 * i] << 8U | bytes[2 * i + 1];
  }
  std::size_t best = kGroups;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t length = 0;
    while (i + length < kGroups && groups[i + length] == 0) {
      ++length;
    }
    if (length > best_length) {
      best = i;
      best_length = length;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == best) {
      text += "::";
      i += best_length - 1;
      continue;
    }
    std::array<char, 8> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16);
    text += (text.empty() || text.ends_with(':') ? "" : ":") + std::string(digits.data(), end.ptr);
  }
  return text;
}

std::optional<Endpoint> parse_hex_endpoint(std::string_view text) {
  constexpr std::uint32_t kNone = 0x10000;
  const std::size_t mark = std::min(text.find(':'), text.size());
  const std::uint32_t port = mark == text.size() ? kNone : parse_hex(text.substr(mark + 1)).value_or(kNone);
  const bool is_hex = text.find_first_not_of("0123456789ABCDEFabcdef") == mark;
  if (port >= kNone || !is_hex || (mark != 8 && mark != 32)) {
    return std::nullopt;
  }
  const std::vector<unsigned> bytes = address_bytes(text.substr(0, mark));
  if (bytes.size() == 4) {
    return Endpoint{ipv4_text(bytes, 0), static_cast<std::uint16_t>(port)};
  }
  const bool is_mapped =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned byte) { return byte == 0; }) &&
      bytes[10] == 0xFF && bytes[11] == 0xFF;
  return Endpoint{is_mapped ? ipv4_text(bytes, 12) : ipv6_text(bytes), static_cast<std::uint16_t>(port)};
}

// Timers

/// The timer of ss: `1min2sec`, `32sec` (cut to the second), `9.532ms` (seconds), `532ms`.
std::optional<Duration> parse_ss_timer(std::string_view text) {
  Duration sum{};
  if (const std::size_t mark = text.find("min"); mark != std::string_view::npos) {
    const std::optional<int> minutes = parse_count(text.substr(0, mark));
    if (!minutes) {
      return std::nullopt;
    }
    sum += std::chrono::minutes(*minutes);
    text.remove_prefix(mark + 3);
  }
  std::string number(text);
  if (text.ends_with("sec")) {
    number = std::string(text.substr(0, text.size() - 3)) + ".5s";  // the middle of the second
  } else if (text.ends_with("ms") && text.find('.') != std::string_view::npos) {
    number = std::string(text.substr(0, text.size() - 2)) + "s";
  } else if (text.empty()) {
    return sum;
  }
  const Parsed<Duration> rest = parse_duration(number);
  return holds_value(rest) ? std::optional(sum + std::get<Duration>(rest)) : std::nullopt;
}

/// The time left in the words behind a socket's addresses: `timer:(timewait,32sec,0)` of ss, or
/// `timewait (32.10/0/0)` of netstat.
std::optional<Duration> find_timer(const std::vector<std::string_view>& words, std::size_t first) {
  constexpr std::string_view kSs = "timer:(timewait,";
  for (std::size_t i = first; i < words.size(); ++i) {
    if (words[i].starts_with(kSs)) {
      const std::string_view rest = words[i].substr(kSs.size());
      return parse_ss_timer(rest.substr(0, rest.find(',')));
    }
    if (words[i] == "timewait" && i + 1 < words.size() && words[i + 1].starts_with('(')) {
      const std::string_view seconds = words[i + 1].substr(1, words[i + 1].find('/') - 1);
      const Parsed<Duration> time = parse_duration(std::string(seconds) + "s");
      return holds_value(time) ? std::optional(std::get<Duration>(time)) : std::nullopt;
    }
  }
  return std::nullopt;
}

// Lines

/// A socket whose columns are at hand; `rest` is where the words behind them begin.
SocketLine make_socket(std::string_view state_text, std::string_view local_text, std::string_view remote_text,
                       char separator, const std::vector<std::string_view>& words, std::size_t rest) {
  const std::optional<TcpState> state = state_named(state_text);
  const std::optional<Endpoint> local = parse_endpoint(local_text, separator);
  const std::optional<Endpoint> remote = parse_endpoint(remote_text, separator);
  if (!state) {
    return wrong_state(state_text);
  }
  if (!local || !remote) {
    return wrong_endpoint(local ? remote_text : local_text);
  }
  return Socket{*state, local->address, local->port, remote->address, remote->port, find_timer(words, rest)};
}

constexpr const char* kCut = "the line is cut";

SocketLine read_proc_line(const std::vector<std::string_view>& words) {
  constexpr std::size_t kTimer = 5;
  if (words.front() == "sl") {
    return {};
  }
  if (words.size() <= kTimer) {
    return kCut;
  }
  const std::optional<Endpoint> local = parse_hex_endpoint(words[1]);
  const std::optional<Endpoint> remote = parse_hex_endpoint(words[2]);
  const std::optional<std::uint32_t> state = parse_hex(words[3]);
  if (!local || !remote) {
    return wrong_endpoint(local ? words[2] : words[1]);
  }
  if (!state || *state == 0 || *state > kProcStates.size()) {
    return wrong_state(words[3]);
  }
  Socket socket{kProcStates[*state - 1], local->address, local->port, remote->address, remote->port, {}};
  if (words[kTimer].starts_with("03:")) {  // the timer of TIME_WAIT, in hundredths of a second
    if (const std::optional<std::uint32_t> left = parse_hex(words[kTimer].substr(3))) {
      socket.time_left = *left * 10ms;
    }
  }
  return socket;
}

SocketLine read_ss_line(const std::vector<std::string_view>& words) {
  if (words.front() == "State" || words.front() == "Netid") {
    return {};
  }
  const bool has_protocol = !state_named(words.front());
  if (words.front() == "Recv-Q") {
    return "the column State is missing: take ss -tan without a filter on states";
  }
  if (has_protocol && words.front() != "tcp") {
    constexpr std::array<std::string_view, 14> kOthers{"udp",  "raw",   "u_str", "u_dgr", "u_seq",
                                                       "nl",   "p_raw", "p_dgr", "icmp6", "???",
                                                       "sctp", "dccp",  "v_str", "mptcp"};
    return std::find(kOthers.begin(), kOthers.end(), words.front()) != kOthers.end()
               ? SocketLine()
               : SocketLine(wrong_state(words.front()));
  }
  const std::size_t first = has_protocol ? 1 : 0;
  if (words.size() < first + 5) {
    return kCut;
  }
  return make_socket(words[first], words[first + 3], words[first + 4], ':', words, first + 5);
}

bool is_tcp(std::string_view protocol) {
  return protocol.size() >= 3 && std::tolower(static_cast<unsigned char>(protocol[0])) == 't' &&
         std::tolower(static_cast<unsigned char>(protocol[1])) == 'c' &&
         std::tolower(static_cast<unsigned char>(protocol[2])) == 'p';
}

/// PROTOCOL RECV-Q SEND-Q LOCAL FOREIGN STATE
SocketLine read_unix_netstat_line(const std::vector<std::string_view>& words, char separator) {
  if (!is_tcp(words.front())) {
    return {};
  }
  return words.size() < 6 ? SocketLine(kCut) : make_socket(words[5], words[3], words[4], separator, words, 6);
}

/// PROTOCOL LOCAL FOREIGN STATE
SocketLine read_windows_line(const std::vector<std::string_view>& words) {
  if (!is_tcp(words.front())) {
    return {};
  }
  return words.size() < 4 ? SocketLine(kCut) : make_socket(words[3], words[1], words[2], ':', words, 4);
}

/// The form of `netstat` from its first socket: the BSDs write ADDRESS.PORT.
SocketForm netstat_form(const std::vector<std::string_view>& words) {
  if (words.front().starts_with("TCP")) {
    return SocketForm::windows_netstat;
  }
  const std::size_t dot = words.size() > 3 ? words[3].rfind('.') : std::string_view::npos;
  const std::size_t colon = words.size() > 3 ? words[3].rfind(':') : std::string_view::npos;
  const bool is_bsd = dot != std::string_view::npos && (colon == std::string_view::npos || dot > colon);
  return is_bsd ? SocketForm::freebsd_netstat : SocketForm::linux_netstat;
}

}  // namespace

std::optional<SocketForm> form_of(std::string_view line) {
  const std::vector<std::string_view> words = split_words(line);
  const auto word = [&](std::size_t index) {
    return index < words.size() ? words[index] : std::string_view();
  };
  if (word(0) == "sl" && word(1) == "local_address") {
    return SocketForm::proc;
  }
  if (((word(0) == "State" || word(0) == "Netid") && line.find("Recv-Q") != std::string_view::npos) ||
      (word(0) == "Recv-Q" && word(1) == "Send-Q") || (state_named(word(0)) && words.size() >= 5) ||
      (word(0) == "tcp" && state_named(word(1)) && words.size() >= 6)) {
    return SocketForm::ss;
  }
  if (is_tcp(word(0)) && words.size() >= 4) {
    return netstat_form(words);
  }
  if (word(0) == "Active" && word(1) == "Connections") {
    return SocketForm::windows_netstat;
  }
  if (word(0) == "Active" && word(1) == "Internet" && word(2) == "connections") {
    return word(3) == "(including" || word(3).empty() ? SocketForm::freebsd_netstat
                                                      : SocketForm::linux_netstat;
  }
  return std::nullopt;
}

SocketLine read_socket_line(SocketForm form, std::string_view line) {
  const std::vector<std::string_view> words = split_words(line);
  if (words.empty()) {
    return {};
  }
  switch (form) {
    case SocketForm::proc: return read_proc_line(words);
    case SocketForm::ss: return line.front() == '\t' ? SocketLine() : read_ss_line(words);
    case SocketForm::linux_netstat: return read_unix_netstat_line(words, ':');
    case SocketForm::windows_netstat: return read_windows_line(words);
    case SocketForm::freebsd_netstat:
    case SocketForm::macos_netstat: return read_unix_netstat_line(words, '.');
  }
  return {};
}

bool is_macos_heading(std::string_view line) {
  return line.starts_with("Active Multipath Internet connections") ||
         line.starts_with("Active LOCAL (UNIX) domain sockets") ||
         line.starts_with("Registered kernel control");
}

}  // namespace portsim
