// One line of a list of sockets, in each of the forms.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trace/socket_table.hpp"

namespace portsim {

/// A socket; nothing, for a line about something else; or why the line cannot be read.
using SocketLine = std::variant<std::monostate, Socket, std::string>;

/// The form of the list that a line begins: its heading, or its first socket. Empty for any other line.
[[nodiscard]] std::optional<SocketForm> form_of(std::string_view line);

/// Reads a line of a list of that form.
[[nodiscard]] SocketLine read_socket_line(SocketForm form, std::string_view line);

/// True for a heading that netstat has on macOS and on no other BSD.
[[nodiscard]] bool is_macos_heading(std::string_view line);

}  // namespace portsim
