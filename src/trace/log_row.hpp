// What every format of log gives: one connection as it was recorded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// What decided how a recorded connection ended, and so whether the client's port stays in TIME_WAIT.
enum class CloserRule : std::uint8_t {
  first_fin,   ///< both FINs were seen: who sent the first one closed first
  reset,       ///< an RST was seen: the port is free at the end of the connection
  late_reset,  ///< the client closed first, and an RST came after both FINs: whether the port stays in
               ///< TIME_WAIT is up to the stack (rfc1337) if the server sent it; if the client did, it is
               ///< free
  refused,     ///< the SYN was answered with RST
  unanswered,  ///< the SYN was not answered
  not_closed,  ///< the log does not show both FINs: the port is held as long as the log tells
  no_start,    ///< the start was not seen: held as long as the log tells, without TIME_WAIT
  unknown,     ///< the log does not tell: --unknown-closer
  worst_case,  ///< --worst-case: every established connection is closed first by the client
};

/// The rules' names, indexed by `CloserRule`.
inline constexpr std::array<std::string_view, 9> kCloserRuleNames{"first_fin", "reset",      "late_reset",
                                                                  "refused",   "unanswered", "not_closed",
                                                                  "no_start",  "unknown",    "worst_case"};

/// How a connection ended, and what tells so.
struct Ending {
  std::optional<Closer> closer;  ///< empty: the log does not tell
  CloserRule rule = CloserRule::unknown;
  bool is_established = true;   ///< the handshake was completed, as far as is known
  bool has_late_reset = false;  ///< the server sent an RST when the client was in TIME_WAIT
};

/// The destination of a log's connections where it names none: all go to the server that writes it.
inline constexpr std::string_view kUnnamedServer = "server";

/// One connection of a log. The texts live as long as the line they come from.
struct LogRow {
  std::int64_t start_ns = 0;           ///< from any origin, the same in the whole log
  std::optional<Duration> lifetime{};  ///< from the first SYN to the last FIN; empty: the log does not tell
  std::string_view source;
  std::string_view destination;
  std::uint16_t destination_port = 0;
  std::uint16_t source_port = 0;  ///< 0: not told
  std::string_view id{};  ///< rows with the same one are one connection, the first counts; empty: none
  Ending ending;
};

}  // namespace portsim
