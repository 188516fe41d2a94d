#include "trace/settings_file.hpp"

#include "catch.hpp"
#include "scenario/knob_settings.hpp"

namespace portsim {
namespace {

/// The knobs of a text, `NAME=VALUE` with `;` between them; what is wrong with it if something is.
std::string knobs_in(const std::string& content) {
  const auto read = parse_settings("machine.txt", content);
  std::string text;
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    return faults->front().where + ": " + faults->front().what;
  }
  for (const Setting& setting : std::get<std::vector<Setting>>(read)) {
    CHECK(setting.name == kKnobLine);
    text += (text.empty() ? "" : ";") + setting.value;
  }
  return text;
}

const std::string kKey = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\n";

std::string registry(const std::string& lines) { return "Windows Registry Editor Version 5.00\n\n" + lines; }

std::string utf16(const std::string& text) {
  std::string units = "\xFF\xFE";
  for (const char c : text) {
    units += c;
    units += '\0';
  }
  return units;
}

TEST_CASE("a registry export gives the values of Tcpip Parameters, dwords in hexadecimal") {
  const std::string lines = kKey + "\"TcpTimedWaitDelay\"=dword:0000001e\n\"MaxUserPort\"=dword:fffe\n";
  const std::string expected = "MaxUserPort=65534;TcpTimedWaitDelay=30";
  CHECK(knobs_in(registry(lines)) == expected);
  CHECK(knobs_in("REGEDIT4\r\n\r\n" + lines) == expected);
  CHECK(knobs_in("\xEF\xBB\xBF" + registry(lines)) == expected);
  CHECK(knobs_in(utf16(registry(lines))) == expected);
}

TEST_CASE("a registry value is quoted with its file, line and text") {
  const auto read =
      parse_settings("machine.reg", registry(kKey + "\"tcptimedwaitdelay\" = dword:1E ; short\n"));
  CHECK(std::get<std::vector<Setting>>(read).front().where == "machine.reg:4: tcptimedwaitdelay = dword:1E");
}

TEST_CASE("other registry keys do not count") {
  const std::string value = "\"TcpTimedWaitDelay\"=dword:0000001e\n";
  const std::string root = "[HKEY_LOCAL_MACHINE\\SYSTEM\\";
  CHECK(knobs_in(registry(root + "ControlSet001\\Services\\TcpIp\\Parameters\\]\n" + value)) ==
        "TcpTimedWaitDelay=30");
  for (const char* key :
       {"CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces]\n",
        "CurrentControlSet\\Services\\Tcpip6\\Parameters]\n", "ControlSetXYZ\\Services\\Tcpip\\Parameters]\n",
        "Services\\Tcpip\\Parameters]\n"}) {
    CAPTURE(key);
    CHECK(knobs_in(registry(root + key + value)) == "machine.txt: holds no setting that portsim knows");
  }
}

TEST_CASE("in a registry file the last assignment counts, and a minus deletes") {
  CHECK(knobs_in(registry(kKey + "\"MaxUserPort\"=dword:1389\n\"MaxUserPort\"=dword:138a\n")) ==
        "MaxUserPort=5002");
  CHECK(knobs_in(registry(kKey + "\"MaxUserPort\"=dword:1389\n\"MaxUserPort\"=-\n;\"MaxUserPort\"=dword:1\n" +
                          "\"TcpTimedWaitDelay\"=dword:1e\n")) == "TcpTimedWaitDelay=30");
  CHECK(knobs_in(registry(kKey + "\"MaxUserPort\"=dword:1389\n[-" + kKey.substr(1) +
                          "\"TcpTimedWaitDelay\"=dword:1e\n" + kKey + "\"MaxFreeTcbs\"=dword:7d0\n")) ==
        "MaxFreeTcbs=2000");
}

TEST_CASE("a long registry value goes on in the next line") {
  CHECK(knobs_in(registry(kKey + "\"Bind\"=hex(7):5c,00,\\\n  \"MaxUserPort\"=dword:1,\\\n  00\n" +
                          "\"TcpTimedWaitDelay\"=dword:1e\n")) == "TcpTimedWaitDelay=30");
}

TEST_CASE("a registry value that is no dword is an error") {
  CHECK(knobs_in(registry(kKey + "\"TcpTimedWaitDelay\"=\"30\"\n")) ==
        "machine.txt:4: TcpTimedWaitDelay = \"30\": is not a dword of up to 8 hexadecimal digits, and has no "
        "effect on the machine");
  CHECK(knobs_in(registry(kKey + "\"MaxUserPort\"=dword:000065534\n")).find("is not a dword") !=
        std::string::npos);
}

TEST_CASE("a sysctl file gives the names that are known") {
  CHECK(knobs_in("# comment\n; comment\nkernel.sysrq = 1\nnet.ipv4.tcp_fin_timeout = 30 # short\n"
                 "-net/ipv4/tcp_tw_reuse=1\nnet.ipv4.ip_local_port_range = 1024\t65535\n") ==
        "net.ipv4.ip_local_port_range=1024\t65535;net.ipv4.tcp_fin_timeout=30;net.ipv4.tcp_tw_reuse=1");
  CHECK(knobs_in("net.inet.tcp.msl: 30000\n") == "net.inet.tcp.msl=30000");
  CHECK(knobs_in("net.ipv4.tcp_fin_timeout=1\nnet.ipv4.tcp_fin_timeout=2\n") == "net.ipv4.tcp_fin_timeout=2");
  CHECK(knobs_in("net.ipv4.ip_local_reserved_ports = \n") == "net.ipv4.ip_local_reserved_ports=");
}

TEST_CASE("the output of netsh gives the dynamic ports of TCP") {
  const std::string output =
      "\r\nProtocol tcp Dynamic Port Range\r\n-------------------------\r\n"
      "Start Port      : 1025\r\nNumber of Ports : 64510\r\n\r\n";
  CHECK(knobs_in(output) == "dynamicport=1025 64510");
  std::string udp = output;
  udp.replace(udp.find("tcp"), 3, "udp");
  CHECK(knobs_in(udp) == "machine.txt: holds no setting that portsim knows");
  CHECK(knobs_in(output + udp) == "dynamicport=1025 64510");
}

TEST_CASE("a script that sets the registry gives its values, decimal as they are typed there") {
  const std::string key = "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
  CHECK(knobs_in("@echo off\r\nREG ADD HKLM\\" + key +
                 " /v TcpTimedWaitDelay /t REG_DWORD /d 30 /f\r\n"
                 "netsh int ipv4 set dynamicport tcp start=1025 num=64510\r\n") ==
        "TcpTimedWaitDelay=30;dynamicport=start=1025 num=64510");
  CHECK(knobs_in("New-ItemProperty -Path \"HKLM:\\" + key +
                 "\" -Name 'MaxUserPort' -PropertyType DWord -Value "
                 "65534 -Force\n"
                 "Set-ItemProperty -Path HKLM:\\" +
                 key + "\\ -Name TcpTimedWaitDelay -Value 0x1e\n") ==
        "MaxUserPort=65534;TcpTimedWaitDelay=0x1e");
  CHECK(knobs_in("reg add HKLM\\" + key + "\\Interfaces /v TcpTimedWaitDelay /t REG_DWORD /d 30 /f\n") ==
        "machine.txt: holds no setting that portsim knows");
}

TEST_CASE("a file without a known setting is an error, and so is one that cannot be read") {
  CHECK(knobs_in("") == "machine.txt: holds no setting that portsim knows");
  CHECK(knobs_in("rate = 3\n") == "machine.txt: holds no setting that portsim knows");
  CHECK(std::holds_alternative<std::vector<Fault>>(read_settings_file("./no-such-file")));
}

}  // namespace
}  // namespace portsim
