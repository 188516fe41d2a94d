// Settings of a machine as a file that can be applied to it, and read back by --settings.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "portsim/advice.hpp"

namespace portsim {

/// Writes settings of one form: a registry file (of the form that the stack's Windows reads), a command of
/// netsh, or lines of a sysctl.conf. `other` has no file: nothing is written.
void write_settings(SettingForm form, const std::string& stack_name,
                    const std::vector<MachineSetting>& settings, std::ostream& out);

}  // namespace portsim
