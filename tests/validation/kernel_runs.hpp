// Runs that were measured on a real Linux kernel, as data/kernel holds them (README.md, "The data").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portsim/scenario.hpp"
#include "scenario/settings.hpp"

namespace portsim {

/// How many sockets were in TIME_WAIT at one instant, closed ones in FIN_WAIT_2 included.
struct TimeWaitSample {
  TimePoint time{};
  std::uint64_t count = 0;
};

/// One run: what portsim is given, and what the kernel did.
struct KernelRun {
  std::string name;
  std::vector<Setting> options;  ///< of the scenario: `ports`, `duration`, `timer-offset` ...
  std::vector<Setting> knobs;    ///< of the profile, by their own names: `tcp_fin_timeout` ...
  RecordedLoad load;

  std::vector<bool> failed;               ///< for each attempt: the kernel had no port
  std::vector<TimeWaitSample> samples;    ///< in order of time
  std::optional<TimePoint> last_release;  ///< of a port in TIME_WAIT, where it was watched closely
};

/// All runs of `directory`, in order of their names; throws where a file is not what it should be.
[[nodiscard]] std::vector<KernelRun> read_kernel_runs(const std::string& directory);

}  // namespace portsim
