// `--settings FILE`: the settings of a real machine, from the files and outputs in which it shows them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenario/settings.hpp"

namespace portsim {

/// Reads the knobs (stacks/knobs.hpp) out of a text, whose form is known by its content:
/// - a .reg export, REGEDIT4 or version 5.00, UTF-16LE or UTF-8: `dword:` values, hexadecimal, of
///   `...\Services\Tcpip\Parameters` alone, in CurrentControlSet or ControlSetNNN;
/// - the output of `netsh int ipv4 show dynamicport tcp`;
/// - commands of a batch file or a script: `netsh int ipv4 set dynamicport tcp ...`, `reg add ... /v NAME /d
/// VALUE`,
///   PowerShell's New- and Set-ItemProperty with -Name and -Value, decimal or with 0x, of the same key;
/// - a sysctl.conf, or the output of `sysctl -a`: `name = value`, `name: value`, names with `.` or `/`.
/// Other settings are passed over; where one stands twice the last counts, as on the machine. Each becomes a
/// setting for `build_scenario` (scenario/knob_settings.hpp). A text without a knob is a fault.
[[nodiscard]] std::variant<std::vector<Setting>, std::vector<Fault>> parse_settings(
    const std::string& path, const std::string& content);

/// The same from a file of at most 64 MB.
[[nodiscard]] std::variant<std::vector<Setting>, std::vector<Fault>> read_settings_file(
    const std::string& path);

}  // namespace portsim
