#include <algorithm>

#include "trace/line_reader.hpp"
#include "trace/socket_lines.hpp"
#include "trace/socket_table.hpp"

namespace portsim {
namespace {

constexpr std::size_t kMostFaults = 20;

/// A file that PowerShell wrote is UTF-16LE; what counts in it is ASCII.
std::string plain_line(std::string_view line) {
  if (line.starts_with("\xFF\xFE")) {
    line.remove_prefix(2);
  }
  std::string plain(line);
  std::erase(plain, '\0');
  if (plain.ends_with('\r')) {
    plain.pop_back();
  }
  return plain;
}

}  // namespace

std::string name_of(SocketForm form) {
  switch (form) {
    case SocketForm::proc: return "/proc/net/tcp";
    case SocketForm::ss: return "ss";
    case SocketForm::linux_netstat: return "netstat of Linux";
    case SocketForm::windows_netstat: return "netstat of Windows";
    case SocketForm::freebsd_netstat: return "netstat of BSD";
    case SocketForm::macos_netstat: return "netstat of macOS";
  }
  return "";
}

std::variant<SocketTable, std::vector<Fault>> read_sockets(const std::string& path) {
  const std::string shown = path == "-" ? "standard input" : path;
  LineReader lines(path == "-" ? "/dev/stdin" : path);
  SocketTable table;
  std::optional<SocketForm> form;
  std::vector<Fault> faults;
  bool is_macos = false;
  while (faults.size() < kMostFaults && lines.next()) {
    const std::string line = plain_line(lines.line());
    is_macos = is_macos || is_macos_heading(line);
    form = form ? form : form_of(line);
    if (!form) {
      continue;
    }
    SocketLine read = read_socket_line(*form, line);
    if (auto* socket = std::get_if<Socket>(&read)) {
      table.sockets.push_back(std::move(*socket));
    } else if (const auto* why = std::get_if<std::string>(&read)) {
      faults.push_back({shown + ":" + std::to_string(lines.number()), *why,
                        "the list must be whole and numeric, as ss -tan or netstat -an print it"});
    }
  }
  if (!lines.error().empty()) {
    faults.push_back({shown, "cannot be read: " + lines.error(), ""});
  } else if (!form) {
    faults.push_back({shown, "holds no list of sockets",
                      "what can be read: ss -tan, ss -tano, netstat -an of Linux, Windows, BSD and macOS, "
                      "/proc/net/tcp"});
  }
  if (!faults.empty()) {
    return faults;
  }
  table.form = is_macos && *form == SocketForm::freebsd_netstat ? SocketForm::macos_netstat : *form;
  return table;
}

}  // namespace portsim
