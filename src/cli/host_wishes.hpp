// What the user of `portsim host` asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portsim/rate.hpp"
#include "portsim/time.hpp"
#include "scenario/settings.hpp"

namespace portsim::cli {

/// What the user asked for.
struct HostWishes {
  std::vector<std::string> lists;               ///< files of --sockets
  std::string proc = "/proc";                   ///< where a live machine is read
  Duration interval = std::chrono::seconds{1};  ///< between two looks; 0: one look
  std::optional<Rate> rate;                     ///< of the whole machine; else it is measured
  std::uint64_t top = 10;                       ///< pools to show
};

/// Reads the options of `portsim host`; what is wrong is appended to `faults`.
[[nodiscard]] HostWishes read_host_wishes(const std::vector<std::vector<Setting>>& levels,
                                          std::vector<Fault>& faults);

}  // namespace portsim::cli
