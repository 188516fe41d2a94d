#include "report/emitted.hpp"

#include <fmt/format.h>

#include <ostream>
#include <string_view>

#include "base/number_text.hpp"

namespace portsim {
namespace {

constexpr std::string_view kKey =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";

/// Regedit of Windows 2000 was the first to write, and of NT 4 the last not to read, the later form.
std::string_view registry_title(const std::string& stack_name) {
  return stack_name.starts_with("nt") ? "REGEDIT4" : "Windows Registry Editor Version 5.00";
}

}  // namespace

void write_settings(SettingForm form, const std::string& stack_name,
                    const std::vector<MachineSetting>& settings, std::ostream& out) {
  switch (form) {
    case SettingForm::registry:
      out << registry_title(stack_name) << "\r\n\r\n[" << kKey << "]\r\n";
      for (const MachineSetting& setting : settings) {
        out << fmt::format("\"{}\"=dword:{:08x}\r\n", setting.name,
                           parse_unsigned(setting.value).value_or(0));
      }
      out << "\r\n";
      break;
    case SettingForm::netsh:
      for (const MachineSetting& setting : settings) {
        out << "netsh int ipv4 set dynamicport tcp " << setting.value << '\n';
      }
      break;
    case SettingForm::sysctl:
      for (const MachineSetting& setting : settings) {
        out << setting.name << " = " << setting.value << '\n';
      }
      break;
    case SettingForm::other: break;
  }
}

}  // namespace portsim
