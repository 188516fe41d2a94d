#include "scenario/machine_settings.hpp"

#include <algorithm>
#include <string_view>

#include "scenario/profile_file.hpp"
#include "stacks/knobs.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kLeastDynamicPorts = 255;

/// The profile's knob of that role; null if it has none.
const Knob* knob_of(const Profile& profile, KnobRole role) {
  const auto all = knobs();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Knob& knob) {
    return knob.role == role && (knob.belongs_to(profile.name) || knob.belongs_to(profile.based_on));
  });
  return found == all.end() ? nullptr : &*found;
}

SettingForm form_of(const Knob& knob) {
  if (knob.role == KnobRole::port_start_count) {
    return SettingForm::netsh;
  }
  if (knob.name.starts_with("net.")) {
    return SettingForm::sysctl;
  }
  const bool is_windows = knob.belongs_to("nt4") || knob.belongs_to("win2000") || knob.belongs_to("windows");
  return is_windows ? SettingForm::registry : SettingForm::other;
}

MachineSetting setting(const Knob& knob, std::string value) {
  return {form_of(knob), std::string(knob.name), std::move(value)};
}

bool is_legal(const Knob& knob, std::uint64_t value) { return value >= knob.least && value <= knob.most; }

}  // namespace

std::optional<Profile> profile_of_name(const std::string& name) {
  if (const Profile* profile = find_profile(name)) {
    return *profile;
  }
  if (is_profile_file(name)) {
    auto read = read_profile_file(name, "");
    if (auto* profile = std::get_if<Profile>(&read)) {
      return std::move(*profile);
    }
  }
  return std::nullopt;
}

std::vector<MachineSetting> settings_for_advice(const Profile& profile) {
  std::vector<MachineSetting> settings;
  for (const KnobRole role : {KnobRole::first_port, KnobRole::last_port, KnobRole::port_range,
                              KnobRole::port_start_count, KnobRole::time_wait, KnobRole::reuse_mode}) {
    if (const Knob* const knob = knob_of(profile, role)) {
      settings.push_back(setting(*knob, ""));
    }
  }
  return settings;
}

std::vector<MachineSetting> settings_for_delay(const Profile& profile, Duration& delay) {
  const Knob* const knob = knob_of(profile, KnobRole::time_wait);
  if (knob == nullptr) {
    return {};
  }
  const auto value = static_cast<std::uint64_t>(delay / knob->unit);
  const KnobLimits limits = knob_limits(*knob, profile);
  if (value < limits.least || value > limits.most) {
    return {};
  }
  delay -= delay % knob->unit;
  return {setting(*knob, std::to_string(value))};
}

std::vector<MachineSetting> settings_for_ports(const Profile& profile, PortRange& range) {
  if (const Knob* const knob = knob_of(profile, KnobRole::port_range)) {
    return is_legal(*knob, range.first)
               ? std::vector{setting(*knob, std::to_string(range.first) + " " + std::to_string(range.last))}
               : std::vector<MachineSetting>();
  }
  if (const Knob* const knob = knob_of(profile, KnobRole::port_start_count)) {
    const std::uint64_t size = std::uint64_t{range.last} - range.first + 1;
    if (!is_legal(*knob, range.first) || size < kLeastDynamicPorts) {
      return {};
    }
    return {setting(*knob, "start=" + std::to_string(range.first) + " num=" + std::to_string(size))};
  }
  const Knob* const first = knob_of(profile, KnobRole::first_port);
  const Knob* const last = knob_of(profile, KnobRole::last_port);
  const PortRange usual{profile.ports.value.front().first, profile.ports.value.back().last};
  std::vector<MachineSetting> settings;
  if (range.first < usual.first || (first != nullptr && range.first != usual.first)) {
    if (first == nullptr || !is_legal(*first, range.first)) {
      return {};
    }
    settings.push_back(setting(*first, std::to_string(range.first)));
  } else {
    range.first = usual.first;  // the lowest port cannot be set
  }
  if (range.last != usual.last || settings.empty()) {
    if (last == nullptr || range.last > last->most) {
      return {};
    }
    range.last = static_cast<std::uint16_t>(std::max<std::uint64_t>(range.last, last->least));
    settings.push_back(setting(*last, std::to_string(range.last)));
  }
  return settings;
}

std::vector<MachineSetting> settings_for_reuse(const Profile& profile) {
  const Knob* const knob = knob_of(profile, KnobRole::reuse_mode);
  return knob == nullptr ? std::vector<MachineSetting>() : std::vector{setting(*knob, "1")};
}

}  // namespace portsim
