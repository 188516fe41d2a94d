// The TCP sockets of a machine, as its own tools list them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// One TCP socket. Addresses are texts; those of IPv4 that are written as IPv6 (`::ffff:192.0.2.1`) stand as
/// IPv4, since they share its ports.
struct Socket {
  TcpState state = TcpState::closed;  ///< `closed`: bound, not connected
  std::string local_address;
  std::uint16_t local_port = 0;
  std::string remote_address;
  std::uint16_t remote_port = 0;  ///< 0 where there is no peer
  /// Until the stack frees the port of a closed socket: known of TIME_WAIT and FIN_WAIT_2 in some forms.
  std::optional<Duration> time_left;
};

/// Whose list it is.
enum class SocketForm : std::uint8_t {
  proc,             ///< Linux /proc/net/tcp and tcp6
  ss,               ///< Linux `ss -tan`, with timers `ss -tano`
  linux_netstat,    ///< `netstat -tan`, with timers `-tano`
  windows_netstat,  ///< `netstat -an`, `-ano`
  freebsd_netstat,  ///< `netstat -an` of the BSDs
  macos_netstat,    ///< the same, with headings that only macOS has
};

/// The form's name for people: `ss`, `netstat of Windows`.
[[nodiscard]] std::string name_of(SocketForm form);

/// A list of sockets.
struct SocketTable {
  SocketForm form = SocketForm::proc;
  std::vector<Socket> sockets;
};

/// Reads a list of sockets; its form is known by its content. What is no TCP socket is passed over; a line
/// that should be one and cannot be read is a fault, `FILE:LINE`, of which the first 20 are given. A text
/// without a list is a fault. `-` is standard input.
[[nodiscard]] std::variant<SocketTable, std::vector<Fault>> read_sockets(const std::string& path);

}  // namespace portsim
