#include "trace/socket_table.hpp"

#include <catch.hpp>

#include "temporary_file.hpp"
#include "trace/proc_files.hpp"
#include "trace/socket_lines.hpp"

using namespace portsim;
using namespace std::chrono_literals;

namespace {

Socket socket_of(SocketForm form, std::string_view line) {
  const SocketLine read = read_socket_line(form, line);
  REQUIRE(std::holds_alternative<Socket>(read));
  return std::get<Socket>(read);
}

bool is_passed_over(SocketForm form, std::string_view line) {
  return std::holds_alternative<std::monostate>(read_socket_line(form, line));
}

}  // namespace

TEST_CASE("a line of /proc/net/tcp gives the state and the hundredths of a second left in TIME_WAIT") {
  const Socket socket =
      socket_of(SocketForm::proc,
                "   3: 0100007F:9C40 0200007F:2328 06 00000000:00000000 03:00001770 00000000 "
                "    0        0 0 3 0000000000000000");
  CHECK(socket.state == TcpState::time_wait);
  CHECK(socket.local_address == "127.0.0.1");
  CHECK(socket.local_port == 40000);
  CHECK(socket.remote_address == "127.0.0.2");
  CHECK(socket.remote_port == 9000);
  CHECK(socket.time_left == Duration(60s));
}

TEST_CASE("the timer of a socket that is open is not its time left") {
  const Socket socket = socket_of(
      SocketForm::proc, "  0: 0100007F:9C40 0200007F:2328 01 00000000:00000000 02:000AFC80 00000000 0 0 1");
  CHECK(socket.state == TcpState::established);
  CHECK_FALSE(socket.time_left);
}

TEST_CASE("addresses of tcp6 are written as RFC 5952 wants them, those of IPv4 as IPv4") {
  const Socket native = socket_of(SocketForm::proc,
                                  "  1: B80D0120000000000000000001000000:9C40 "
                                  "00000000000000000000000001000000:0050 01 00000000:00000000 00:00000000");
  CHECK(native.local_address == "2001:db8::1");
  CHECK(native.remote_address == "::1");
  const Socket mapped = socket_of(SocketForm::proc,
                                  "  1: 0000000000000000FFFF00000A0200C0:9C40 "
                                  "0000000000000000FFFF0000140200C0:0050 01 00000000:00000000 00:00000000");
  CHECK(mapped.local_address == "192.0.2.10");
  CHECK(mapped.remote_address == "192.0.2.20");
}

TEST_CASE("ss writes its timers in minutes, seconds and milliseconds") {
  const auto left = [](const std::string& timer) {
    return socket_of(SocketForm::ss,
                     "TIME-WAIT 0 0 192.0.2.1:40000 192.0.2.2:80 timer:(timewait," + timer + ",0)")
        .time_left;
  };
  CHECK(left("32sec") == Duration(32500ms));  // cut to the second: its middle
  CHECK(left("9.532ms") == Duration(9532ms));
  CHECK(left("532ms") == Duration(532ms));
  CHECK(left("1min2sec") == Duration(62500ms));
  CHECK(left("1min") == Duration(60s));
}

TEST_CASE("ss lists other families and details that are no sockets of TCP") {
  CHECK(is_passed_over(SocketForm::ss, "u_str ESTAB 0 0 * 21 * 22"));
  CHECK(is_passed_over(SocketForm::ss, "udp UNCONN 0 0 0.0.0.0:68 0.0.0.0:*"));
  CHECK(is_passed_over(SocketForm::ss, "\t cubic wscale:7,7 rto:204 rtt:0.05/0.02"));
  const Socket socket = socket_of(SocketForm::ss, "tcp ESTAB 0 0 [::ffff:192.0.2.1]:40000 [2001:db8::1]:443");
  CHECK(socket.local_address == "192.0.2.1");
  CHECK(socket.remote_address == "2001:db8::1");
}

TEST_CASE("netstat separates the port by a colon on Linux and by a dot on the BSDs") {
  const Socket on_linux =
      socket_of(SocketForm::linux_netstat,
                "tcp        0      0 192.0.2.1:40000   192.0.2.2:80   TIME_WAIT   timewait (32.10/0/0)");
  CHECK(on_linux.local_port == 40000);
  CHECK(on_linux.time_left == Duration(32100ms));
  const Socket on_bsd =
      socket_of(SocketForm::freebsd_netstat, "tcp4  0  0 192.0.2.1.40000  192.0.2.2.80  FIN_WAIT_2");
  CHECK(on_bsd.local_address == "192.0.2.1");
  CHECK(on_bsd.remote_port == 80);
  CHECK(on_bsd.state == TcpState::fin_wait_2);
}

TEST_CASE("German Windows translates the states, in whatever code page", "[sockets]") {
  const auto state_of = [](const std::string& state) {
    const SocketLine line = read_socket_line(SocketForm::windows_netstat,
                                             "  TCP    10.0.0.1:49152  192.0.2.1:80  " + state + "  0");
    REQUIRE(std::holds_alternative<Socket>(line));
    return std::get<Socket>(line).state;
  };
  CHECK(state_of("WARTEND") == TcpState::time_wait);
  CHECK(state_of("HERGESTELLT") == TcpState::established);
  CHECK(state_of("SCHLIESSEN_WARTEN") == TcpState::close_wait);
  CHECK(state_of("ABH\xD6REN") == TcpState::listen);
  CHECK(state_of("ABH\xC3\x96REN") == TcpState::listen);
  CHECK(state_of("ABH\x99REN") == TcpState::listen);
}

TEST_CASE("the form of a list is known by its heading or by its first socket") {
  CHECK(form_of("State  Recv-Q Send-Q Local Address:Port Peer Address:Port") == SocketForm::ss);
  CHECK(form_of("TIME-WAIT 0 0 192.0.2.1:40000 192.0.2.2:80") == SocketForm::ss);
  CHECK(form_of("  sl  local_address rem_address   st tx_queue") == SocketForm::proc);
  CHECK(form_of("  TCP    192.0.2.1:49701    192.0.2.2:1433    TIME_WAIT") == SocketForm::windows_netstat);
  CHECK(form_of("tcp6       0      0 :::22       :::*       LISTEN") == SocketForm::linux_netstat);
  CHECK(form_of("tcp6  0  0 fe80::1%lo0.49154 fe80::1%lo0.8080 TIME_WAIT") == SocketForm::freebsd_netstat);
  CHECK_FALSE(form_of("Some text about TCP"));
}

TEST_CASE("a list of sockets in UTF-16, as PowerShell writes it, is read") {
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("  TCP  10.0.0.5:49701  10.0.0.9:1433  TIME_WAIT\r\n")) {
    wide += c;
    wide += '\0';
  }
  const portsim::test::TemporaryFile file(wide);
  const auto read = read_sockets(file.path());
  REQUIRE(std::holds_alternative<SocketTable>(read));
  const auto& table = std::get<SocketTable>(read);
  CHECK(table.form == SocketForm::windows_netstat);
  REQUIRE(table.sockets.size() == 1);
  CHECK(table.sockets.front().remote_address == "10.0.0.9");
}

TEST_CASE("a socket that cannot be read is a fault with its line") {
  const portsim::test::TemporaryFile file(
      "State Recv-Q Send-Q Local Peer\nESTAB 0 0 192.0.2.1:40000 192.0.2.2:https\nESTAB 0\n");
  const auto read = read_sockets(file.path());
  REQUIRE(std::holds_alternative<std::vector<Fault>>(read));
  const auto& faults = std::get<std::vector<Fault>>(read);
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].where == file.path() + ":2");
  CHECK(faults[0].what == "\"192.0.2.2:https\" is not an address with a port number");
  CHECK(faults[1].where == file.path() + ":3");
}

TEST_CASE("a text without sockets is a fault, a list with none is not") {
  const portsim::test::TemporaryFile text("hello\n");
  CHECK(std::holds_alternative<std::vector<Fault>>(read_sockets(text.path())));
  const portsim::test::TemporaryFile empty("State Recv-Q Send-Q Local Address:Port Peer Address:Port\n");
  CHECK(std::holds_alternative<SocketTable>(read_sockets(empty.path())));
}
